import Images

/// Which requests a policy or a binding is about.
///
/// With `matchPolicy: Equivalent`, which holds when none is written, the version of a resource is not compared: the object
/// is judged as it was sent. With `Exact` it is. One object, as every review looks at very many.
///
/// Source: Kubernetes admissionregistration.k8s.io/v1, MatchResources and NamedRuleWithOperations.
final class MatchResources: Sendable {
  /// One of its rules.
  struct Rule: Sendable {
    let groups: [String]
    let versions: [String]
    let operations: [String]
    let resources: Set<String>
    /// Empty for all.
    let names: Set<String>
    /// Whether only what belongs to a namespace is meant, or only what belongs to none; nil for both.
    let isNamespaced: Bool?
  }

  static let namespaceName = "kubernetes.io/metadata.name"

  /// Empty for all requests.
  let rules: [Rule]
  private let excluded: [Rule]
  private let namespaces: LabelSelector?
  /// The names that `namespaces` leaves; nil for any.
  private let namespaceNames: Set<String>?
  /// Whether `namespaces` asks for nothing but the name.
  private let asksForNameOnly: Bool
  private let objects: LabelSelector?
  private let isExact: Bool

  /// Reads it. With `isNeeded`, rules must be there.
  ///
  /// - Throws: `DocumentError`.
  init(_ node: DocumentNode?, isNeeded: Bool) throws(DocumentError) {
    try node?.onlyKeys(["resourceRules", "excludeResourceRules", "namespaceSelector", "objectSelector", "matchPolicy"])
    rules = try Self.rules(node?["resourceRules"])
    if isNeeded, rules.isEmpty, let node {
      throw node.error("it matches nothing", remedy: "List the resources under matchConstraints.resourceRules.")
    }
    excluded = try Self.rules(node?["excludeResourceRules"])
    namespaces = try node?["namespaceSelector"].map { (node) throws(DocumentError) in try LabelSelector(node) }
    objects = try node?["objectSelector"].map { (node) throws(DocumentError) in try LabelSelector(node) }
    isExact = try node?["matchPolicy"]?.choice(["Equivalent", "Exact"]) == "Exact"
    namespaceNames = namespaces?.values(of: Self.namespaceName)
    asksForNameOnly = namespaces?.leavingOut(Self.namespaceName).isEmpty ?? true
    if namespaceNames?.isEmpty == true, let node {
      throw node.error("no namespace has two names at once", remedy: "Name the namespaces in one list, with operator In.")
    }
  }

  private static func rules(_ node: DocumentNode?) throws(DocumentError) -> [Rule] {
    var found: [Rule] = []
    for rule in try node?.elements() ?? [] {
      try rule.onlyKeys(["apiGroups", "apiVersions", "operations", "resources", "resourceNames", "scope"])
      let scope = try rule["scope"]?.choice(["*", "Cluster", "Namespaced"]) ?? "*"
      let operations = try listed(rule, "operations")
      let known: Set<String> = ["CREATE", "UPDATE", "DELETE", "CONNECT", "*"]
      guard operations.isSubset(of: known) else {
        throw rule.error("an operation is unknown", remedy: "Use CREATE, UPDATE, DELETE, CONNECT or *.")
      }
      found.append(
        Rule(
          groups: try listed(rule, "apiGroups").sorted(), versions: try listed(rule, "apiVersions").sorted(),
          operations: operations.sorted(),
          resources: try listed(rule, "resources"), names: Set(try rule["resourceNames"]?.strings() ?? []),
          isNamespaced: scope == "*" ? nil : scope == "Namespaced"))
    }
    return found
  }

  private static func listed(_ rule: DocumentNode, _ key: String) throws(DocumentError) -> Set<String> {
    let node = try rule.required(key)
    let values = Set(try node.strings())
    guard !values.isEmpty else {
      throw node.error("\(key) is empty, so it matches nothing", remedy: "List them, or write \"*\".")
    }
    return values
  }

  // MARK: Matching

  /// Where it can match at all.
  ///
  /// What belongs to no namespace is never left out by a selector on namespaces.
  var scope: PolicyScope {
    namespaceNames.map { .namespaces($0.union([""])) } ?? .everywhere
  }

  /// What it can match at all; nil when that cannot be told from its rules.
  var resources: Set<String>? {
    let all = rules.reduce(into: Set<String>()) { $0.formUnion($1.resources) }
    return all.isEmpty || all.contains { $0.contains("*") } ? nil : all
  }

  /// A namespace whose labels are not known counts as meant: nothing is let in because nobody looked.
  func matches(_ review: WorkloadReview) -> Bool {
    guard rules.isEmpty || matchesAny(rules, review), !matchesAny(excluded, review) else { return false }
    if let objects, !objects.isEmpty {
      guard
        [review.object, review.oldObject].contains(where: { object in
          object.map { node in objects.matches { node["metadata"]?["labels"]?[$0]?.string } } ?? false
        })
      else { return false }
    }
    guard let namespaces, !namespaces.isEmpty, !review.place.namespace.isEmpty else { return true }
    if let namespaceNames, !namespaceNames.contains(review.place.namespace) { return false }
    guard let labels = review.namespaceLabels else {
      return asksForNameOnly ? namespaces.matches { $0 == Self.namespaceName ? review.place.namespace : nil } : true
    }
    return namespaces.matches { $0 == Self.namespaceName ? review.place.namespace : labels[$0] }
  }

  private func matchesAny(_ rules: [Rule], _ review: WorkloadReview) -> Bool {
    for index in rules.indices where matches(rules[index], review) { return true }
    return false
  }

  private func matches(_ rule: Rule, _ review: WorkloadReview) -> Bool {
    let target = review.target
    func has(_ values: [String], _ value: String) -> Bool { values.contains(value) || values.contains("*") }
    guard has(rule.operations, target.operation), has(rule.groups, target.group),
      !isExact || has(rule.versions, target.version), matches(rule.resources, target.resource)
    else { return false }
    guard rule.isNamespaced.map({ $0 == !review.place.namespace.isEmpty }) ?? true else { return false }
    return rule.names.isEmpty || rule.names.contains(review.workload.name ?? "")
  }

  /// `*` is every resource but no part of one; `*/*` all parts of all; `pods/*` all parts of pods; `*/scale` one part of all.
  private func matches(_ resources: Set<String>, _ resource: String) -> Bool {
    if resources.contains(resource) || resources.contains("*/*") { return true }
    guard let slash = resource.firstIndex(of: "/") else { return resources.contains("*") }
    return resources.contains(resource[..<slash] + "/*") || resources.contains("*" + resource[slash...])
  }
}
