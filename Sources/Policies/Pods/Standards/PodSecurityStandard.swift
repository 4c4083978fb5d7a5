/// How much a pod may do to the node it runs on, as the Pod Security Standards grade it.
///
/// Source: Kubernetes, Pod Security Standards; k8s.io/pod-security-admission/api.Level.
package enum PodSecurityStandard: String, CaseIterable, Comparable, Sendable {
  /// Anything goes.
  case privileged
  /// Nothing that is known to lead out of the container.
  case baseline
  /// What hardening asks for as well.
  case restricted

  /// Whether one lets more through than the other.
  package static func < (one: PodSecurityStandard, other: PodSecurityStandard) -> Bool {
    one != other && (one == .privileged || other == .restricted)
  }
}

/// A standard as it was at some version: `restricted:v1.29`, `baseline:latest`.
package struct PodSecurityLevel: Hashable, Sendable, CustomStringConvertible {
  package let standard: PodSecurityStandard
  package let version: PodSecurityVersion

  package init(_ standard: PodSecurityStandard, _ version: PodSecurityVersion = .latest) {
    self.standard = standard
    self.version = version
  }

  package var description: String { "\(standard.rawValue):\(version)" }
}
