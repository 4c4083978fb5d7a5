/// One repository that images can be written to.
///
/// `ImageSource.copy(_:to:as:)` is how the house writes: it puts blobs before the manifest that points at them.
package protocol ImageSink: Sendable {
  func hasBlob(_ descriptor: Descriptor) async throws -> Bool

  /// Stores a blob. `chunks` fail rather than end when the bytes are not those of `descriptor`, and a blob that
  /// failed is not there afterwards.
  func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws

  /// Stores a manifest under its digest, and under `tag` when there is one.
  func putManifest(_ manifest: PinnedManifest, tag: String?) async throws
}

extension ImageSource {
  /// Copies an image, or an index with all its images, byte for byte; what the sink has already is not sent again.
  ///
  /// - Parameter tag: what the copy is to be called; nil for the digest alone.
  /// - Returns: the manifest that was copied; its digest is the same on both sides.
  /// - Throws: errors of either side, and every error of reading manifests and blobs.
  package func copy(_ name: ManifestName, to sink: any ImageSink, as tag: String? = nil) async throws -> PinnedManifest {
    let pinned = try await manifest(name)
    switch pinned.document {
    case .image(let image): try await copyBlobs(of: image, to: sink)
    case .index(let index):
      for entry in index.manifests {
        let child = try await manifest(.digest(entry.digest))
        guard case .image(let image) = child.document else { throw ImageError.unsupported("An index inside an index") }
        try await copyBlobs(of: image, to: sink)
        try await sink.putManifest(child, tag: nil)
      }
    }
    try await sink.putManifest(pinned, tag: tag)
    return pinned
  }

  private func copyBlobs(of image: ImageManifest, to sink: any ImageSink) async throws {
    for descriptor in image.layers + [image.configuration] where try await !sink.hasBlob(descriptor) {
      try await sink.putBlob(descriptor, try await blob(descriptor))
    }
  }
}
