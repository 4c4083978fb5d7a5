import Images

extension PodSecurityControl {
  /// Every container must say that it does not run as root, itself or through the pod, unless the pod has users of its own.
  ///
  /// Source: k8s.io/pod-security-admission, check_runAsNonRoot.go.
  static let runAsNonRoot = PodSecurityControl(
    id: "runAsNonRoot", standard: .restricted,
    checks: [(0, { rootAllowed(in: $0) }), (35, { $0.hasOwnUsers ? nil : rootAllowed(in: $0) })])

  private static func rootAllowed(in pod: PodFields) -> ControlViolation? {
    func violation(_ detail: String) -> ControlViolation {
      ControlViolation(reason: "runAsNonRoot != true", detail: detail, values: [ControlValue(nil, "runAsNonRoot")])
    }
    let podIsBad = pod.security.runAsNonRoot.map { $0.bool != true } ?? false
    let bad = pod.names { $0.security.runAsNonRoot.map { $0.bool != true } ?? false }
    guard !podIsBad, bad.isEmpty else {
      return violation("\(ControlWording.setters(pod: podIsBad, bad)) must not set securityContext.runAsNonRoot=false")
    }
    guard pod.security.runAsNonRoot == nil else { return nil }
    let silent = pod.names { $0.security.runAsNonRoot == nil }
    guard !silent.isEmpty else { return nil }
    return violation("pod or \(ControlWording.containers(silent)) must set securityContext.runAsNonRoot=true")
  }
}
