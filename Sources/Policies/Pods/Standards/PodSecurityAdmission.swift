import Images

/// Kubernetes' own admission by the Pod Security Standards: levels by the labels of the namespace, with defaults and
/// exemptions. Enforced on Pods; Pods and what makes them are warned about and audited.
///
/// Source: k8s.io/pod-security-admission/admission.
struct PodSecurityAdmission: WorkloadPolicy {
  static let title = "PodSecurityConfiguration"

  let defaults: NamespaceLevels
  let exemptUsers: Set<String>
  let exemptNamespaces: Set<String>
  let exemptRuntimeClasses: Set<String>

  var name: String { Self.title }
  var scope: PolicyScope { .everywhere }

  /// Of Pods; nothing in them changes what a pod may do.
  private static let ignoredParts: Set<String> = [
    "pods/exec", "pods/attach", "pods/binding", "pods/eviction", "pods/log", "pods/portforward", "pods/proxy", "pods/status",
  ]

  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let object = review.object else { return [] }
    if review.workload.kind == "Namespace" {
      return review.resource.contains("/") ? [] : judgements(ofNamespace: object, review)
    }
    guard let part = PodPart(in: object) else { return [] }
    let isPod = review.workload.kind == "Pod"
    guard isPod ? !Self.ignoredParts.contains(review.resource) : !review.resource.contains("/") else { return [] }
    if let why = exemption(of: review) { return [told(why, rule: "exemptions")] }
    if review.isInsignificantUpdate {
      return [told("Nothing that the standards look at has changed.", rule: "enforce")]
    }
    guard let labels = review.namespaceLabels ?? (review.requester == nil ? [:] : nil) else {
      return isPod ? [refused(.namespaceUnknown(review.place.namespace), rule: "enforce")] : []
    }
    if let name = part.spec.present("runtimeClassName")?.string, exemptRuntimeClasses.contains(name) {
      return [told("The runtime class \(printable(name)) is exempt.", rule: "exemptions")]
    }
    let (levels, faults) = defaults.labelled(by: labels)
    return judgements(of: PodFields(part), levels, enforced: isPod)
      + faults.map { Judgement(policy: name, rule: "labels", reasons: [.labelFault($0)], enforcement: .warn) }
  }

  private func judgements(of pod: PodFields, _ levels: NamespaceLevels, enforced: Bool) -> [Judgement] {
    var found: [PodSecurityLevel: [ViolatedControl]] = [:]
    func violations(_ level: PodSecurityLevel) -> [ViolatedControl] {
      if let known = found[level] { return known }
      let violations = level.violations(in: pod)
      found[level] = violations
      return violations
    }
    func judgement(_ rule: String, _ level: PodSecurityLevel, _ enforcement: Enforcement) -> Judgement {
      let reason = Reason.podSecurity(level, violations(level), isMild: enforcement != .block)
      return Judgement(
        policy: name, rule: rule, evidence: reason == nil ? ["It meets PodSecurity \"\(level)\"."] : [],
        reasons: [reason].compactMap { $0 }, enforcement: enforcement)
    }
    var judgements: [Judgement] = []
    if enforced { judgements.append(judgement("enforce", levels.enforce, .block)) }
    if levels.audit.standard != .privileged { judgements.append(judgement("audit", levels.audit, .audit)) }
    // Who is refused needs no warning of the same.
    if levels.warn.standard != .privileged, judgements.allSatisfy({ $0.denial == nil }) {
      judgements.append(judgement("warn", levels.warn, .warn))
    }
    return judgements
  }

  private func exemption(of review: WorkloadReview) -> String? {
    let namespace = review.place.namespace
    if exemptNamespaces.contains(namespace) { return "The namespace \(printable(namespace)) is exempt." }
    if let user = review.requester?.username, exemptUsers.contains(user) { return "The user \(printable(user)) is exempt." }
    return nil
  }

  /// A namespace's labels must be readable once they are set or changed.
  private func judgements(ofNamespace object: JSONNode, _ review: WorkloadReview) -> [Judgement] {
    let labels = Self.labels(of: object)
    let (levels, faults) = defaults.labelled(by: labels)
    let old = review.oldObject.map { defaults.labelled(by: Self.labels(of: $0)) }
    if !faults.isEmpty, faults != old?.faults {
      return faults.map { refused(.labelFault($0), rule: "labels") }
    }
    let namespace = review.workload.name ?? ""
    let spoken = levels.spoken(by: labels)
    guard exemptNamespaces.contains(namespace), !spoken.isEmpty, levels != defaults, levels != old?.levels else { return [] }
    let reason = Reason(
      code: "pod-security-exempt",
      problem: "namespace \"\(printable(namespace))\" is exempt from Pod Security, and the policy (\(spoken)) will be ignored.",
      remedy: "Remove the labels, or the exemption.")
    return [Judgement(policy: name, rule: "exemptions", reasons: [reason], enforcement: .warn)]
  }

  static func labels(of object: JSONNode) -> [String: String] {
    let members = object["metadata"]?.present("labels")?.members ?? []
    return Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
  }

  private func told(_ evidence: String, rule: String) -> Judgement {
    Judgement(policy: name, rule: rule, evidence: [evidence], reasons: [], enforcement: .block)
  }

  private func refused(_ reason: Reason, rule: String) -> Judgement {
    Judgement(policy: name, rule: rule, reasons: [reason], enforcement: .block)
  }
}

extension Reason {
  fileprivate static func labelFault(_ fault: String) -> Reason {
    Reason(
      code: "pod-security-labels", problem: "The namespace has a label of pod security that cannot be read: \(fault).",
      remedy: "Mend the label; until then the strictest reading counts.")
  }

  fileprivate static func namespaceUnknown(_ namespace: String) -> Reason {
    Reason(
      code: "namespace-unknown", problem: "failed to lookup namespace \"\(printable(namespace))\".",
      remedy: "Let the gate read the namespaces of the cluster, whose labels say what is enforced there.")
  }
}
