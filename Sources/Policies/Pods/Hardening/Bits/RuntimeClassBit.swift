import Images

/// Whom a pod is trusted by decides what it runs in: `runtimeClassName` by the first rule that matches.
///
/// Source: Kubernetes RuntimeClass.
struct RuntimeClassBit: HardeningBit {
  /// One tier of trust; what it does not name it does not ask.
  struct Rule: Sendable {
    let namespaces: Set<String>?
    let selector: LabelSelector?
    /// Nil where pods run as the node runs them.
    let runtimeClass: String?

    func matches(_ pod: HardeningPod) -> Bool {
      (namespaces?.contains(pod.namespace) ?? true) && (selector?.matches { pod.labels[$0] } ?? true)
    }
  }

  let name = "runtimeClassName"
  let mode: HardeningMode
  let rules: [Rule]

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard pod.isWhole, !pod.isWindows, let wanted = rules.first(where: { $0.matches(pod) })?.runtimeClass else { return }
    if let written = pod.spec[name]?.string {
      guard written != wanted else { return }
      plan.contrary(
        self, "runtimeClassName: \(printable(written))", at: "the pod", instead: "Write runtimeClassName: \(wanted).")
      return
    }
    if let shared = ["hostNetwork", "hostPID", "hostIPC"].first(where: { pod.spec[$0]?.bool ?? false }) {
      plan.wouldBreak(
        self, "it shares \(shared) with the node, which the sandbox \(wanted) keeps from it", at: "the pod",
        remedy: "Remove \(shared), or have the pod trusted by a rule.")
      return
    }
    plan.set(pod.pointer.appending(name), to: .text(wanted), self, says: "runtimeClassName: \(wanted)", at: "pod")
  }
}
