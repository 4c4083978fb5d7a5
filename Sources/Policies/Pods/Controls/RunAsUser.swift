import Images

extension PodSecurityControl {
  /// No user may be set that is root, unless the pod has users of its own.
  ///
  /// Source: k8s.io/pod-security-admission, check_runAsUser.go.
  static let runAsUser = PodSecurityControl(
    id: "runAsUser", standard: .restricted,
    checks: [(23, { rootUsers(in: $0) }), (35, { $0.hasOwnUsers ? nil : rootUsers(in: $0) })])

  private static func rootUsers(in pod: PodFields) -> ControlViolation? {
    func isRoot(_ security: PodFields.Security) -> Bool { security.runAsUser.map { ($0.int ?? 0) == 0 } ?? false }
    let names = pod.names { isRoot($0.security) }
    guard isRoot(pod.security) || !names.isEmpty else { return nil }
    return ControlViolation(
      reason: "runAsUser=0",
      detail: "\(ControlWording.setters(pod: isRoot(pod.security), names)) must not set runAsUser=0",
      values: [ControlValue(.runAsUser, "0")])
  }
}
