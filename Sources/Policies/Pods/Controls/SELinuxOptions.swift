import Images

extension PodSecurityControl {
  /// Only the SELinux types made for containers may be chosen, and neither user nor role.
  ///
  /// Source: k8s.io/pod-security-admission, check_seLinuxOptions.go.
  static let seLinuxOptions = PodSecurityControl(
    id: "seLinuxOptions", standard: .baseline,
    checks: [
      (0, { forbiddenSELinux(in: $0, except: seLinuxTypes) }),
      (31, { forbiddenSELinux(in: $0, except: seLinuxTypes.union(["container_engine_t"])) }),
    ])

  private static let seLinuxTypes: Set<String> = ["", "container_t", "container_init_t", "container_kvm_t"]

  private static func forbiddenSELinux(in pod: PodFields, except allowed: Set<String>) -> ControlViolation? {
    func objections(_ security: PodFields.Security) -> (type: String?, user: Bool, role: Bool)? {
      guard let options = security.seLinuxOptions else { return nil }
      let type = options.present("type").map { $0.string ?? "?" } ?? ""
      let found = (allowed.contains(type) ? nil : type, isSet(options, "user"), isSet(options, "role"))
      return found.0 == nil && !found.1 && !found.2 ? nil : found
    }
    let ofPod = objections(pod.security)
    let bad = pod.containers.compactMap { container in objections(container.security).map { (container.name, $0) } }
    guard ofPod != nil || !bad.isEmpty else { return nil }
    let all = [ofPod].compactMap { $0 } + bad.map(\.1)
    let types = ControlWording.sorted(all.compactMap(\.type))
    var objected: [String] = []
    if !types.isEmpty {
      objected.append("\(ControlWording.plural("type", of: types.count)) \(ControlWording.quoted(types))")
    }
    if all.contains(where: \.user) { objected.append("user may not be set") }
    if all.contains(where: \.role) { objected.append("role may not be set") }
    let others = objected.count - (types.isEmpty ? 0 : 1)
    return ControlViolation(
      reason: "seLinuxOptions",
      detail: "\(ControlWording.setters(pod: ofPod != nil, bad.map(\.0))) set forbidden securityContext.seLinuxOptions: "
        + objected.joined(separator: "; "),
      values: types.map { ControlValue(.seLinuxTypes, $0) } + (others > 0 ? [ControlValue(nil, "user or role")] : []))
  }

  private static func isSet(_ options: JSONNode, _ key: String) -> Bool {
    options.present(key).map { $0.string != "" } ?? false
  }
}
