import Images

extension PodSecurityControl {
  /// The runtime's AppArmor profile must not be switched off, neither by field nor by the older annotation.
  ///
  /// Source: k8s.io/pod-security-admission, check_appArmorProfile.go.
  static let appArmorProfile = PodSecurityControl(
    id: "appArmorProfile", standard: .baseline, checks: [(0, { forbiddenAppArmor(in: $0) })])

  static let appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/"

  private static func forbiddenAppArmor(in pod: PodFields) -> ControlViolation? {
    let podIsBad = forbiddenType(pod.security) != nil
    let containers = pod.containers.filter { forbiddenType($0.security) != nil }
    let annotations = pod.annotations.filter { $0.key.hasPrefix(appArmorAnnotation) && !isAllowed($0.value) }
    guard podIsBad || !containers.isEmpty || !annotations.isEmpty else { return nil }
    let types = ControlWording.sorted(([pod.security] + containers.map(\.security)).compactMap { forbiddenType($0) })
    let written = annotations.map { "\(printable($0.key))=\(ControlWording.goQuoted($0.value))" }
    let values = types.map { printable($0) } + ControlWording.sorted(written)
    var setters = [ControlWording.setters(pod: podIsBad, containers.map(\.name))].filter { !$0.isEmpty }
    if !written.isEmpty { setters.append(ControlWording.plural("annotation", of: written.count)) }
    return ControlViolation(
      reason: ControlWording.plural("forbidden AppArmor profile", of: values.count),
      detail: "\(setters.joined(separator: " and ")) must not set AppArmor profile type to "
        + "\"\(values.joined(separator: "\", \""))\"",
      values: (types + annotations.map(\.value)).map { ControlValue(.appArmorProfiles, $0) })
  }

  private static func forbiddenType(_ security: PodFields.Security) -> String? {
    guard let profile = security.appArmorProfile else { return nil }
    let type = profile["type"]?.string ?? ""
    return type == "RuntimeDefault" || type == "Localhost" ? nil : type
  }

  private static func isAllowed(_ annotation: String) -> Bool {
    annotation.isEmpty || annotation == "runtime/default" || annotation.hasPrefix("localhost/")
  }
}
