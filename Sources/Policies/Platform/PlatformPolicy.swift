import Images
package import Metadata

/// Which images may run where, check by check: the platform policy of Binary Authorization for Kubernetes.
///
/// Of its check sets exactly one is evaluated for a pod: the most specific one whose scope covers it.
///
/// Google only watches running pods by it. Here it judges wherever policies do, and `enforcementMode`, which is ours, says
/// what follows.
///
/// Source: binaryauthorization.v1 (REST), PlatformPolicy, GkePolicy.
package struct PlatformPolicy: Sendable {
  /// `projects/{project}/platforms/gke/policies/{id}`.
  package let name: String
  package let project: ProjectName
  package let enforcement: Enforcement
  let allowlist: ImageAllowlist
  /// The most specific first; the last one covers everything.
  let checkSets: [CheckSet]

  /// Where facts about images are looked for: in the projects that checks name, and in the policy's own.
  package var projects: Set<ProjectName> {
    checkSets.flatMap(\.checks).reduce(into: [project]) { $0.formUnion($1.check.projects) }
  }

  /// The checks of each check set, as the document calls them, behind the scope of the set.
  package var outline: [String] {
    checkSets.map { set in "\(set.scope) demands \(set.checks.map(\.field).joined(separator: ", "))" }
  }

  /// The check set for an image of a pod.
  func checkSet(for use: Workload.ImageUse, in place: Place) -> (index: Int, set: CheckSet)? {
    checkSets.enumerated().first { _, set in
      set.scope.covers(namespace: place.namespace, serviceAccount: use.serviceAccount)
    }.map { ($0.offset, $0.element) }
  }
}

extension PlatformPolicy {
  /// The form of its name.
  package static let nameForm = "projects/{project}/platforms/gke/policies/{policy}"

  /// Reads a platform policy as `gcloud container binauthz policy describe` prints it, YAML or JSON.
  ///
  /// - Parameter draft: given the attestors that its checks bring.
  /// - Throws: `DocumentError` that points at the fault: an unknown key, a check set that lets everything in or that is
  ///   never evaluated, a check that can never fail or never pass.
  package init(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    try document.onlyKeys(["name", "description", "etag", "updateTime", "gkePolicy", "enforcementMode"])
    let named = try document.required("name")
    name = try named.string()
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "projects", parts[2...4] == ["platforms", "gke", "policies"], !parts[5].isEmpty,
      let project = try? ProjectName(id: parts[1])
    else {
      throw named.error("\"\(printable(name))\" names no platform policy", remedy: "Write \(Self.nameForm).")
    }
    self.project = project
    enforcement = try Self.enforcement(document)
    let policy = try document.required("gkePolicy")
    try policy.onlyKeys(["imageAllowlist", "checkSets"])
    allowlist = try ImageAllowlist(policy["imageAllowlist"])
    checkSets = try Self.checkSets(policy, of: name, into: &draft)
  }

  private static func enforcement(_ document: DocumentNode) throws(DocumentError) -> Enforcement {
    guard let mode = document["enforcementMode"] else { return .block }
    return Enforcement(rawValue: try mode.choice(Enforcement.allCases.map(\.rawValue))) ?? .block
  }

  private static func checkSets(
    _ policy: DocumentNode, of name: String, into draft: inout RulebookDraft
  ) throws(DocumentError) -> [CheckSet] {
    var sets: [CheckSet] = []
    for (index, node) in try policy["checkSets"]?.elements().enumerated() ?? [].enumerated() {
      let set = try CheckSet(node, at: "\(name)/checkSets[\(index)]", into: &draft)
      if let before = sets.firstIndex(where: { $0.scope.covers(set.scope) }) {
        throw node.error(
          "it is never evaluated, because checkSets[\(before)] covers its scope",
          remedy: "Put the more specific check set first, and keep one for each scope.")
      }
      sets.append(set)
    }
    guard let last = sets.last else {
      throw policy.error("without check sets it would let everything in", remedy: "List checkSets.")
    }
    guard last.scope == .everywhere else {
      throw policy.error(
        "no check set covers what the others leave out", remedy: "Add one without scope as the last of checkSets.")
    }
    return sets
  }
}

/// Platform policies for Kubernetes, known by `gkePolicy`.
enum PlatformPolicyDocument: PolicyDocument {
  static let title = "a platform policy of Binary Authorization (gkePolicy)"

  static func isMeant(by document: DocumentNode) -> Bool {
    document.isMapping && document["kind"] == nil && document["gkePolicy"] != nil
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let policy = try PlatformPolicy(document, into: &draft)
    draft.images.append(policy)
  }
}
