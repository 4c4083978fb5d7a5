/// All PodSecurityPolicies together: who is admitted by one of those for the namespace is admitted.
///
/// As in Kubernetes they are enforced on Pods. What makes Pods is warned about.
struct PodSecurityPolicies: WorkloadPolicy {
  let policies: [PodSecurityPolicy]

  var name: String { "PodSecurityPolicies" }

  var scope: PolicyScope {
    var all: Set<String> = []
    for policy in policies {
      guard let namespaces = policy.namespaces else { return .everywhere }
      all.formUnion(namespaces)
    }
    return .namespaces(all)
  }

  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let object = review.object, let part = PodPart(in: object), !review.isInsignificantUpdate else { return [] }
    let isPod = review.workload.kind == "Pod"
    let pod = PodFields(part)
    let path = part.path
    var closest: (policy: PodSecurityPolicy, violations: [ViolatedControl])?
    var tried = 0
    for policy in policies where policy.namespaces?.contains(review.place.namespace) ?? true {
      tried += 1
      let violations = policy.violations(in: pod, at: path)
      guard !violations.isEmpty else {
        let evidence = ["It is admitted by \(policy.name)."]
        return [Judgement(policy: name, rule: policy.name, evidence: evidence, reasons: [], enforcement: .block)]
      }
      if violations.count < closest?.violations.count ?? .max { closest = (policy, violations) }
    }
    guard let closest else { return [] }
    return [
      Judgement(
        policy: name, rule: closest.policy.name, reasons: [.notAdmitted(by: closest.policy, closest.violations, of: tried)],
        enforcement: isPod ? .block : .warn)
    ]
  }
}

extension Reason {
  fileprivate static func notAdmitted(
    by policy: PodSecurityPolicy, _ violations: [ViolatedControl], of tried: Int
  ) -> Reason {
    let which = tried == 1 ? "by \(policy.name)" : "by any of \(tried) policies; \(policy.name) comes closest"
    let what = violations.map { "\($0.violation.reason): \($0.violation.detail)" }.joined(separator: ", ")
    return Reason(
      code: "pod-security-policy", problem: "PodSecurityPolicy: unable to admit pod \(which): [\(what)].",
      remedy: "Set these fields; the policy is only judged by, it sets nothing itself.", about: .controls(violations))
  }
}
