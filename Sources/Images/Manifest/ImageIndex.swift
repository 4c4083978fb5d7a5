/// One name for images of several platforms.
///
/// Source: OCI image-spec 1.1, image-index.md; Docker manifest list version 2.
package struct ImageIndex: Hashable, Sendable {
  package let mediaType: MediaType
  /// In the order of the document, at most `entryLimit`.
  package let manifests: [Descriptor]
  package let annotations: [String: String]

  package static let entryLimit = 1000

  package init(mediaType: MediaType = .ociIndex, manifests: [Descriptor], annotations: [String: String] = [:]) {
    self.mediaType = mediaType
    self.manifests = manifests
    self.annotations = annotations
  }

  init(_ root: JSONNode, mediaType: MediaType) throws(ImageError) {
    guard let list = root["manifests"], list.isArray else {
      throw .malformedDocument("The index", because: "it has no array of manifests")
    }
    let elements = list.elements
    guard elements.count <= Self.entryLimit else {
      throw .overLimit(what: "The number of manifests in the index", limit: Self.entryLimit)
    }
    var manifests: [Descriptor] = []
    for (index, element) in elements.enumerated() { manifests.append(try Descriptor(element, "manifests[\(index)]")) }
    self.init(mediaType: mediaType, manifests: manifests, annotations: try textMembers(root["annotations"], "annotations"))
  }

  /// What a runtime on `platform` would pull: the first entry with exactly that system, architecture and variant.
  ///
  /// No variant means the usual one (arm64 is v8, arm is v7, amd64 is v1). Attestations are never chosen. An index
  /// with a single image that names no platform stands for every platform.
  ///
  /// - Throws: `ImageError.noSuchPlatform` with the platforms there are.
  package func entry(for platform: Platform) throws(ImageError) -> Descriptor {
    let images = manifests.filter { !$0.isAttestation }
    if images.count == 1, images[0].platform == nil { return images[0] }
    if let found = images.first(where: { $0.platform?.withUsualVariant == platform.withUsualVariant }) { return found }
    throw .noSuchPlatform(platform, available: images.compactMap(\.platform))
  }
}

extension Platform {
  /// Source: containerd platforms, `Normalize`.
  fileprivate var withUsualVariant: Platform {
    let usual = ["arm64": "v8", "arm": "v7", "amd64": "v1"]
    return Platform(os: os, architecture: architecture, variant: variant ?? usual[architecture])
  }
}
