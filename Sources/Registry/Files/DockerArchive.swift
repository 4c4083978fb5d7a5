package import Images

/// What `docker save` writes: a tar, plain or gzip, with `manifest.json`, a configuration and layers.
///
/// Such an archive has no manifest of its own, so one of Docker schema 2 is made from the digests of its parts: the same
/// archive gives the same digest, but not the one the image has in a registry.
///
/// Source: Docker image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format".
package struct DockerArchive: ImageSource {
  private struct Image {
    let tags: [String]
    let manifest: [UInt8]
    let digest: Digest
  }

  private let file: ArchiveFile
  private let images: [Image]
  private let blobs: [Digest: ArchiveFile.Member]

  package var origin: String { file.path }

  /// - Throws: `RegistryError.unreadableFile`, `.notFound` for a tar that is no such archive, `ImageError` for a broken one.
  package init(path: String) async throws {
    file = try await ArchiveFile(path)
    let list = try await file.bytes(of: "manifest.json", atMost: ManifestDocument.limitBytes)
    guard let root = try? JSONDocument(parsing: list, atMost: ManifestDocument.limitBytes).root, root.isArray else {
      throw ImageError.malformedDocument("manifest.json of \(path)", because: "it is no JSON array")
    }
    var images: [Image] = []
    var blobs: [Digest: ArchiveFile.Member] = [:]
    for entry in root.elements.prefix(ImageIndex.entryLimit) {
      let parts = try Self.parts(of: entry, in: file)
      for part in parts { blobs[part.digest] = part }
      let manifest = Self.manifest(parts)
      let tags = (entry["RepoTags"]?.elements ?? []).compactMap(\.string)
      images.append(Image(tags: tags, manifest: manifest, digest: Digest(sha256Of: manifest)))
    }
    self.images = images
    self.blobs = blobs
  }

  /// The one image in it.
  ///
  /// - Throws: `ImageError.notFound` for none, `.ambiguousManifest` naming the tags for several.
  package func only() throws(ImageError) -> ManifestName {
    guard let first = images.first else { throw .notFound("An image in \(file.path)") }
    guard images.count == 1 else {
      let tags = images.flatMap(\.tags).joined(separator: ", ")
      throw .ambiguousManifest(
        because: "\(printable(file.path)) has \(images.count) images (\(printable(tags))); write its tag behind a colon")
    }
    return .digest(first.digest)
  }

  /// By the digest of what was made for it, or by one of its `RepoTags`, whole or behind the colon.
  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    let found = images.first { image in
      switch name {
      case .digest(let digest): image.digest == digest
      case .tag(let tag): image.tags.contains { $0 == tag || $0.hasSuffix(":\(tag)") }
      }
    }
    guard let found else { throw ImageError.notFound("\(name) in \(file.path)") }
    return UnverifiedManifest(bytes: found.manifest, contentType: MediaType.dockerManifest.text)
  }

  /// The file in the archive that has this digest.
  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    guard let member = blobs[descriptor.digest] else {
      throw RegistryError.notFound("Blob \(descriptor.digest) in \(file.path)")
    }
    return file.chunks(of: member)
  }

  /// The configuration, then the layers, lowest first.
  private static func parts(of entry: JSONNode, in file: ArchiveFile) throws -> [ArchiveFile.Member] {
    let layers = (entry["Layers"]?.elements ?? []).map(\.string)
    guard layers.count <= ImageManifest.layerLimit else {
      throw ImageError.overLimit(what: "The number of layers", limit: ImageManifest.layerLimit)
    }
    return try ([entry["Config"]?.string] + layers).map { name in
      guard let name else {
        throw ImageError.malformedDocument("manifest.json of \(file.path)", because: "Config or Layers is no text")
      }
      guard let member = file.member(name) else { throw RegistryError.notFound("\(name) in \(file.path)") }
      return member
    }
  }

  private static func manifest(_ parts: [ArchiveFile.Member]) -> [UInt8] {
    func descriptor(_ part: ArchiveFile.Member, _ type: MediaType) -> String {
      "{\"mediaType\":\"\(type.text)\",\"size\":\(part.sizeBytes),\"digest\":\"\(part.digest)\"}"
    }
    let configuration = parts.prefix(1).map { descriptor($0, .dockerConfiguration) }.joined()
    let layers = parts.dropFirst().map { descriptor($0, $0.isGzip ? .dockerGzipLayer : .dockerLayer) }
    return Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.dockerManifest.text)","config":\(configuration),\
      "layers":[\(layers.joined(separator: ","))]}
      """.utf8)
  }
}
