import Images

extension PodSecurityPolicy {
  /// What speaks against a pod, field by field.
  ///
  /// - Parameter path: of the pod's spec in its object.
  func violations(in pod: PodFields, at path: String) -> [ViolatedControl] {
    var found = PolicyObjections(path: path)
    judgePod(pod, &found)
    judgeVolumes(pod, &found)
    var counts: [String: Int] = [:]
    for container in pod.containers {
      let index = counts[container.list, default: 0]
      counts[container.list] = index + 1
      found.path = "\(path).\(container.list)[\(index)]"
      judgeContainer(container, pod, &found)
    }
    return found.all
  }

  private func judgePod(_ pod: PodFields, _ found: inout PolicyObjections) {
    let context = pod.spec.present("securityContext")
    fsGroup.judge(context?.present("fsGroup").map { [$0] } ?? [], .fsGroup, "securityContext.fsGroup", &found)
    supplementalGroups.judge(
      context?.present("supplementalGroups")?.elements ?? [], .supplementalGroups, "securityContext.supplementalGroups", &found)
    for (field, word, isAllowed) in [
      (PodSecurityPolicyField.hostNetwork, "Host network", hostNetwork), (.hostPID, "Host PID", hostPID),
      (.hostIPC, "Host IPC", hostIPC),
    ] where !isAllowed && pod.spec.present(field.rawValue)?.mayBeTrue ?? false {
      found.add(
        field, field.rawValue, "Invalid value: true: \(word) is not allowed to be used",
        [ControlValue(.hostNamespaces, field.rawValue)])
    }
    judgeSeccomp(pod.seccompProfile, &found)
    judgeSELinux(pod.security.seLinuxOptions, &found)
    for (index, sysctl) in (pod.security.sysctls?.elements ?? []).enumerated() {
      let name = sysctl["name"]?.string ?? ""
      guard let kind = objection(to: name) else { continue }
      found.add(
        .sysctls, "securityContext.sysctls[\(index)]", "Forbidden: \(kind) \(ControlWording.goQuoted(name)) is not allowed",
        [ControlValue(.sysctls, name)])
    }
    if let allowedRuntimeClasses, let name = pod.spec.present("runtimeClassName")?.string,
      allowedRuntimeClasses.isDisjoint(with: ["*", name])
    {
      found.add(.runtimeClass, "runtimeClassName", "Invalid value: \(ControlWording.goQuoted(name))")
    }
  }

  private func judgeContainer(
    _ container: PodFields.Container, _ pod: PodFields, _ found: inout PolicyObjections
  ) {
    let security = container.security
    if !privileged, security.privileged?.mayBeTrue ?? false {
      found.add(.privileged, "securityContext.privileged", "Invalid value: true: Privileged containers are not allowed")
    }
    if !allowPrivilegeEscalation, security.allowPrivilegeEscalation?.mayBeTrue ?? true {
      found.add(
        .allowPrivilegeEscalation, "securityContext.allowPrivilegeEscalation",
        "Invalid value: \(security.allowPrivilegeEscalation == nil ? "null" : "true"): "
          + "Allowing privilege escalation for containers is not allowed")
    }
    let root = container.node.present("securityContext")?.present("readOnlyRootFilesystem")
    if readOnlyRootFilesystem, root?.bool != true {
      found.add(
        .readOnlyRootFilesystem, "securityContext.readOnlyRootFilesystem",
        root == nil
          ? "Invalid value: null: ReadOnlyRootFilesystem may not be nil and must be set to true"
          : "Invalid value: false: ReadOnlyRootFilesystem must be set to true")
    }
    judgeCapabilities(security, &found)
    judgeUser(security, pod.security, &found)
    let group =
      container.node.present("securityContext")?.present("runAsGroup")
      ?? pod.spec.present("securityContext")?.present("runAsGroup")
    runAsGroup.judge(group.map { [$0] } ?? [], .runAsGroup, "securityContext.runAsGroup", &found)
    judgeSeccomp(pod.seccompProfile(of: container), &found)
    judgeSELinux(security.seLinuxOptions ?? pod.security.seLinuxOptions, &found)
    judgeAppArmor(pod.appArmorProfile(of: container), &found)
    let procMount = security.procMount.map { $0.string ?? "?" } ?? "Default"
    if !allowedProcMountTypes.contains(procMount) {
      found.add(
        .procMount, "securityContext.procMount",
        "Invalid value: \(ControlWording.goQuoted(procMount)): ProcMountType is not allowed",
        [ControlValue(.procMount, procMount)])
    }
    for port in container.node.present("ports")?.elements ?? [] {
      guard let node = port.present("hostPort"), node.int != 0 else { continue }
      let number = node.int ?? -1
      guard !hostPorts.contains(where: { $0.contains(number) }) else { continue }
      found.add(
        .hostPorts, "hostPort",
        "Invalid value: \(number): Host port \(number) is not allowed to be used. Allowed ports: [\(allowedPorts)]",
        [ControlValue(.hostPorts, "\(number)")])
    }
  }

  private var allowedPorts: String {
    hostPorts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }

  private func judgeCapabilities(_ security: PodFields.Security, _ found: inout PolicyObjections) {
    guard !allowedCapabilities.contains("*") || security.capabilities == nil else { return }
    let allowed = Set(defaultAddCapabilities + allowedCapabilities)
    for name in security.addedCapabilities where !allowed.contains(name) {
      found.add(
        .capabilities, "securityContext.capabilities.add",
        "Invalid value: \(ControlWording.goQuoted(name)): capability may not be added",
        [ControlValue(.capabilities, name)])
    }
    let dropped = Set(security.droppedCapabilities)
    for name in requiredDropCapabilities where !dropped.contains(name) {
      found.add(
        .capabilities, "securityContext.capabilities.drop", "\(name) is required to be dropped but was not found",
        [ControlValue(nil, name)])
    }
  }

  private func judgeUser(
    _ security: PodFields.Security, _ pod: PodFields.Security, _ found: inout PolicyObjections
  ) {
    let user = security.runAsUser ?? pod.runAsUser
    let path = "securityContext.runAsUser"
    guard runAsUser.kind == .mustRunAsNonRoot else {
      return runAsUser.judge(user.map { [$0] } ?? [], .runAsUser, path, &found)
    }
    let nonRoot = security.runAsNonRoot ?? pod.runAsNonRoot
    if nonRoot == nil, user == nil {
      found.add(.runAsUser, "securityContext.runAsNonRoot", "Required value: must be true")
    } else if let nonRoot, nonRoot.bool != true {
      found.add(.runAsUser, "securityContext.runAsNonRoot", "Invalid value: false: must be true")
    }
    if let user, user.int ?? 0 == 0 {
      found.add(
        .runAsUser, path, "Invalid value: 0: running with the root UID is forbidden", [ControlValue(.runAsUser, "0")])
    }
  }

  private func judgeSeccomp(_ profile: String, _ found: inout PolicyObjections) {
    if profile.isEmpty && seccompProfiles.isEmpty || !seccompProfiles.isDisjoint(with: ["*", profile]) { return }
    found.add(
      .seccomp, "securityContext.seccompProfile",
      seccompProfiles.isEmpty
        ? "Forbidden: seccomp may not be set"
        : "Forbidden: \(printable(profile)) is not an allowed seccomp profile. "
          + "Valid values are \(seccompProfiles.sorted().joined(separator: ","))",
      [ControlValue(profile.isEmpty ? nil : .seccompProfiles, profile)])
  }

  private func judgeAppArmor(_ profile: String, _ found: inout PolicyObjections) {
    guard let appArmorProfiles, !appArmorProfiles.isEmpty || !profile.isEmpty else { return }
    guard !appArmorProfiles.contains(profile) else { return }
    found.add(
      .apparmor, "securityContext.appArmorProfile",
      profile.isEmpty
        ? "Forbidden: AppArmor profile must be set"
        : "Forbidden: \(printable(profile)) is not an allowed profile. "
          + "Allowed values: \(ControlWording.goQuoted(appArmorProfiles.sorted().joined(separator: ",")))",
      [ControlValue(profile.isEmpty ? nil : .appArmorProfiles, profile)])
  }

  private func judgeSELinux(_ options: JSONNode?, _ found: inout PolicyObjections) {
    guard let seLinux else { return }
    guard let options else { return found.add(.seLinux, "securityContext.seLinuxOptions", "Required value") }
    let wanted = [("user", seLinux.user), ("role", seLinux.role), ("type", seLinux.type), ("level", seLinux.level)]
    for (key, value) in wanted {
      let text = options.present(key).map { $0.string ?? "?" } ?? ""
      guard key == "level" ? !Self.isSameLevel(text, value) : text != value else { continue }
      found.add(
        .seLinux, "securityContext.seLinuxOptions.\(key)",
        "Invalid value: \(ControlWording.goQuoted(text)): must be \(printable(value))")
    }
  }

  /// Whether two SELinux levels allow the same; their categories stand in any order: `s0:c0,c6` and `s0:c6,c0`.
  private static func isSameLevel(_ one: String, _ other: String) -> Bool {
    func parts(_ level: String) -> (sensitivity: Substring, categories: [Substring]) {
      let parts = level.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0], parts.dropFirst().flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.sorted())
    }
    return one == other || parts(one) == parts(other)
  }

  /// What is not allowed: `sysctl` where the policy names it, `unsafe sysctl` where it does not; nil when it is.
  private func objection(to written: String) -> String? {
    let name = Self.dotted(written)
    func isMeant(_ patterns: [String]) -> Bool {
      patterns.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : name == $0 }
    }
    if isMeant(forbiddenSysctls) { return "sysctl" }
    return Self.safeSysctls.contains(name) || isMeant(allowedUnsafeSysctls) ? nil : "unsafe sysctl"
  }

  /// A sysctl as patterns have it: a pod may also write `net/ipv4/conf.d`, where slashes part it and dots do not.
  ///
  /// Source: k8s.io/component-helpers/node/util/sysctl, NormalizeName.
  private static func dotted(_ name: String) -> String {
    guard let first = name.first(where: { $0 == "." || $0 == "/" }), first == "/" else { return name }
    return String(name.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
  }

  static let safeSysctls: Set<String> = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
  ]
}

extension PodSecurityPolicy.IDRule {
  /// - Parameter ids: what is set; empty when nothing is.
  fileprivate func judge(
    _ ids: [JSONNode], _ field: PodSecurityPolicyField, _ path: String, _ found: inout PolicyObjections
  ) {
    guard kind == .mustRunAs || kind == .mayRunAs else { return }
    let allowed = "[\(ranges.map { "{\($0.lowerBound) \($0.upperBound)}" }.joined(separator: " "))]"
    if ids.isEmpty, kind == .mustRunAs {
      found.add(
        field, path,
        field == .runAsUser
          ? "Required value: must be in the ranges: \(allowed)"
          : "unable to validate empty groups against required ranges: \(allowed)")
    }
    for id in ids where !ranges.contains(where: { $0.contains(id.int ?? -1) }) {
      let text = printable(String(decoding: id.rawBytes, as: UTF8.self))
      let what = field == .runAsUser ? "" : "group \(text) "
      found.add(field, path, "Invalid value: \(text): \(what)must be in the ranges: \(allowed)")
    }
  }
}

/// What has been found so far, and where it is being looked.
struct PolicyObjections {
  /// Of the pod's spec, or of the container at hand.
  var path: String
  private(set) var all: [ViolatedControl] = []

  init(path: String) { self.path = path }

  mutating func add(_ field: PodSecurityPolicyField, _ place: String, _ why: String, _ values: [ControlValue] = []) {
    let values = values.isEmpty ? [ControlValue(nil, place)] : values
    all.append(
      ViolatedControl(
        id: field.rawValue, violation: ControlViolation(reason: "\(path).\(place)", detail: why, values: values)))
  }
}
