import Images

extension PodSecurityControl {
  /// A process must not come by more rights than its parent has. Windows has no such switch.
  ///
  /// Source: k8s.io/pod-security-admission, check_allowPrivilegeEscalation.go.
  static let allowPrivilegeEscalation = PodSecurityControl(
    id: "allowPrivilegeEscalation", standard: .restricted,
    checks: [(8, { escalating(in: $0) }), (25, { $0.isForWindows ? nil : escalating(in: $0) })])

  private static func escalating(in pod: PodFields) -> ControlViolation? {
    let names = pod.names { $0.security.allowPrivilegeEscalation?.mayBeTrue ?? true }
    guard !names.isEmpty else { return nil }
    return ControlViolation(
      reason: "allowPrivilegeEscalation != false",
      detail: "\(ControlWording.containers(names)) must set securityContext.allowPrivilegeEscalation=false",
      values: [ControlValue(nil, "allowPrivilegeEscalation")])
  }
}
