package import Images

/// Which images may run where: the project policy of Binary Authorization.
///
/// One rule is chosen for an image, the scoped one when there is one for the place, else the default. An image that an
/// allowlist pattern matches is let through before any rule.
///
/// Source: google.cloud.binaryauthorization.v1.Policy.
package struct Policy: Hashable, Sendable {
  /// Rules for some places only. A policy has one sort of them.
  package enum ScopedRules: Hashable, Sendable {
    case none
    /// By `location.cluster`.
    case clusters([String: AdmissionRule])
    case namespaces([String: AdmissionRule])
    /// By `namespace:serviceaccount`.
    case serviceAccounts([String: AdmissionRule])
    /// By `spiffe://domain/ns/namespace/sa/serviceaccount`.
    case istioIdentities([String: AdmissionRule])
  }

  /// `projects/{project}/policy`; empty when the document has none.
  package let name: String
  package let allowlist: [NamePattern]
  package let scoped: ScopedRules
  package let defaultRule: AdmissionRule
  /// What the operator of the system lets through everywhere; nil where the policy asks nothing of it.
  package let systemPolicy: SystemPolicy?

  package init(
    name: String = "", allowlist: [NamePattern] = [], scoped: ScopedRules = .none, defaultRule: AdmissionRule,
    systemPolicy: SystemPolicy? = nil
  ) {
    self.systemPolicy = systemPolicy
    self.name = name
    self.allowlist = allowlist
    self.scoped = scoped
    self.defaultRule = defaultRule
  }
}

/// Where a workload is to run.
package struct Place: Hashable, Sendable {
  /// `location.cluster`, as the gate was told; empty when it was not.
  package let cluster: String
  package let namespace: String
  /// What service identities of the mesh start with.
  package let trustDomain: String

  package init(cluster: String = "", namespace: String, trustDomain: String = "cluster.local") {
    self.cluster = cluster
    self.namespace = namespace
    self.trustDomain = trustDomain
  }
}

extension Policy {
  /// The rule that an image comes under, and its name as the document has it.
  func rule(in place: Place, serviceAccount: String) -> (name: String, rule: AdmissionRule) {
    if case .none = scoped { return ("defaultAdmissionRule", defaultRule) }
    let (map, key, rules): (String, String, [String: AdmissionRule]) =
      switch scoped {
      case .none: ("", "", [:])
      case .clusters(let rules): ("clusterAdmissionRules", place.cluster, rules)
      case .namespaces(let rules): ("kubernetesNamespaceAdmissionRules", place.namespace, rules)
      case .serviceAccounts(let rules):
        ("kubernetesServiceAccountAdmissionRules", "\(place.namespace):\(serviceAccount)", rules)
      case .istioIdentities(let rules):
        (
          "istioServiceIdentityAdmissionRules",
          "spiffe://\(place.trustDomain)/ns/\(place.namespace)/sa/\(serviceAccount)", rules
        )
      }
    if let rule = rules[key] { return ("\(map)[\(key)]", rule) }
    return ("defaultAdmissionRule", defaultRule)
  }

  /// Full names of all attestors that any rule demands.
  package var attestorNames: Set<String> {
    let rules: [AdmissionRule] =
      switch scoped {
      case .none: []
      case .clusters(let map), .namespaces(let map), .serviceAccounts(let map), .istioIdentities(let map):
        Array(map.values)
      }
    return Set((rules + [defaultRule]).flatMap(\.attestors))
  }
}

extension AdmissionRule {
  /// Full names of the attestors it demands; empty unless it demands attestations.
  var attestors: [String] {
    if case .requireAttestations(let names, _) = evaluation { names } else { [] }
  }
}
