import Images

/// Profiles under the names that annotations give them: `runtime/default`, `localhost/audit`, `unconfined`. Empty when
/// nothing is set.
extension PodFields {
  /// The pod's seccomp profile, by annotation or else by field.
  var seccompProfile: String {
    annotation(PodSecurityControl.seccompPodAnnotation) ?? Self.legacyName(security.seccompProfile) ?? ""
  }

  /// The container's own, or else the pod's.
  func seccompProfile(of container: Container) -> String {
    annotation(PodSecurityControl.seccompContainerAnnotation + container.name)
      ?? Self.legacyName(container.security.seccompProfile) ?? seccompProfile
  }

  /// The container's own, or else the pod's.
  func appArmorProfile(of container: Container) -> String {
    annotation(PodSecurityControl.appArmorAnnotation + container.name)
      ?? Self.legacyName(container.security.appArmorProfile ?? security.appArmorProfile) ?? ""
  }

  private func annotation(_ key: String) -> String? {
    guard let value = metadata?.present("annotations")?[key]?.string, !value.isEmpty else { return nil }
    return value
  }

  private static func legacyName(_ profile: JSONNode?) -> String? {
    guard let profile else { return nil }
    return switch profile["type"]?.string ?? "" {
    case "RuntimeDefault": "runtime/default"
    case "Localhost": "localhost/\(profile["localhostProfile"]?.string ?? "")"
    default: "unconfined"
    }
  }
}
