extension ImageSource {
  /// Every image that `asked` may come down to: itself, or all in an index but what builders put beside them.
  ///
  /// - Parameter limit: of images in an index.
  /// - Throws: `ImageError.notAnImage` for an artifact, `.unsupported` for an index inside an index, `.malformedDocument`
  ///   for an index without images, `.overLimit`; whatever reading the manifests throws.
  package func images(in asked: PinnedManifest, atMost limit: Int) async throws -> [(PinnedManifest, ImageManifest)] {
    guard case .index(let index) = asked.document else { return [try image(asked)] }
    let entries = index.manifests.filter { !$0.isAttestation }
    guard !entries.isEmpty else { throw ImageError.malformedDocument("The index", because: "it names no image") }
    guard entries.count <= limit else {
      throw ImageError.overLimit(what: "The number of images in the index", limit: limit)
    }
    return try await mapAtOnce(entries, width: 4) { try self.image(try await self.manifest(.digest($0.digest))) }
  }

  private func image(_ pinned: PinnedManifest) throws(ImageError) -> (PinnedManifest, ImageManifest) {
    guard case .image(let manifest) = pinned.document else { throw .unsupported("An index inside an index") }
    guard manifest.isImage else {
      throw .notAnImage(pinned.digest, type: manifest.artifactType ?? manifest.configuration.mediaType)
    }
    return (pinned, manifest)
  }
}
