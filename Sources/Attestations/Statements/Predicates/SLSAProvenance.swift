import Images

/// Who built an image, and out of what.
///
/// Source: SLSA provenance 0.2 and 1.0. What the two versions call differently has one name here.
package struct SLSAProvenance: Hashable, Sendable {
  package static let typeOfVersion1 = "https://slsa.dev/provenance/v1"
  package static let typeOfVersion02 = "https://slsa.dev/provenance/v0.2"

  /// Something that went into the build, and the digests it had: `sha256`, or `sha1` and `gitCommit` for a commit.
  package struct Material: Hashable, Sendable {
    package let uri: String
    package let digests: [String: String]
  }

  /// A URI; whom to trust with what is told by it.
  package let builderID: String
  package let buildType: String
  /// What was asked to be built; nil when the builder does not say it in a place that is read.
  package let source: Material?
  /// In the order written: `materials` of 0.2, `resolvedDependencies` of 1.0.
  package let materials: [Material]
  /// Names the run of the builder, where it says so.
  package let invocationID: String?

  /// Source: SLSA provenance 0.2; `source` is `invocation.configSource`.
  init(version02 node: JSONNode) throws(JSONError) {
    let what = "the provenance"
    builderID = try node.demandedObject("builder", of: what).demandedText("id", of: "the builder")
    buildType = try node.demandedText("buildType", of: what)
    source = try node.objectMember("invocation")?.objectMember("configSource").flatMap { (it) throws(JSONError) in
      try Material(it)
    }
    materials = try Self.materials(node.listMember("materials"))
    invocationID = try node.objectMember("metadata")?.textMember("buildInvocationID")
  }

  /// Source: SLSA provenance 1.0. `source` is the external parameter `source`, or the `workflow` that GitHub's builders
  /// name, with the digest of the dependency that has its address.
  init(version1 node: JSONNode) throws(JSONError) {
    let what = "the provenance"
    let definition = try node.demandedObject("buildDefinition", of: what)
    let run = try node.demandedObject("runDetails", of: what)
    builderID = try run.demandedObject("builder", of: what).demandedText("id", of: "the builder")
    buildType = try definition.demandedText("buildType", of: what)
    materials = try Self.materials(definition.listMember("resolvedDependencies"))
    invocationID = try run.objectMember("metadata")?.textMember("invocationId")
    source = try Self.source(in: definition.objectMember("externalParameters"), among: materials)
  }

  private static func materials(_ nodes: [JSONNode]) throws(JSONError) -> [Material] {
    var found: [Material] = []
    for node in nodes { if let material = try Material(node) { found.append(material) } }
    return found
  }

  private static func source(in parameters: JSONNode?, among materials: [Material]) throws(JSONError) -> Material? {
    if let described = parameters?["source"], described.isObject { return try Material(described) }
    guard let uri = parameters?["source"]?.string ?? parameters?["workflow"]?["repository"]?.string else { return nil }
    let resolved = materials.first { material in
      let plain = material.uri.hasPrefix("git+") ? String(material.uri.dropFirst(4)) : material.uri
      return plain == uri || plain.hasPrefix(uri + "@") || material.uri == uri
    }
    return resolved ?? Material(uri: uri, digests: [:])
  }
}

extension SLSAProvenance.Material {
  /// nil when it names nothing. Source: in-toto ResourceDescriptor.
  fileprivate init?(_ node: JSONNode) throws(JSONError) {
    let uri = try node.textMember("uri") ?? ""
    let digests = try node.textsByKey("digest")
    guard !uri.isEmpty || !digests.isEmpty else { return nil }
    self.init(uri: uri, digests: digests)
  }
}
