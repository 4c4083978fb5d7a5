import Foundation
package import Images

/// An OCI image layout in a directory, to read from and to write to.
///
/// Source: OCI image-spec 1.1, image-layout.md. One process may write at a time.
package struct OCILayout: ImageSource, ImageSink {
  package let path: String

  package var origin: String { path }

  /// Nothing is read or made before it is asked for.
  package init(path: String) { self.path = path }

  private func file(_ name: String) -> String { "\(path)/\(name)" }

  private func index() throws -> LayoutIndex {
    let bytes = try wholeFile(file("index.json"), atMost: ManifestDocument.limitBytes)
    return try LayoutIndex(parsing: bytes, path: path)
  }

  /// The one image in it.
  ///
  /// - Throws: `RegistryError.unreadableFile`; `ImageError.notFound`, `.ambiguousManifest`, `.malformedDocument`.
  package func only() throws -> ManifestName { try index().only() }

  /// A tag is the layout's own name for it.
  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    let index = try index()
    let digest = try index.digest(of: name)
    let bytes = try wholeFile(file(blobName(digest)), atMost: ManifestDocument.limitBytes)
    return UnverifiedManifest(bytes: bytes, contentType: index.mediaType(of: digest), claimedDigest: "\(digest)")
  }

  /// The file under `blobs/` that is named after the digest.
  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    fileChunks(file(blobName(descriptor.digest)))
  }

  /// Looks for the file only; reading it checks it.
  package func hasBlob(_ descriptor: Descriptor) async throws -> Bool {
    FileManager.default.fileExists(atPath: file(blobName(descriptor.digest)))
  }

  /// Writes beside the place and moves there at the end, so that a blob is whole or absent.
  package func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws {
    let place = file(blobName(descriptor.digest))
    let draft = "\(place).part"
    try prepare()
    guard FileManager.default.createFile(atPath: draft, contents: nil), let handle = FileHandle(forWritingAtPath: draft) else {
      throw RegistryError.unreadableFile(path: path, because: "it cannot be written to")
    }
    do {
      for try await chunk in chunks { try handle.write(contentsOf: chunk) }
      try handle.close()
      try move(draft, to: place)
    } catch {
      try? FileManager.default.removeItem(atPath: draft)
      throw error
    }
  }

  /// Without a tag the manifest is stored but not listed, as the children of an index are.
  package func putManifest(_ manifest: PinnedManifest, tag: String?) async throws {
    try prepare()
    try write(manifest.bytes, to: blobName(manifest.digest))
    guard let tag else { return }
    let others = try index().manifests.filter { $0.annotations[Descriptor.tagAnnotation] != tag }
    let made = Descriptor(
      mediaType: manifest.document.mediaType, digest: manifest.digest, sizeBytes: Int64(manifest.bytes.count),
      annotations: [Descriptor.tagAnnotation: tag])
    try write(ImageIndex(manifests: others + [made]).json.bytes, to: "index.json")
  }

  private func prepare() throws {
    for algorithm in ["sha256", "sha512"] {
      try FileManager.default.createDirectory(atPath: file("blobs/\(algorithm)"), withIntermediateDirectories: true)
    }
    guard !FileManager.default.fileExists(atPath: file("oci-layout")) else { return }
    try write(Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8), to: "oci-layout")
    try write(ImageIndex(manifests: []).json.bytes, to: "index.json")
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: file(name)), options: .atomic)
  }

  private func move(_ draft: String, to place: String) throws {
    if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
    try FileManager.default.moveItem(atPath: draft, toPath: place)
  }
}
