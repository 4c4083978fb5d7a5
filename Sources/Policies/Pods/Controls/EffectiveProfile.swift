import Images

extension PodSecurityControl {
  /// A control of our own: a seccomp or AppArmor profile that is set must be one, and an annotation of old must not undo
  /// what a field says, because old nodes heed it.
  ///
  /// It is apart from Kubernetes' controls, which it leaves as they are: an API server of today refuses a `Localhost`
  /// without a name by itself, and passes over seccomp annotations. Source: CVE-2023-2431.
  static let effectiveProfile = PodSecurityControl(
    id: "effectiveProfile", standard: .baseline, checks: [(0, { hollowProfiles(in: $0) })])

  private static func hollowProfiles(in pod: PodFields) -> ControlViolation? {
    let podIsBad = isHollow(pod.security)
    let names = pod.names { isHollow($0.security) }
    let annotations = pod.annotations.filter { isHollow($0.key, $0.value) }
    guard podIsBad || !names.isEmpty || !annotations.isEmpty else { return nil }
    var details: [String] = []
    if podIsBad || !names.isEmpty {
      details.append("\(ControlWording.setters(pod: podIsBad, names)) must name the profile of type \"Localhost\"")
    }
    if !annotations.isEmpty {
      let written = annotations.map { "\(printable($0.key))=\(ControlWording.goQuoted($0.value))" }
      details.append(
        "forbidden \(ControlWording.plural("annotation", of: written.count)) "
          + ControlWording.sorted(written).joined(separator: ", "))
    }
    return ControlViolation(
      reason: "profile without effect", detail: details.joined(separator: "; "), values: [ControlValue(nil, "profile")])
  }

  /// Whether a profile of the node is meant and none is named that could be there.
  private static func isHollow(_ security: PodFields.Security) -> Bool {
    [security.seccompProfile, security.appArmorProfile].contains { profile in
      guard let profile, profile["type"]?.string == "Localhost" else { return false }
      return !isName(profile["localhostProfile"]?.string ?? "")
    }
  }

  private static func isHollow(_ key: String, _ value: String) -> Bool {
    let isSeccomp = key == seccompPodAnnotation || key.hasPrefix(seccompContainerAnnotation)
    guard isSeccomp || key.hasPrefix(appArmorAnnotation) else { return false }
    if value.hasPrefix("localhost/") { return !isName(String(value.dropFirst("localhost/".count))) }
    return isSeccomp && !isSeccompProfile(annotation: value)
  }

  /// Whether a profile of that name could be there: one that can be seen, and does not climb.
  static func isName(_ profile: String) -> Bool {
    let steps = profile.split(separator: "/")
    return !steps.contains("..") && steps.contains { $0 != "." && !$0.isBlank }
  }
}
