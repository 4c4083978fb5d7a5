import Images

extension PodSecurityControl {
  /// The namespaces of the node must not be shared.
  ///
  /// Source: k8s.io/pod-security-admission, check_hostNamespaces.go.
  static let hostNamespaces = PodSecurityControl(
    id: "hostNamespaces", standard: .baseline, checks: [(0, { sharedNamespaces(in: $0) })])

  private static func sharedNamespaces(in pod: PodFields) -> ControlViolation? {
    let shared = ["hostNetwork", "hostPID", "hostIPC"].filter { pod.spec.present($0)?.mayBeTrue ?? false }
    guard !shared.isEmpty else { return nil }
    return ControlViolation(
      reason: "host namespaces", detail: shared.map { "\($0)=true" }.joined(separator: ", "),
      values: shared.map { ControlValue(.hostNamespaces, $0) })
  }
}
