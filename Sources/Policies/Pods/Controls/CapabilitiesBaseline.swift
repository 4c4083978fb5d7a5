import Images

extension PodSecurityControl {
  /// No capability may be added beyond those that a container has anyway.
  ///
  /// Source: k8s.io/pod-security-admission, check_capabilities_baseline.go.
  static let capabilitiesBaseline = PodSecurityControl(
    id: "capabilities_baseline", standard: .baseline, checks: [(0, { nonDefaultCapabilities(in: $0) })])

  private static let defaultCapabilities: Set<String> = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
    "SETPCAP", "SETUID", "SYS_CHROOT",
  ]

  private static func nonDefaultCapabilities(in pod: PodFields) -> ControlViolation? {
    var names: [String] = []
    var added: [String] = []
    for container in pod.containers {
      let bad = container.security.addedCapabilities.filter { !defaultCapabilities.contains($0) }
      guard !bad.isEmpty else { continue }
      names.append(container.name)
      added += bad
    }
    guard !names.isEmpty else { return nil }
    let values = ControlWording.sorted(added)
    return ControlViolation(
      reason: "non-default capabilities",
      detail: "\(ControlWording.containers(names)) must not include \(ControlWording.quoted(values)) in "
        + "securityContext.capabilities.add",
      values: values.map { ControlValue(.capabilities, $0) })
  }
}

extension PodFields.Security {
  var addedCapabilities: [String] { (capabilities?.present("add")?.elements ?? []).map { $0.string ?? "" } }
  var droppedCapabilities: [String] { (capabilities?.present("drop")?.elements ?? []).map { $0.string ?? "" } }
}
