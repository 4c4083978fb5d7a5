package import Attestations
import Images

extension Policy {
  /// The attestors of all its rules.
  package var askedAttestors: Set<String>? { attestorNames }

  /// What its patterns and rules say twice, or never.
  package func findings(attestors: Attestors, at nowSeconds: Int64) -> [PolicyFinding] {
    patternFindings + ruleFindings
  }

  private var patternFindings: [PolicyFinding] {
    var found: [PolicyFinding] = []
    for (index, pattern) in allowlist.enumerated() {
      let path = "admissionWhitelistPatterns[\(index)]"
      func add(_ severity: PolicyFinding.Severity, _ code: String, _ problem: String, remedy: String) {
        found.append(PolicyFinding(severity, code, policy: name, path: path, problem, remedy: remedy))
      }
      if pattern.meansNothing {
        add(
          .error, "pattern-matches-nothing", "\(pattern) can match no image: repositories of Docker Hub stand in a namespace.",
          remedy: "Write docker.io/library/* or docker.io/NAMESPACE/*.")
        continue
      }
      let covering = allowlist.indices.first { other in
        other != index && allowlist[other].covers(pattern) && (other < index || !pattern.covers(allowlist[other]))
      }
      if let covering {
        add(
          .warning, "pattern-shadowed",
          "\(pattern) is covered by admissionWhitelistPatterns[\(covering)], \(allowlist[covering]).", remedy: "Remove it.")
      } else if pattern.meansRegistry {
        add(
          .warning, "pattern-covers-registry", "\(pattern) lets in every image of its registry, and no rule is asked about any.",
          remedy: "Name the repositories that need no attestation.")
      }
      if pattern.needsTag {
        add(
          .warning, "pattern-needs-tag", "\(pattern) means images by tag, and an image with a digest is never one of them.",
          remedy: "Leave the tag out, unless the gate lets images in without a digest.")
      }
    }
    return found
  }

  private var ruleFindings: [PolicyFinding] {
    let rules = scopedRules
    var found: [PolicyFinding] = []
    func add(
      _ severity: PolicyFinding.Severity, _ code: String, _ path: String, _ problem: String, remedy: String
    ) {
      found.append(PolicyFinding(severity, code, policy: name, path: path, problem, remedy: remedy))
    }
    for (path, rule) in rules where rule == defaultRule {
      add(
        .warning, "rule-same-as-default", path, "\(path) says what defaultAdmissionRule says.",
        remedy: "Remove it, or change what it demands.")
    }
    let all = rules.map(\.rule) + [defaultRule]
    if all.allSatisfy({ $0.enforcement == .dryRun || $0.evaluation == .alwaysAllow }) {
      let isOpen = all.allSatisfy { $0.evaluation == .alwaysAllow }
      add(
        .warning, "nothing-enforced", "defaultAdmissionRule",
        isOpen ? "Every rule lets everything in." : "Every rule that demands something only tells, so nothing is kept out.",
        remedy: "Set enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG where a rule is to hold.")
    } else if defaultRule.evaluation == .alwaysAllow {
      add(
        .note, "default-allows", "defaultAdmissionRule", "What no other rule is about is let in.",
        remedy: "Demand attestations, if that is not meant.")
    }
    if allowlist.isEmpty, all.allSatisfy({ $0.evaluation == .alwaysDeny && $0.enforcement == .block }) {
      add(
        .warning, "nothing-admitted", "defaultAdmissionRule", "Every rule keeps everything out.",
        remedy: "Allow what is to run.")
    }
    return found
  }

  /// With their paths in the document, in order of these.
  private var scopedRules: [(path: String, rule: AdmissionRule)] {
    let (map, rules): (String, [String: AdmissionRule]) =
      switch scoped {
      case .none: ("", [:])
      case .clusters(let rules): ("clusterAdmissionRules", rules)
      case .namespaces(let rules): ("kubernetesNamespaceAdmissionRules", rules)
      case .serviceAccounts(let rules): ("kubernetesServiceAccountAdmissionRules", rules)
      case .istioIdentities(let rules): ("istioServiceIdentityAdmissionRules", rules)
      }
    return rules.sorted { $0.key < $1.key }.map { ("\(map)[\($0.key)]", $0.value) }
  }
}
