import Images

extension PodSecurityControl {
  /// A privileged container is as good as the node.
  ///
  /// Source: k8s.io/pod-security-admission, check_privileged.go.
  static let privileged = PodSecurityControl(
    id: "privileged", standard: .baseline, checks: [(0, { privilegedContainers(in: $0) })])

  private static func privilegedContainers(in pod: PodFields) -> ControlViolation? {
    let names = pod.names { $0.security.privileged?.mayBeTrue ?? false }
    guard !names.isEmpty else { return nil }
    return ControlViolation(
      reason: "privileged", detail: "\(ControlWording.containers(names)) must not set securityContext.privileged=true",
      values: [ControlValue(nil, "privileged")])
  }
}
