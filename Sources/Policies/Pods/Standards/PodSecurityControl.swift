/// One control of the Pod Security Standards: what it looks at, and since when.
///
/// Source: k8s.io/pod-security-admission/policy.Check.
package struct PodSecurityControl: Sendable {
  /// What is wrong with a pod; nil when nothing is.
  typealias Check = @Sendable (PodFields) -> ControlViolation?

  /// As Kubernetes names it: `hostPathVolumes`.
  package let id: String
  /// The mildest standard that has it.
  package let standard: PodSecurityStandard
  /// Controls of the baseline that it stands in for in the restricted standard.
  package let overrides: Set<String>
  /// By the minor version since which each counts, oldest first.
  let checks: [(sinceMinor: Int, check: Check)]

  init(
    id: String, standard: PodSecurityStandard, overrides: Set<String> = [], checks: [(sinceMinor: Int, check: Check)]
  ) {
    self.id = id
    self.standard = standard
    self.overrides = overrides
    self.checks = checks
  }

  /// The check that counts at a version; nil before there was one.
  func check(atMinor minor: Int) -> Check? { checks.last { $0.sinceMinor <= minor }?.check }
}

extension PodSecurityControl {
  /// All that there are, in the order in which Kubernetes tells of them: those of the baseline, then those of the
  /// restricted standard, each by id.
  package static let all: [PodSecurityControl] = [
    .appArmorProfile, .capabilitiesBaseline, .hostNamespaces, .hostPathVolumes, .hostPorts, .hostProbesAndHostLifecycle,
    .privileged, .procMount, .seLinuxOptions, .seccompProfileBaseline, .sysctls, .windowsHostProcess,
    .allowPrivilegeEscalation, .capabilitiesRestricted, .procMountRestricted, .restrictedVolumes, .runAsNonRoot,
    .runAsUser, .seccompProfileRestricted,
  ]
}

/// What a control objects to in a pod, in Kubernetes' words.
package struct ControlViolation: Hashable, Sendable {
  /// In a few words: `host namespaces`.
  package let reason: String
  /// Who does it and how: `hostNetwork=true`.
  package let detail: String
  /// The values it objects to; one without a subject stands for something that is lacking.
  package let values: [ControlValue]
}

/// One value that a control objects to, in the terms in which exceptions allow it.
package struct ControlValue: Hashable, Sendable {
  /// What can be allowed by value.
  package enum Subject: String, CaseIterable, Sendable {
    case hostPath, capabilities, hostNamespaces, hostPorts, probeHosts, procMount, seLinuxTypes, seccompProfiles
    case appArmorProfiles, sysctls, volumeTypes, runAsUser
  }

  /// Nil where only the whole control can be allowed.
  package let subject: Subject?
  package let text: String

  package init(_ subject: Subject?, _ text: String = "") {
    self.subject = subject
    self.text = text
  }
}

/// A control with what it objects to.
package struct ViolatedControl: Hashable, Sendable, CustomStringConvertible {
  package let id: String
  package let violation: ControlViolation

  package init(id: String, violation: ControlViolation) {
    self.id = id
    self.violation = violation
  }

  /// As Kubernetes writes it: `host namespaces (hostNetwork=true)`.
  package var description: String {
    violation.detail.isEmpty ? violation.reason : "\(violation.reason) (\(violation.detail))"
  }
}
