/// How one document points at another: by what it is, how long it is and its digest.
///
/// Source: OCI image-spec 1.1, descriptor.md.
package struct Descriptor: Hashable, Sendable {
  package let mediaType: MediaType
  package let digest: Digest
  /// As the pointing document says; never negative. A longer answer is refused while it is read.
  package let sizeBytes: Int64
  /// Only in an index, and there optional.
  package let platform: Platform?
  package let annotations: [String: String]
  /// Only among referrers: what kind of artifact the manifest is, as the registry or the writer of the list says.
  package let artifactType: MediaType?

  package init(
    mediaType: MediaType, digest: Digest, sizeBytes: Int64, platform: Platform? = nil, annotations: [String: String] = [:],
    artifactType: MediaType? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.sizeBytes = sizeBytes
    self.platform = platform
    self.annotations = annotations
    self.artifactType = artifactType
  }

  /// What points at `bytes`, by their sha256.
  package init(
    of bytes: [UInt8], mediaType: MediaType, annotations: [String: String] = [:], artifactType: MediaType? = nil
  ) {
    self.init(
      mediaType: mediaType, digest: Digest(sha256Of: bytes), sizeBytes: Int64(bytes.count), annotations: annotations,
      artifactType: artifactType)
  }

  /// True for what builders put beside the images of an index: provenance and the like, never something to run.
  ///
  /// The platform alone tells: an annotation keeps no runtime from choosing an entry, so it may keep no check from it.
  ///
  /// Source: BuildKit, attestation storage: platform `unknown/unknown`.
  package var isAttestation: Bool { platform?.os == "unknown" && platform?.architecture == "unknown" }

  /// - Parameter what: names the member in errors, for example `layers[3]`.
  init(_ node: JSONNode, _ what: String) throws(ImageError) {
    guard node.isObject, let type = node["mediaType"]?.string, let written = node["digest"]?.string,
      let size = node["size"]?.int, size >= 0
    else {
      throw .malformedDocument("The manifest", because: "\(what) is no descriptor with mediaType, digest and size")
    }
    mediaType = MediaType(type)
    digest = try Digest(parsing: written)
    sizeBytes = Int64(size)
    platform = try node["platform"].map { (place) throws(ImageError) in try Platform(place, what) }
    annotations = try textMembers(node["annotations"], "\(what).annotations")
    artifactType = node["artifactType"]?.string.map(MediaType.init)
  }
}

extension Platform {
  fileprivate init(_ node: JSONNode, _ what: String) throws(ImageError) {
    guard let os = node["os"]?.string, let architecture = node["architecture"]?.string else {
      throw .malformedDocument("The manifest", because: "the platform of \(what) has no os or no architecture")
    }
    self.init(os: os, architecture: architecture, variant: node["variant"]?.string)
  }
}

/// The string members of an optional object; nil and null are empty.
func textMembers(_ node: JSONNode?, _ what: String) throws(ImageError) -> [String: String] {
  guard let node, !node.isNull else { return [:] }
  guard node.isObject else { throw .malformedDocument("The document", because: "\(what) is no object") }
  var found: [String: String] = [:]
  for (key, value) in node.members {
    guard let text = value.string else {
      throw .malformedDocument("The document", because: "\(what) holds something else than text")
    }
    found[key] = text
  }
  return found
}
