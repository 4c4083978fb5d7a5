package import Images

/// Flips security settings of pods, where somebody has asked for it, and refuses what it would break.
///
/// It changes a pod only while that is being made, and judges what came of it by the same rules; so a pod that went round
/// the webhook that patches is found by the one that judges.
package struct Hardening: WorkloadPolicy {
  package let name: String
  package let scope: PolicyScope
  /// Labels of pods; nil for all.
  let selector: LabelSelector?
  /// The kinds whose pods are changed and held to it. Other kinds with a template are told early what their pods will meet.
  let kinds: Set<String>
  /// What follows from a refusal.
  let enforcement: Enforcement
  /// What follows when a bit that is only set is absent all the same.
  let whenUnset: Enforcement
  let bits: [any HardeningBit]

  /// What it makes of the pod of `object`.
  ///
  /// - Returns: nil when it has no say: another namespace or label, no pod at a known place.
  package func plan(for object: JSONNode, in review: WorkloadReview, knowing evidence: Evidence) -> HardeningPlan? {
    if case .namespaces(let names) = scope, !names.contains(review.place.namespace) { return nil }
    guard let pod = HardeningPod(of: object, in: review), selector?.matches({ pod.labels[$0] }) ?? true else { return nil }
    var plan = HardeningPlan(object)
    if let field = pod.malformedField {
      plan.refusals.append(
        Reason(code: "malformed-workload", problem: "\(field) is no mapping.", remedy: "Write it as Kubernetes has it."))
      return plan
    }
    for bit in bits { bit.look(at: pod, knowing: evidence, &plan) }
    return plan
  }

  /// Whether pods of `kind` are changed, and not only judged.
  package func changes(_ kind: String) -> Bool { kinds.contains(kind) }

  /// One judgement of what is refused or missing; one more of what should have been set.
  package func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let object = review.object, !review.leavesPodAlone, let plan = plan(for: object, in: review, knowing: evidence)
    else { return [] }
    guard changes(review.workload.kind) else {
      // Its pods are hardened when they are made: only what will be refused then is worth a word.
      let mild: Enforcement = enforcement == .block ? .warn : enforcement
      return [Judgement(policy: name, rule: "spec.bits", reasons: plan.refusals, enforcement: mild)]
    }
    func missing(_ mode: HardeningMode) -> [Reason] {
      plan.changes.filter { $0.mode == mode }.map { Reason.notHardened($0) }
    }
    return [
      Judgement(
        policy: name, rule: "spec.bits", reasons: plan.refusals + missing(.require), enforcement: enforcement),
      Judgement(policy: name, rule: "spec.whenUnset", reasons: missing(.set), enforcement: whenUnset),
    ]
  }
}

extension WorkloadReview {
  /// Whether it is about a pod that exists and runs no other image for it. Nothing else that is looked at here can be changed
  /// in a pod, and its labels must not wait for what it was made with.
  fileprivate var leavesPodAlone: Bool {
    workload.kind == "Pod" && (oldObject.flatMap { try? Workload($0) }.map { workload.runsTheSame(as: $0) } ?? false)
  }
}

extension Reason {
  fileprivate static func notHardened(_ change: HardeningPlan.Change) -> Reason {
    Reason(
      code: "not-hardened", problem: "\(change.place) is without \(change.value).",
      remedy: "Write it into the manifest, with `pratique harden` for example, or let /mutate set it.")
  }
}
