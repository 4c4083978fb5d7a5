import Images

extension PodSecurityControl {
  /// Probes and lifecycle handlers must not make the node call other hosts than the pod.
  ///
  /// Source: k8s.io/pod-security-admission, check_hostProbesAndhostLifecycle.go.
  static let hostProbesAndHostLifecycle = PodSecurityControl(
    id: "hostProbesAndHostLifecycle", standard: .baseline, checks: [(34, { probedHosts(in: $0) })])

  private static func probedHosts(in pod: PodFields) -> ControlViolation? {
    var names: [String] = []
    var hosts: [String] = []
    for container in pod.containers {
      let lifecycle = container.node.present("lifecycle")
      let handlers =
        ["livenessProbe", "readinessProbe", "startupProbe"].map { container.node.present($0) }
        + ["postStart", "preStop"].map { lifecycle?.present($0) }
      let called = handlers.flatMap { handler in
        ["httpGet", "tcpSocket"].compactMap { handler?.present($0)?.present("host") }.map { $0.string ?? "?" }
      }.filter { !$0.isEmpty }
      guard !called.isEmpty else { continue }
      names.append(container.name)
      hosts += called
    }
    guard !names.isEmpty else { return nil }
    let (setters, values) = (ControlWording.sorted(names), ControlWording.sorted(hosts))
    return ControlViolation(
      reason: "probe or lifecycle host",
      detail: "\(ControlWording.containers(setters)) \(ControlWording.uses(setters.count)) "
        + "\(ControlWording.plural("probe or lifecycle host", of: values.count)) \(ControlWording.quoted(values))",
      values: values.map { ControlValue(.probeHosts, $0) })
  }
}
