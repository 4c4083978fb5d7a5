import Images

extension PodSecurityControl {
  /// All capabilities must be dropped; only NET_BIND_SERVICE may be added again. Windows has none.
  ///
  /// Source: k8s.io/pod-security-admission, check_capabilities_restricted.go.
  static let capabilitiesRestricted = PodSecurityControl(
    id: "capabilities_restricted", standard: .restricted, overrides: ["capabilities_baseline"],
    checks: [
      (22, { unrestrictedCapabilities(in: $0) }),
      (25, { $0.isForWindows ? nil : unrestrictedCapabilities(in: $0) }),
    ])

  private static func unrestrictedCapabilities(in pod: PodFields) -> ControlViolation? {
    var keeping: [String] = []
    var adding: [String] = []
    var added: [String] = []
    for container in pod.containers {
      if !container.security.droppedCapabilities.contains("ALL") { keeping.append(container.name) }
      let bad = container.security.addedCapabilities.filter { $0 != "NET_BIND_SERVICE" }
      guard !bad.isEmpty else { continue }
      adding.append(container.name)
      added += bad
    }
    guard !keeping.isEmpty || !adding.isEmpty else { return nil }
    let values = ControlWording.sorted(added)
    var details: [String] = []
    if !keeping.isEmpty {
      details.append("\(ControlWording.containers(keeping)) must set securityContext.capabilities.drop=[\"ALL\"]")
    }
    if !adding.isEmpty {
      details.append(
        "\(ControlWording.containers(adding)) must not include \(ControlWording.quoted(values)) in "
          + "securityContext.capabilities.add")
    }
    return ControlViolation(
      reason: "unrestricted capabilities", detail: details.joined(separator: "; "),
      values: (keeping.isEmpty ? [] : [ControlValue(nil, "drop")]) + values.map { ControlValue(.capabilities, $0) })
  }
}
