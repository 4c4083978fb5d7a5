package import Images

/// Puts what was signed beside its image in the registry, where cosign looks for it.
package struct RegistryRecord {
  private let repository: any ReferrerSource & ReferrerSink
  private let image: PinnedManifest
  private let name: PinnedReference

  /// - Parameters:
  ///   - repository: the image's own.
  ///   - image: as it was read when it was signed.
  package init(of image: PinnedManifest, named name: PinnedReference, in repository: any ReferrerSource & ReferrerSink) {
    self.image = image
    self.name = name
    self.repository = repository
  }

  /// Adds a signature or attestation as the newest layer under its tag.
  ///
  /// A registry has no condition for a write, so the tag is read again afterwards: a layer that another writer has put aside
  /// in between is added again.
  ///
  /// - Parameter isReplaced: whether a layer that is there goes; called with its descriptor and content. nil keeps all.
  /// - Returns: where it stands, for people.
  /// - Throws: errors of the registry; `ImageError.overLimit` when no more layers fit, `.ambiguousManifest` when something
  ///   else stands under the tag.
  package func add(
    _ layer: CosignLayers.Layer, to kind: CosignLayers, replacing isReplaced: ((Descriptor, [UInt8]) -> Bool)? = nil
  ) async throws -> String {
    let tag = kind.tag(of: image.digest)
    try await put(layer.descriptor, layer.content)
    for _ in 0..<3 {
      var layers: [Descriptor] = []
      for old in try await self.layers(under: tag) where old != layer.descriptor {
        if let isReplaced, try await isReplaced(old, content(of: old)) { continue }
        layers.append(old)
      }
      guard layers.count < ImageManifest.layerLimit else {
        throw ImageError.overLimit(what: "The number of layers under \(tag)", limit: ImageManifest.layerLimit)
      }
      let written = CosignLayers.manifest(over: layers + [layer.descriptor])
      try await put(Descriptor(of: written.configuration, mediaType: .ociConfiguration), written.configuration)
      try await repository.putManifest(written.manifest, tag: tag)
      if try await self.layers(under: tag).contains(layer.descriptor) { return "\(name.repository):\(tag)" }
    }
    throw ImageError.notFound("What was just added under \(tag)")
  }

  /// Adds a bundle that points at the image.
  ///
  /// - Parameter createdAt: RFC 3339.
  /// - Returns: where it stands, for people.
  package func add(bundle: JSONValue, predicateType: String, createdAt: String) async throws -> String {
    let bytes = bundle.bytes
    let written = BundleWriting.manifest(carrying: bytes, predicateType: predicateType, about: image, createdAt: createdAt)
    let empty = BundleWriting.emptyConfiguration
    try await put(Descriptor(of: empty, mediaType: .ociEmpty), empty)
    try await put(written.layer, bytes)
    try await repository.putReferrer(written.manifest)
    return "\(name.repository)@\(written.manifest.digest)"
  }

  private func put(_ descriptor: Descriptor, _ bytes: [UInt8]) async throws {
    guard try await !repository.hasBlob(descriptor) else { return }
    try await repository.putBlob(descriptor, BlobChunks(bytes))
  }

  private func content(of layer: Descriptor) async throws -> [UInt8] {
    try await repository.document(layer, atMost: CosignLayers.limitBytes(layer.mediaType))
  }

  private func layers(under tag: String) async throws -> [Descriptor] {
    guard let manifest = try await repository.manifestIfPresent(.tag(tag)) else { return [] }
    guard case .image(let manifest) = manifest.document else {
      throw ImageError.ambiguousManifest(because: "an index stands under \(tag), where signatures are kept")
    }
    return manifest.layers
  }
}

extension CosignLayers {
  /// Whether a layer is signed by `key`, and is of `predicateType` when it is an attestation: what `key` may replace.
  package static func isSigned(
    _ descriptor: Descriptor, _ content: [UInt8], by key: PublicKey, predicateType: String
  ) -> Bool {
    switch envelope(descriptor, content) {
    case .simpleSigning(let payload, let signature): return key.verifies(signature, over: payload)
    case .dsse(let type, let payload, let signatures):
      let signed = preAuthenticationEncoding(payloadType: type, payload: payload)
      return descriptor.annotations[predicateTypeAnnotation] == predicateType
        && signatures.prefix(Attestor.Limits.signatures).contains { key.verifies($0.bytes, over: signed) }
    default: return false
    }
  }
}
