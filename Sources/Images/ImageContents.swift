/// An image as it was read: who it is, what it says of itself, and what a process in it would see.
///
/// A value of this type is proof: every byte was hashed against the digest that named it, down from the manifest, and
/// each layer's content against the configuration's diff ids.
package struct ImageContents: Sendable {
  /// One layer as it was read.
  package struct Layer: Hashable, Sendable {
    package let descriptor: Descriptor
    /// Digest of the uncompressed tar.
    package let diffID: Digest
    package let uncompressedBytes: Int64
  }

  /// What was asked for: of the index where there is one, else of the manifest. Attest and deploy this one.
  package let digest: Digest
  /// Of the manifest for the platform that was read.
  package let manifestDigest: Digest
  package let manifest: ImageManifest
  package let configuration: ImageConfiguration
  /// Lowest first.
  package let layers: [Layer]
  package let files: ImageFiles
}

extension ImageContents {
  /// Reads an image down to its files.
  ///
  /// - Parameters:
  ///   - name: a tag is looked up once.
  ///   - platform: chooses in an index; a plain manifest is taken as it is.
  ///   - keep: called with each file's path in normal form; true holds its contents.
  /// - Throws: `ImageError` for whatever the image does wrong or too much of; errors of the source.
  package static func read(
    _ name: ManifestName, from source: any ImageSource, platform: Platform = .linuxAMD64, limits: LayerLimits = LayerLimits(),
    keep: @escaping @Sendable (String) -> Bool
  ) async throws -> ImageContents {
    let asked = try await source.manifest(name)
    let (pinned, manifest) = try await source.image(in: asked, for: platform)
    let configuration = try ImageConfiguration(
      parsing: try await source.document(manifest.configuration, atMost: ImageConfiguration.limitBytes))
    guard configuration.diffIDs.count == manifest.layers.count else {
      throw ImageError.malformedDocument(
        "The image configuration",
        because: "it names \(configuration.diffIDs.count) layers and the manifest \(manifest.layers.count)")
    }
    var tree = FileTree(limits: limits)
    var left = limits
    var layers: [Layer] = []
    for (index, descriptor) in manifest.layers.enumerated() {
      let diffID = configuration.diffIDs[index]
      let reader = try LayerReader(
        descriptor, index: index, onto: tree, diffIDAlgorithm: diffID.algorithm, limits: left, keep: keep)
      // The reader alone holds the tree now, or its first change would copy it.
      tree = FileTree(limits: limits)
      let layer = try await source.read(descriptor, with: reader)
      guard layer.diffID == diffID else {
        throw ImageError.digestMismatch(wanted: diffID, got: layer.diffID, origin: "layer \(descriptor.digest)")
      }
      left.spend(layer)
      layers.append(Layer(descriptor: descriptor, diffID: diffID, uncompressedBytes: layer.uncompressedBytes))
      tree = layer.merge.tree
    }
    return ImageContents(
      digest: asked.digest, manifestDigest: pinned.digest, manifest: manifest, configuration: configuration, layers: layers,
      files: tree.files)
  }
}

extension ImageSource {
  /// Goes from an index to the manifest for `platform`; at most one index may stand inside another.
  fileprivate func image(in asked: PinnedManifest, for platform: Platform) async throws -> (PinnedManifest, ImageManifest) {
    var pinned = asked
    for _ in 0..<3 {
      switch pinned.document {
      case .image(let manifest): return (pinned, manifest)
      case .index(let index): pinned = try await manifest(.digest(try index.entry(for: platform).digest))
      }
    }
    throw ImageError.unsupported("An index inside an index inside an index")
  }

  fileprivate func read(_ descriptor: Descriptor, with reader: consuming LayerReader) async throws -> ReadLayer {
    for try await chunk in try await unverifiedBlob(descriptor) { try reader.feed(chunk) }
    return try reader.finish(origin: origin)
  }
}

extension LayerLimits {
  /// Takes what a layer used off the image's allowance.
  fileprivate mutating func spend(_ layer: ReadLayer) {
    imageBytes -= layer.uncompressedBytes
    layerBytes = min(layerBytes, imageBytes)
    entries -= layer.merge.entryCount
    keptBytes -= layer.merge.keptBytes
  }
}
