import Images

extension PodSecurityControl {
  /// A process of the Windows node itself must not be started.
  ///
  /// Source: k8s.io/pod-security-admission, check_windowsHostProcess.go.
  static let windowsHostProcess = PodSecurityControl(
    id: "windowsHostProcess", standard: .baseline, checks: [(0, { hostProcesses(in: $0) })])

  private static func hostProcesses(in pod: PodFields) -> ControlViolation? {
    let ofPod = pod.security.hostProcess?.mayBeTrue ?? false
    let names = pod.names { $0.security.hostProcess?.mayBeTrue ?? false }
    guard ofPod || !names.isEmpty else { return nil }
    return ControlViolation(
      reason: "hostProcess",
      detail: "\(ControlWording.setters(pod: ofPod, names)) must not set securityContext.windowsOptions.hostProcess=true",
      values: [ControlValue(nil, "hostProcess")])
  }
}
