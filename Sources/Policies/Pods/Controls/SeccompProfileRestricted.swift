import Images

extension PodSecurityControl {
  /// Every container must have a seccomp profile, its own or the pod's. Windows has none.
  ///
  /// Source: k8s.io/pod-security-admission, check_seccompProfile_restricted.go.
  static let seccompProfileRestricted = PodSecurityControl(
    id: "seccompProfile_restricted", standard: .restricted, overrides: ["seccompProfile_baseline"],
    checks: [
      (19, { forbiddenSeccomp(in: $0) ?? lackingSeccomp(in: $0) }),
      (25, { $0.isForWindows ? nil : forbiddenSeccomp(in: $0) ?? lackingSeccomp(in: $0) }),
    ])

  private static func lackingSeccomp(in pod: PodFields) -> ControlViolation? {
    guard pod.security.seccompProfile == nil else { return nil }
    let names = pod.names { $0.security.seccompProfile == nil }
    guard !names.isEmpty else { return nil }
    return ControlViolation(
      reason: "seccompProfile",
      detail: "pod or \(ControlWording.containers(names)) must set securityContext.seccompProfile.type to "
        + "\"RuntimeDefault\" or \"Localhost\"",
      values: [ControlValue(nil, "unset")])
  }
}
