import Images

extension PodSecurityControl {
  /// No port of the node may be taken.
  ///
  /// Source: k8s.io/pod-security-admission, check_hostPorts.go.
  static let hostPorts = PodSecurityControl(
    id: "hostPorts", standard: .baseline, checks: [(0, { takenPorts(in: $0) })])

  private static func takenPorts(in pod: PodFields) -> ControlViolation? {
    var names: [String] = []
    var taken: [String] = []
    for container in pod.containers {
      let ports = (container.node.present("ports")?.elements ?? []).compactMap { $0.present("hostPort") }
        .filter { $0.int != 0 }
      guard !ports.isEmpty else { continue }
      names.append(container.name)
      taken += ports.map { printable(String(decoding: $0.rawBytes, as: UTF8.self)) }
    }
    guard !names.isEmpty else { return nil }
    let values = ControlWording.sorted(taken)
    return ControlViolation(
      reason: "hostPort",
      detail: "\(ControlWording.containers(names)) \(ControlWording.uses(names.count)) "
        + "\(ControlWording.plural("hostPort", of: values.count)) \(values.joined(separator: ", "))",
      values: values.map { ControlValue(.hostPorts, $0) })
  }
}
