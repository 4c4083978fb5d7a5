/// The old policy object of Kubernetes for pods, as far as it judges. What it also sets in pods is told, not done: see
/// `defaults`.
///
/// Source: Kubernetes 1.24, policy/v1beta1 PodSecurityPolicy.
package struct PodSecurityPolicy: Hashable, Sendable {
  /// Which ids something may have.
  package struct IDRule: Hashable, Sendable {
    /// How strict.
    package enum Kind: String, CaseIterable, Sendable {
      case runAsAny = "RunAsAny"
      case mustRunAs = "MustRunAs"
      /// Groups only: as `mustRunAs`, but it may be left out.
      case mayRunAs = "MayRunAs"
      /// Users only.
      case mustRunAsNonRoot = "MustRunAsNonRoot"
    }

    package var kind = Kind.runAsAny
    package var ranges: [ClosedRange<Int>] = []

    package init() {}
  }

  /// A directory of the node that may be mounted, with all below it.
  package struct AllowedHostPath: Hashable, Sendable {
    let path: HostPath
    /// Every mount of it must be read-only.
    let isReadOnly: Bool
  }

  /// What SELinux must be told; nil where anything goes.
  package struct SELinux: Hashable, Sendable {
    var user = ""
    var role = ""
    var type = ""
    var level = ""
  }

  package var name = ""
  /// By our annotation `pratique.dev/namespaces`; nil where it counts everywhere. Kubernetes tells it by RBAC.
  package var namespaces: Set<String>?
  package var privileged = false
  package var allowPrivilegeEscalation = true
  package var defaultAddCapabilities: [String] = []
  package var requiredDropCapabilities: [String] = []
  package var allowedCapabilities: [String] = []
  /// Types as their fields are named; `*` for all.
  package var volumes: Set<String> = []
  package var allowedHostPaths: [AllowedHostPath] = []
  package var allowedFlexVolumes: Set<String> = []
  package var allowedCSIDrivers: Set<String> = []
  package var hostNetwork = false
  package var hostPID = false
  package var hostIPC = false
  package var hostPorts: [ClosedRange<Int>] = []
  package var runAsUser = IDRule()
  package var runAsGroup = IDRule()
  package var supplementalGroups = IDRule()
  package var fsGroup = IDRule()
  package var seLinux: SELinux?
  package var readOnlyRootFilesystem = false
  package var allowedUnsafeSysctls: [String] = []
  package var forbiddenSysctls: [String] = []
  package var allowedProcMountTypes: Set<String> = ["Default"]
  /// Nil where any runtime class may be used.
  package var allowedRuntimeClasses: Set<String>?
  /// By annotation; empty where none may be set, with `*` where any may.
  package var seccompProfiles: Set<String> = []
  /// By annotation; nil where any may be set.
  package var appArmorProfiles: Set<String>?
  /// What it would set in pods that are silent: `spec.securityContext.fsGroup = 1`.
  package var defaults: [String] = []

  package init() {}
}

/// What a PodSecurityPolicy looks at.
package enum PodSecurityPolicyField: String, CaseIterable, Sendable {
  case privileged, allowPrivilegeEscalation, capabilities, volumes, allowedHostPaths, allowedFlexVolumes, allowedCSIDrivers
  case hostNetwork, hostPID, hostIPC, hostPorts, runAsUser, runAsGroup, supplementalGroups, fsGroup, seLinux
  case readOnlyRootFilesystem, seccomp, apparmor, sysctls, procMount, runtimeClass
}
