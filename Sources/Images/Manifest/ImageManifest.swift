/// One image for one platform: its configuration and its layers.
///
/// Source: OCI image-spec 1.1, manifest.md; Docker image manifest version 2, schema 2.
package struct ImageManifest: Hashable, Sendable {
  package let mediaType: MediaType
  package let configuration: Descriptor
  /// Lowest first, at most `layerLimit`.
  package let layers: [Descriptor]
  package let annotations: [String: String]
  /// What this manifest is about, when it is no image but says something of one.
  package let subject: Descriptor?
  /// What it is when it is no image; nil for the media type of its configuration.
  package let artifactType: MediaType?

  /// Whether it is an image and nothing that is only kept in the same form: a signature, an SBOM, a chart.
  ///
  /// Source: OCI image-spec 1.1, manifest.md, "Guidelines for Artifact Usage".
  package var isImage: Bool { artifactType == nil && subject == nil && configuration.mediaType.isImageConfiguration }

  /// Runtimes stop far below: overlayfs takes 500 lower directories.
  package static let layerLimit = 500

  package init(
    mediaType: MediaType, configuration: Descriptor, layers: [Descriptor], annotations: [String: String] = [:],
    subject: Descriptor? = nil, artifactType: MediaType? = nil
  ) {
    self.mediaType = mediaType
    self.configuration = configuration
    self.layers = layers
    self.annotations = annotations
    self.subject = subject
    self.artifactType = artifactType
  }

  init(_ root: JSONNode, mediaType: MediaType) throws(ImageError) {
    guard let config = root["config"], let list = root["layers"], list.isArray else {
      throw .malformedDocument("The manifest", because: "it has no config or no array of layers")
    }
    let elements = list.elements
    guard elements.count <= Self.layerLimit else { throw .overLimit(what: "The number of layers", limit: Self.layerLimit) }
    var layers: [Descriptor] = []
    for (index, element) in elements.enumerated() { layers.append(try Descriptor(element, "layers[\(index)]")) }
    self.init(
      mediaType: mediaType, configuration: try Descriptor(config, "config"), layers: layers,
      annotations: try textMembers(root["annotations"], "annotations"),
      subject: try root["subject"].map { (node) throws(ImageError) in try Descriptor(node, "subject") },
      artifactType: root["artifactType"]?.string.map(MediaType.init))
  }
}
