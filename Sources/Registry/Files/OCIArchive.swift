package import Images

/// An OCI image layout inside a tar file, plain or gzip; nothing is unpacked to disk.
package struct OCIArchive: ImageSource {
  private let file: ArchiveFile
  private let index: LayoutIndex

  package var origin: String { file.path }

  /// - Throws: `RegistryError.unreadableFile`, `.notFound` for a tar that is no layout, `ImageError` for a broken one.
  package init(path: String) async throws {
    file = try await ArchiveFile(path)
    index = try LayoutIndex(
      parsing: try await file.bytes(of: "index.json", atMost: ManifestDocument.limitBytes), path: path)
  }

  /// The one image in it.
  package func only() throws(ImageError) -> ManifestName { try index.only() }

  /// A tag is the layout's own name for it.
  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    let digest = try index.digest(of: name)
    let bytes = try await file.bytes(of: blobName(digest), atMost: ManifestDocument.limitBytes)
    return UnverifiedManifest(bytes: bytes, contentType: index.mediaType(of: digest), claimedDigest: "\(digest)")
  }

  /// The file under `blobs/` that is named after the digest.
  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    guard let member = file.member(blobName(descriptor.digest)) else {
      throw RegistryError.notFound("Blob \(descriptor.digest) in \(file.path)")
    }
    return file.chunks(of: member)
  }
}
