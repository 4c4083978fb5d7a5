import Images

extension PodSecurityControl {
  /// What the runtime hides below /proc must stay hidden, unless the pod has users of its own.
  ///
  /// Source: k8s.io/pod-security-admission, check_procMount_baseline.go.
  static let procMount = PodSecurityControl(
    id: "procMount", standard: .baseline,
    checks: [(0, { bareProc(in: $0) }), (35, { $0.hasOwnUsers ? nil : bareProc(in: $0) })])

  /// The same without the exception.
  ///
  /// Source: k8s.io/pod-security-admission, check_procMount_restricted.go.
  static let procMountRestricted = PodSecurityControl(
    id: "procMount_restricted", standard: .restricted, overrides: ["procMount"], checks: [(35, { bareProc(in: $0) })])

  private static func bareProc(in pod: PodFields) -> ControlViolation? {
    let bad = pod.containers.filter { $0.security.procMount.map { $0.string != "Default" } ?? false }
    guard !bad.isEmpty else { return nil }
    let values = ControlWording.sorted(bad.map { $0.security.procMount?.string ?? "" })
    return ControlViolation(
      reason: "procMount",
      detail: "\(ControlWording.containers(bad.map(\.name))) must not set securityContext.procMount to "
        + ControlWording.quoted(values),
      values: values.map { ControlValue(.procMount, $0) })
  }
}
