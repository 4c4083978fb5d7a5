import Images

/// What a registry tells of pushes.
///
/// Source: distribution, docs/notifications.md: the envelope `events`.
enum RegistryEvents {
  static let limitBytes = 1 << 20
  private static let limitEvents = 1000

  /// The images that were pushed, each once, in the order told. What is no push of an image, and what other registries
  /// than `hosts` tell, is passed over.
  ///
  /// - Throws: `JSONError` for what is no envelope.
  static func pushed(in bytes: [UInt8], at hosts: Set<String>) throws(JSONError) -> [PinnedReference] {
    let events = try JSONDocument(parsing: bytes, atMost: limitBytes, depth: 16).root["events"]
    guard let events, events.isArray, events.elements.count <= limitEvents else {
      throw .invalid(offset: 0, "it is no envelope with up to \(limitEvents) events")
    }
    var seen: Set<PinnedReference> = []
    return events.elements.compactMap { image($0, at: hosts) }.filter { seen.insert($0).inserted }
  }

  private static func image(_ event: JSONNode, at hosts: Set<String>) -> PinnedReference? {
    let target = event["target"]
    guard event["action"]?.string == "push", let type = target?["mediaType"]?.string,
      MediaType.acceptedManifests.contains(where: { $0.text == type }), let host = event["request"]?["host"]?.string,
      hosts.contains(host), let path = target?["repository"]?.string, let written = target?["digest"]?.string,
      let repository = try? Repository(parsing: "\(host)/\(path)"), repository.host == host,
      let digest = try? Digest(parsing: written), !isArtifact(target)
    else { return nil }
    // Signatures and attestations of cosign lie beside the image under tags made of its digest.
    if let tag = target?["tag"]?.string, tag.hasPrefix("sha256-") { return nil }
    return PinnedReference(repository: repository, digest: digest)
  }

  /// Whether the event itself says so: a registry lists what a manifest refers to, its configuration among them.
  private static func isArtifact(_ target: JSONNode?) -> Bool {
    if let type = target?["artifactType"]?.string, !type.isEmpty { return true }
    let references = target?["references"]?.elements.compactMap { $0["mediaType"]?.string }.map { MediaType($0) } ?? []
    let isManifest = target?["mediaType"]?.string.map { MediaType($0).isManifest } ?? false
    return isManifest && !references.isEmpty && !references.contains(where: \.isImageConfiguration)
  }
}
