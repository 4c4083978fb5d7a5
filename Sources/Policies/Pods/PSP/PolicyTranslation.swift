/// A PodSecurityPolicy told in terms of the Pod Security Standards: which standard keeps what it keeps, what gets lost on
/// the way, and what will be refused that was not.
///
/// Source: Kubernetes, Mapping PodSecurityPolicies to Pod Security Standards.
package struct PolicyTranslation: Sendable {
  /// What the policy allows in one field, against what a standard allows there.
  package enum Relation: String, Sendable {
    case same
    /// It forbids more than the standard does.
    case stricter
    /// It allows more than the standard does.
    case looser
    /// The standards do not look at it.
    case none = "no equivalent"
  }

  /// One field of the policy.
  package struct Row: Sendable {
    package let field: PodSecurityPolicyField
    /// What the policy says, in a few words.
    package let value: String
    /// The control that looks at the same; nil when none does.
    package let control: String?
    package let baseline: Relation
    package let restricted: Relation
    /// What to do about it; empty when nothing is.
    package let remark: String
  }

  package let policy: PodSecurityPolicy
  package let rows: [Row]

  package init(_ policy: PodSecurityPolicy) {
    self.policy = policy
    rows = policy.hostRows + policy.containerRows + policy.userRows + policy.profileRows
  }

  /// The standard from which it differs in the fewest fields; the stricter of two.
  package var nearest: PodSecurityStandard {
    if rows.allSatisfy({ $0.baseline == .looser || $0.baseline == .none }) { return .privileged }
    return differences(.restricted) <= differences(.baseline) ? .restricted : .baseline
  }

  /// In how many fields it differs from a standard.
  package func differences(_ standard: PodSecurityStandard) -> Int {
    rows.count { row in
      let relation = standard == .restricted ? row.restricted : row.baseline
      return relation == .looser || relation == .stricter
    }
  }
}

extension PodSecurityPolicy {
  typealias Row = PolicyTranslation.Row

  /// A switch that both standards forbid.
  private func flag(
    _ field: PodSecurityPolicyField, _ isAllowed: Bool, _ control: String, remark: String = ""
  ) -> Row {
    Row(
      field: field, value: "\(isAllowed)", control: control, baseline: isAllowed ? .looser : .same,
      restricted: isAllowed ? .looser : .same, remark: isAllowed ? remark : "")
  }

  private func unmatched(_ field: PodSecurityPolicyField, _ value: String, set isSet: Bool, remark: String) -> Row {
    Row(
      field: field, value: value, control: nil, baseline: isSet ? .none : .same, restricted: isSet ? .none : .same,
      remark: isSet ? remark : "")
  }

  fileprivate var hostRows: [Row] {
    let ports = hostPorts.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
    return [
      flag(.hostNetwork, hostNetwork, "hostNamespaces", remark: "Allow hostNamespaces: [hostNetwork] by exception."),
      flag(.hostPID, hostPID, "hostNamespaces", remark: "Allow hostNamespaces: [hostPID] by exception."),
      flag(.hostIPC, hostIPC, "hostNamespaces", remark: "Allow hostNamespaces: [hostIPC] by exception."),
      Row(
        field: .hostPorts, value: hostPorts.isEmpty ? "none" : ports, control: "hostPorts",
        baseline: hostPorts.isEmpty ? .same : .looser, restricted: hostPorts.isEmpty ? .same : .looser,
        remark: hostPorts.isEmpty ? "" : "Allow hostPorts by exception."),
      volumesRow,
      unmatched(
        .allowedHostPaths, allowedHostPaths.map { "/" + $0.path.segments.joined(separator: "/") }.joined(separator: ", "),
        set: !allowedHostPaths.isEmpty, remark: "The standards forbid hostPath as a whole; allow hostPath by exception."),
      unmatched(
        .allowedFlexVolumes, allowedFlexVolumes.sorted().joined(separator: ", "), set: !allowedFlexVolumes.isEmpty,
        remark: "Baseline takes any driver, restricted none."),
      unmatched(
        .allowedCSIDrivers, allowedCSIDrivers.sorted().joined(separator: ", "), set: !allowedCSIDrivers.isEmpty,
        remark: "Both standards take any driver."),
    ]
  }

  private var volumesRow: Row {
    let restricted: Set = [
      "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
    ]
    let isAll = volumes.contains("*")
    return Row(
      field: .volumes, value: volumes.isEmpty ? "none" : volumes.sorted().joined(separator: ", "),
      control: "hostPathVolumes, restrictedVolumes",
      baseline: isAll || volumes.contains("hostPath") ? .looser : .stricter,
      // Image volumes came after the policies; that they are missing takes nothing away.
      restricted: isAll || !volumes.isSubset(of: restricted)
        ? .looser : volumes.union(["image"]) == restricted ? .same : .stricter,
      remark: isAll ? "Name the types that are needed; those beyond the standard by exception." : "")
  }

  fileprivate var containerRows: [Row] {
    [
      flag(.privileged, privileged, "privileged", remark: "Allow controls: [privileged] by exception."),
      Row(
        field: .allowPrivilegeEscalation, value: "\(allowPrivilegeEscalation)", control: "allowPrivilegeEscalation",
        baseline: allowPrivilegeEscalation ? .same : .stricter, restricted: allowPrivilegeEscalation ? .looser : .same,
        remark: ""),
      capabilitiesRow,
      unmatched(
        .readOnlyRootFilesystem, "\(readOnlyRootFilesystem)", set: readOnlyRootFilesystem,
        remark: "Demand readOnlyRootFilesystem by PodRules."),
      Row(
        field: .procMount, value: allowedProcMountTypes.sorted().joined(separator: ", "), control: "procMount",
        baseline: allowedProcMountTypes == ["Default"] ? .same : .looser,
        restricted: allowedProcMountTypes == ["Default"] ? .same : .looser, remark: ""),
      unmatched(
        .runtimeClass, allowedRuntimeClasses.map { $0.sorted().joined(separator: ", ") } ?? "any",
        set: allowedRuntimeClasses != nil, remark: "The standards leave runtime classes alone."),
    ]
  }

  private var capabilitiesRow: Row {
    let added = Set(defaultAddCapabilities + allowedCapabilities)
    let dropsAll = requiredDropCapabilities.contains("ALL")
    let harmless: Set = [
      "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
      "SETPCAP", "SETUID", "SYS_CHROOT",
    ]
    let adds = added.isEmpty ? "none" : added.sorted().joined(separator: ", ")
    let drops = requiredDropCapabilities.isEmpty ? "none" : requiredDropCapabilities.joined(separator: ", ")
    return Row(
      field: .capabilities, value: "add \(adds); drop \(drops)", control: "capabilities_baseline, capabilities_restricted",
      baseline: !added.isSubset(of: harmless)
        ? .looser : added == harmless && requiredDropCapabilities.isEmpty ? .same : .stricter,
      restricted: !dropsAll || !added.isSubset(of: ["NET_BIND_SERVICE"]) ? .looser : added.isEmpty ? .stricter : .same,
      remark: dropsAll ? "" : "Drop ALL in the pods and add back what they need.")
  }

  fileprivate var userRows: [Row] {
    func isRooted(_ rule: IDRule) -> Bool { rule.ranges.contains { $0.contains(0) } }
    let isFree = runAsUser.kind == .runAsAny
    let isExact = runAsUser.kind == .mustRunAsNonRoot
    func group(_ field: PodSecurityPolicyField, _ rule: IDRule) -> Row {
      unmatched(field, rule.words, set: rule.kind != .runAsAny, remark: "The standards leave groups alone.")
    }
    return [
      Row(
        field: .runAsUser, value: runAsUser.words, control: "runAsNonRoot, runAsUser", baseline: isFree ? .same : .stricter,
        restricted: isExact ? .same : isFree || isRooted(runAsUser) ? .looser : .stricter,
        remark: isFree || isExact ? "" : "The standards know no ranges of ids."),
      group(.runAsGroup, runAsGroup), group(.supplementalGroups, supplementalGroups), group(.fsGroup, fsGroup),
    ]
  }

  fileprivate var profileRows: [Row] {
    [seLinuxRow, seccompRow, appArmorRow, sysctlsRow]
  }

  private var seLinuxRow: Row {
    let isFit =
      seLinux.map {
        $0.user.isEmpty && $0.role.isEmpty
          && ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"].contains($0.type)
      } ?? false
    return Row(
      field: .seLinux, value: seLinux == nil ? "RunAsAny" : "MustRunAs", control: "seLinuxOptions",
      baseline: isFit ? .stricter : .looser, restricted: isFit ? .stricter : .looser,
      remark: seLinux == nil ? "It makes no difference on nodes without SELinux." : "")
  }

  private var seccompRow: Row {
    let isOpen = !seccompProfiles.isDisjoint(with: ["*", "unconfined"])
    return Row(
      field: .seccomp, value: seccompProfiles.isEmpty ? "none may be set" : seccompProfiles.sorted().joined(separator: ", "),
      control: "seccompProfile_baseline, seccompProfile_restricted", baseline: isOpen ? .looser : .stricter,
      restricted: isOpen || seccompProfiles.isEmpty ? .looser : .stricter,
      remark: seccompProfiles.isEmpty ? "Without a profile there is no filter: set RuntimeDefault in the pods." : "")
  }

  private var appArmorRow: Row {
    let isOpen = appArmorProfiles.map { $0.contains("unconfined") } ?? true
    return Row(
      field: .apparmor, value: appArmorProfiles.map { $0.sorted().joined(separator: ", ") } ?? "any", control: "appArmorProfile",
      baseline: isOpen ? .looser : .stricter, restricted: isOpen ? .looser : .stricter, remark: "")
  }

  private var sysctlsRow: Row {
    let isBounded = forbiddenSysctls.contains("*")
    let value = "unsafe \(allowedUnsafeSysctls.isEmpty ? "none" : allowedUnsafeSysctls.joined(separator: ", "))"
    let relation: PolicyTranslation.Relation =
      isBounded ? .stricter : !allowedUnsafeSysctls.isEmpty ? .looser : forbiddenSysctls.isEmpty ? .same : .stricter
    return Row(
      field: .sysctls,
      value: forbiddenSysctls.isEmpty ? value : "\(value); forbidden \(forbiddenSysctls.joined(separator: ", "))",
      control: "sysctls", baseline: relation, restricted: relation, remark: "")
  }
}

extension PodSecurityPolicy.IDRule {
  fileprivate var words: String {
    ([kind.rawValue] + ranges.map { "\($0.lowerBound)-\($0.upperBound)" }).joined(separator: " ")
  }
}
