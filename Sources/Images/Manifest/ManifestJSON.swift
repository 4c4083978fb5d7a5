extension Descriptor {
  /// As documents hold it. Source: OCI image-spec 1.1, descriptor.md.
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("mediaType", .text(mediaType.text)), ("digest", .text("\(digest)")), ("size", .number(sizeBytes)),
    ]
    if let artifactType { members.append(("artifactType", .text(artifactType.text))) }
    if !annotations.isEmpty { members.append(("annotations", JSONValue(annotations))) }
    if let platform {
      let variant = platform.variant.map { [("variant", JSONValue.text($0))] } ?? []
      let place = [("os", JSONValue.text(platform.os)), ("architecture", JSONValue.text(platform.architecture))] + variant
      members.append(("platform", .object(place)))
    }
    return .object(members)
  }
}

extension ImageManifest {
  /// Source: OCI image-spec 1.1, manifest.md.
  package var json: JSONValue {
    var members: [(String, JSONValue)] = [("schemaVersion", .number(2)), ("mediaType", .text(mediaType.text))]
    if let artifactType { members.append(("artifactType", .text(artifactType.text))) }
    members += [("config", configuration.json), ("layers", .array(layers.map(\.json)))]
    if let subject { members.append(("subject", subject.json)) }
    if !annotations.isEmpty { members.append(("annotations", JSONValue(annotations))) }
    return .object(members)
  }
}

extension ImageIndex {
  /// Source: OCI image-spec 1.1, image-index.md.
  package var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("schemaVersion", .number(2)), ("mediaType", .text(mediaType.text)), ("manifests", .array(manifests.map(\.json))),
    ]
    if !annotations.isEmpty { members.append(("annotations", JSONValue(annotations))) }
    return .object(members)
  }
}

extension PinnedManifest {
  /// A manifest of our own making, for `ImageSink.putManifest`.
  package init(writing document: ManifestDocument) {
    let bytes =
      switch document {
      case .image(let manifest): manifest.json.bytes
      case .index(let index): index.json.bytes
      }
    self.init(digest: Digest(sha256Of: bytes), bytes: bytes, document: document)
  }

  /// What points at it in a list of referrers: its kind and annotations come along.
  ///
  /// Source: OCI distribution-spec 1.1, "Listing Referrers".
  package var referrer: Descriptor {
    var type: MediaType?
    var annotations: [String: String] = [:]
    if case .image(let manifest) = document {
      type = manifest.artifactType ?? manifest.configuration.mediaType
      annotations = manifest.annotations
    }
    return Descriptor(
      mediaType: document.mediaType, digest: digest, sizeBytes: Int64(bytes.count), annotations: annotations,
      artifactType: type)
  }
}
