import Images

/// A namespace begins to enforce more. What runs in it already is let be, and told of.
///
/// Source: k8s.io/pod-security-admission/admission, ValidateNamespace and EvaluatePodsInNamespace.
package struct EnforceChange: Sendable {
  /// Pods that are alike.
  package struct Alike: Sendable {
    /// The first of their names.
    package let name: String
    package let count: Int
    package let pod: PodPart

    package init(name: String, count: Int, pod: PodPart) {
      self.name = name
      self.count = count
      self.pod = pod
    }
  }

  package let namespace: String
  /// What it enforces from now on.
  package let level: PodSecurityLevel
  let exemptRuntimeClasses: Set<String>

  /// What its pods break, in Kubernetes' words; empty when they break nothing.
  ///
  /// - Parameter total: how many pods there are, if not all of them are given.
  package func warnings(about pods: [Alike], of total: Int) -> [String] {
    var broken: [String: (name: String, count: Int)] = [:]
    for alike in pods {
      if let name = alike.pod.spec.present("runtimeClassName")?.string, exemptRuntimeClasses.contains(name) { continue }
      let reasons = level.violations(in: alike.pod).map(\.violation.reason).joined(separator: ", ")
      guard !reasons.isEmpty else { continue }
      let known = broken[reasons] ?? (alike.name, 0)
      broken[reasons] = (min(known.name, alike.name), known.count + alike.count)
    }
    var told: [String] = []
    let checked = pods.reduce(0) { $0 + $1.count }
    if checked < total {
      told.append("new PodSecurity enforce level only checked against the first \(checked) of \(total) existing pods")
    }
    guard !broken.isEmpty else { return told }
    told.append(
      "existing pods in namespace \"\(printable(namespace))\" violate the new PodSecurity enforce level \"\(level)\"")
    return told + ControlWording.sorted(broken.map { "\(printable($1.name))\(Self.others($1.count - 1)): \($0)" })
  }

  private static func others(_ count: Int) -> String {
    count == 0 ? "" : " (and \(count) other \(ControlWording.plural("pod", of: count)))"
  }
}

extension PodSecurityAdmission {
  /// What a namespace enforces from now on; nil where it is no more than before, or the namespace is exempt.
  func enforceChange(by review: WorkloadReview) -> EnforceChange? {
    guard review.workload.kind == "Namespace", !review.resource.contains("/"), let name = review.workload.name,
      !exemptNamespaces.contains(name), let object = review.object, let old = review.oldObject
    else { return nil }
    let level = defaults.labelled(by: Self.labels(of: object)).levels.enforce
    let before = defaults.labelled(by: Self.labels(of: old)).levels.enforce
    guard level.standard != .privileged, level != before,
      level.version != before.version || before.standard < level.standard
    else { return nil }
    return EnforceChange(namespace: name, level: level, exemptRuntimeClasses: exemptRuntimeClasses)
  }
}

extension Rulebook {
  /// What a namespace enforces from now on by its labels; nil where it is no more than before.
  package func enforceChange(by review: WorkloadReview) -> EnforceChange? {
    guard review.workload.kind == "Namespace" else { return nil }
    return workloadPolicies.lazy.compactMap { ($0 as? PodSecurityAdmission)?.enforceChange(by: review) }.first
  }
}
