import Images

extension PodSecurityControl {
  /// The seccomp profile must not be switched off: before 1.19 by annotation, since then by field.
  ///
  /// Source: k8s.io/pod-security-admission, check_seccompProfile_baseline.go.
  static let seccompProfileBaseline = PodSecurityControl(
    id: "seccompProfile_baseline", standard: .baseline,
    checks: [(0, { forbiddenSeccompAnnotations(in: $0) }), (19, { forbiddenSeccomp(in: $0) })])

  static let seccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod"
  static let seccompContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/"

  private static func forbiddenSeccompAnnotations(in pod: PodFields) -> ControlViolation? {
    let keys = Set([seccompPodAnnotation] + pod.containers.map { seccompContainerAnnotation + $0.name })
    let bad = pod.annotations.filter { keys.contains($0.key) && !isSeccompProfile(annotation: $0.value) }
    guard !bad.isEmpty else { return nil }
    let written = ControlWording.sorted(bad.map { "\(printable($0.key))=\(ControlWording.goQuoted($0.value))" })
    return ControlViolation(
      reason: "seccompProfile",
      detail: "forbidden \(ControlWording.plural("annotation", of: written.count)) \(written.joined(separator: ", "))",
      values: ControlWording.sorted(bad.map(\.value)).map { ControlValue(.seccompProfiles, $0) })
  }

  static func isSeccompProfile(annotation: String) -> Bool {
    annotation == "runtime/default" || annotation == "docker/default" || annotation.hasPrefix("localhost/")
  }

  /// What sets a seccomp profile that is none; nil when nothing does.
  static func forbiddenSeccomp(in pod: PodFields) -> ControlViolation? {
    let ofPod = forbiddenSeccompType(pod.security)
    let bad = pod.containers.compactMap { container in
      forbiddenSeccompType(container.security).map { (container.name, $0) }
    }
    guard ofPod != nil || !bad.isEmpty else { return nil }
    let values = ControlWording.sorted([ofPod].compactMap { $0 } + bad.map(\.1))
    return ControlViolation(
      reason: "seccompProfile",
      detail: "\(ControlWording.setters(pod: ofPod != nil, bad.map(\.0))) must not set "
        + "securityContext.seccompProfile.type to \(ControlWording.quoted(values))",
      values: values.map { ControlValue(.seccompProfiles, $0) })
  }

  private static func forbiddenSeccompType(_ security: PodFields.Security) -> String? {
    guard let profile = security.seccompProfile else { return nil }
    let type = profile["type"]?.string ?? ""
    return type == "RuntimeDefault" || type == "Localhost" ? nil : type
  }
}
