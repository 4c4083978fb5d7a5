import Images

/// Checks that must all pass, and whom they are for.
///
/// Source: binaryauthorization.v1 (REST), CheckSet, Scope, ImageAllowlist.
struct CheckSet: Sendable {
  /// Which pods it is for.
  enum Scope: Hashable, Sendable, CustomStringConvertible {
    case everywhere
    case namespace(String)
    case serviceAccount(namespace: String, name: String)

    var description: String {
      switch self {
      case .everywhere: "unscoped"
      case .namespace(let name): "kubernetesNamespace \(name)"
      case .serviceAccount(let namespace, let name): "kubernetesServiceAccount \(namespace):\(name)"
      }
    }

    func covers(namespace: String, serviceAccount: String) -> Bool {
      switch self {
      case .everywhere: true
      case .namespace(let name): name == namespace
      case .serviceAccount(let place, let name): place == namespace && name == serviceAccount
      }
    }

    /// Whether all that `other` covers is covered.
    func covers(_ other: Scope) -> Bool {
      switch (self, other) {
      case (.everywhere, _): true
      case (.namespace(let own), .serviceAccount(let place, _)): own == place
      default: self == other
      }
    }
  }

  struct Entry: Sendable {
    /// As people call it; empty where the document has no name.
    let displayName: String
    let allowlist: ImageAllowlist
    let check: any PlatformCheck

    var field: String { type(of: check).field }
  }

  let displayName: String
  let scope: Scope
  let allowlist: ImageAllowlist
  let checks: [Entry]

  /// - Parameter place: `projects/p/platforms/gke/policies/a/checkSets[0]`.
  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["displayName", "scope", "imageAllowlist", "checks"])
    displayName = try node["displayName"]?.string() ?? ""
    scope = try node["scope"].map { (scope) throws(DocumentError) in try Scope(scope) } ?? .everywhere
    allowlist = try ImageAllowlist(node["imageAllowlist"])
    var checks: [Entry] = []
    for (index, check) in try node["checks"]?.elements().enumerated() ?? [].enumerated() {
      checks.append(try Entry(check, at: "\(place).checks[\(index)]", into: &draft))
    }
    guard !checks.isEmpty else {
      throw node.error(
        "without checks it would let everything in", remedy: "List checks, or name the images under imageAllowlist.")
    }
    if checks.count > 1, let denying = checks.firstIndex(where: { $0.check is AlwaysDeny && $0.allowlist.isEmpty }) {
      throw node.error(
        "checks[\(denying)] denies everything, so the other checks decide nothing",
        remedy: "Keep alwaysDeny alone, or give it an imageAllowlist.")
    }
    self.checks = checks
  }
}

extension CheckSet.Scope {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["kubernetesNamespace", "kubernetesServiceAccount"])
    switch (node["kubernetesNamespace"], node["kubernetesServiceAccount"]) {
    case (let namespace?, nil):
      let name = try namespace.filledString()
      guard Self.isName(name) else { throw namespace.error("it is no namespace", remedy: "Write its name.") }
      self = .namespace(name)
    case (nil, let account?):
      let parts = try account.string().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, parts.allSatisfy(Self.isName) else {
        throw account.error("it is no service account", remedy: "Write namespace:serviceaccount.")
      }
      self = .serviceAccount(namespace: parts[0], name: parts[1])
    case (nil, nil):
      throw node.error("it names nothing", remedy: "Leave scope out for the check set that holds everywhere else.")
    default:
      throw node.error("it names two scopes", remedy: "Write kubernetesNamespace or kubernetesServiceAccount.")
    }
  }

  private static func isName(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || "-.".utf8.contains($0) }
  }
}

extension CheckSet.Entry {
  fileprivate init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["displayName", "imageAllowlist"] + platformChecks.map { $0.field })
    displayName = try node["displayName"]?.string() ?? ""
    allowlist = try ImageAllowlist(node["imageAllowlist"])
    let written = platformChecks.filter { node[$0.field] != nil }
    guard written.count == 1, let sort = written.first else {
      let known = platformChecks.map { $0.field }.joined(separator: ", ")
      throw node.error(
        written.isEmpty ? "it checks nothing" : "it is more than one check", remedy: "Write one of: \(known).")
    }
    check = try sort.init(node.required(sort.field), at: place, into: &draft)
  }
}

/// Images that need not be checked.
struct ImageAllowlist: Hashable, Sendable {
  private let patterns: [NamePattern]

  var isEmpty: Bool { patterns.isEmpty }

  /// - Parameter node: nil where the document has none.
  init(_ node: DocumentNode?) throws(DocumentError) {
    var patterns: [NamePattern] = []
    if let node {
      try node.onlyKeys(["allowPattern"])
      for (_, entry) in try node.required("allowPattern").filledList() { patterns.append(try NamePattern(entry)) }
    }
    self.patterns = patterns
  }

  /// The pattern that lets `image` through.
  func matching(_ image: ImageReference) -> String? { patterns.first { $0.matches(image) }?.description }
}
