import Images

extension Policy {
  /// Reads a policy as `gcloud container binauthz policy export` writes it, or the same as JSON.
  ///
  /// `etag` and `updateTime` are the server's and are passed over. One key is ours: `requireAttestationsAtLeast`, how many
  /// of the attestors suffice.
  ///
  /// - Parameters:
  ///   - attestors: full names that exist; nil when they are not at hand, and then any name will do.
  ///   - system: what `globalPolicyEvaluationMode: ENABLE` asks for; nil when there is none, and then it lets nothing
  ///     through: Google's own list of images is not held here.
  /// - Throws: `DocumentError` that points at the fault: an unknown key, a rule that demands nothing, an attestor that
  ///   does not exist, more than one sort of scoped rules.
  package init(
    _ document: DocumentNode, attestors: Set<String>?, system: SystemPolicy? = nil
  ) throws(DocumentError) {
    try document.onlyKeys(
      [
        "name", "description", "globalPolicyEvaluationMode", "admissionWhitelistPatterns", "defaultAdmissionRule", "etag",
        "updateTime",
      ]
        + Self.scopedKeys)
    let mode = try document["globalPolicyEvaluationMode"]?
      .choice(["ENABLE", "DISABLE", "GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED"])
    let defaultRule = try AdmissionRule(document.required("defaultAdmissionRule"), attestors: attestors)
    self.init(
      name: try document["name"]?.string() ?? "", allowlist: try Self.allowlist(document),
      scoped: try Self.scopedRules(document, attestors: attestors), defaultRule: defaultRule,
      systemPolicy: mode == "ENABLE" ? system ?? .empty : nil)
  }

  static func allowlist(_ document: DocumentNode) throws(DocumentError) -> [NamePattern] {
    var allowlist: [NamePattern] = []
    for entry in try document["admissionWhitelistPatterns"]?.elements() ?? [] {
      try entry.onlyKeys(["namePattern"])
      allowlist.append(try NamePattern(entry.required("namePattern")))
    }
    return allowlist
  }

  private static let scopedKeys = [
    "clusterAdmissionRules", "kubernetesNamespaceAdmissionRules", "kubernetesServiceAccountAdmissionRules",
    "istioServiceIdentityAdmissionRules",
  ]

  private static func scopedRules(
    _ document: DocumentNode, attestors: Set<String>?
  ) throws(DocumentError) -> ScopedRules {
    var found: ScopedRules = .none
    for key in scopedKeys {
      guard let map = document[key] else { continue }
      var rules: [String: AdmissionRule] = [:]
      for (scope, rule) in try map.entries() {
        guard isScope(scope, of: key) else {
          throw rule.error(
            "\"\(printable(scope))\" is not a key of \(key)", remedy: "Write it as \(scopeForm(of: key)).")
        }
        rules[scope] = try AdmissionRule(rule, attestors: attestors)
      }
      if rules.isEmpty { continue }
      guard case .none = found else {
        throw map.error(
          "a policy has one sort of scoped rules, and this is the second",
          remedy: "Keep one of \(scopedKeys.joined(separator: ", ")).")
      }
      found =
        switch key {
        case "clusterAdmissionRules": .clusters(rules)
        case "kubernetesNamespaceAdmissionRules": .namespaces(rules)
        case "kubernetesServiceAccountAdmissionRules": .serviceAccounts(rules)
        default: .istioIdentities(rules)
        }
    }
    return found
  }

  private static func isScope(_ text: String, of key: String) -> Bool {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "*") }
    let separators = text.utf8.count { $0 == UInt8(ascii: ":") }
    return switch key {
    case "clusterAdmissionRules": isPlain && text.contains(".") && !text.hasPrefix(".") && !text.hasSuffix(".")
    case "kubernetesNamespaceAdmissionRules": isPlain && separators == 0
    case "kubernetesServiceAccountAdmissionRules":
      isPlain && separators == 1 && !text.hasPrefix(":") && !text.hasSuffix(":")
    default: isPlain && text.hasPrefix("spiffe://") && text.contains("/ns/") && text.contains("/sa/")
    }
  }

  private static func scopeForm(of key: String) -> String {
    switch key {
    case "clusterAdmissionRules": "location.cluster"
    case "kubernetesNamespaceAdmissionRules": "the name of a namespace"
    case "kubernetesServiceAccountAdmissionRules": "namespace:serviceaccount"
    default: "spiffe://domain/ns/namespace/sa/serviceaccount"
    }
  }
}

extension AdmissionRule {
  fileprivate init(_ node: DocumentNode, attestors known: Set<String>?) throws(DocumentError) {
    try node.onlyKeys(["evaluationMode", "requireAttestationsBy", "requireAttestationsAtLeast", "enforcementMode"])
    let mode = try node.required("evaluationMode").choice(["ALWAYS_ALLOW", "REQUIRE_ATTESTATION", "ALWAYS_DENY"])
    let enforcement = try node.required("enforcementMode").choice([Enforcement.block, .dryRun].map(\.rawValue))
    self.init(
      evaluation: mode == "ALWAYS_DENY" ? .alwaysDeny : .alwaysAllow,
      enforcement: Enforcement(rawValue: enforcement) ?? .block)
    let names = try node["requireAttestationsBy"]?.elements() ?? []
    guard mode == "REQUIRE_ATTESTATION" else {
      guard names.isEmpty, node["requireAttestationsAtLeast"] == nil else {
        throw node.error(
          "\(mode) takes no attestors", remedy: "Remove them, or write evaluationMode: REQUIRE_ATTESTATION.")
      }
      return
    }
    var wanted: [String] = []
    for name in names {
      let text = try name.string()
      guard known?.contains(text) ?? true else {
        throw name.error(
          "the attestor \(printable(text)) does not exist", remedy: "Add it to the attestors, or correct the name.")
      }
      wanted.append(text)
    }
    let least = try node["requireAttestationsAtLeast"]?.int(in: 1...max(1, wanted.count))
    guard let rule = AdmissionRule.requiring(wanted, atLeast: least, enforcement: self.enforcement) else {
      throw node.error(
        wanted.isEmpty ? "REQUIRE_ATTESTATION without attestors would demand nothing" : "an attestor stands twice",
        remedy: "List under requireAttestationsBy each attestor that must have signed, once.")
    }
    self = rule
  }
}

extension NamePattern {
  init(_ node: DocumentNode) throws(DocumentError) {
    let text = try node.string()
    do throws(ImageError) {
      try self.init(parsing: text)
    } catch {
      throw node.error(
        error.problem, remedy: "Write registry/path, registry/path/* for one level or registry/path/** for all below.")
    }
  }
}

extension DocumentNode {
  /// The text, which must be one of `choices`.
  func choice(_ choices: [String]) throws(DocumentError) -> String {
    let text = try string()
    guard choices.contains(text) else {
      throw error("\"\(printable(text))\" is not one of the choices", remedy: "Write \(choices.joined(separator: " or ")).")
    }
    return text
  }
}
