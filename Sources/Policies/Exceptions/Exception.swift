package import Images

/// What somebody may do all the same, for a reason that somebody answers for, until a day.
package struct Exception: Hashable, Sendable {
  /// Where it counts: all that is named must hold, and something is.
  package struct Match: Hashable, Sendable {
    /// Nil where the namespace does not matter; so with the others.
    package var namespaces: Set<String>?
    /// Of the pod; each must be there with this value.
    package var labels: [String: String] = [:]
    /// Every image of the workload must be one of these.
    package var images: [NamePattern]?
    /// Who asks, by exact name.
    package var users: Set<String>?

    package init() {}
  }

  /// What it lets pass.
  package struct Allowance: Hashable, Sendable {
    /// By id, with whatever values.
    package var controls: Set<String> = []
    /// By value. Paths allow what lies below them too.
    package var values: [ControlValue.Subject: Set<String>] = [:]
    /// By the id of the note: `CVE-2024-3094`.
    package var vulnerabilities: Set<String> = []

    package init() {}

    package var isEmpty: Bool { controls.isEmpty && values.isEmpty && vulnerabilities.isEmpty }
  }

  package let name: String
  package let owner: String
  package let reason: String
  /// Where it was agreed on: `OPS-12`, a link.
  package let ticket: String
  /// Seconds since 1970 UTC; from then on it excuses nothing.
  package let expiresSeconds: Int64
  package let match: Match
  package let allow: Allowance

  package init(
    name: String, owner: String, reason: String, ticket: String, expiresSeconds: Int64, match: Match, allow: Allowance
  ) {
    self.name = name
    self.owner = owner
    self.reason = reason
    self.ticket = ticket
    self.expiresSeconds = expiresSeconds
    self.match = match
    self.allow = allow
  }

  /// - Parameter nowSeconds: seconds since 1970 UTC.
  package func isExpired(at nowSeconds: Int64) -> Bool { nowSeconds >= expiresSeconds }
}

extension Exception.Allowance {
  /// Whether nothing that the control objects to is left over.
  func covers(_ control: ViolatedControl) -> Bool {
    if controls.contains(control.id) { return true }
    let values = control.violation.values
    return !values.isEmpty && values.allSatisfy(covers)
  }

  private func covers(_ value: ControlValue) -> Bool {
    guard let subject = value.subject, let allowed = values[subject] else { return false }
    guard subject == .hostPath else { return allowed.contains(value.text) }
    guard let path = HostPath(value.text) else { return false }
    return allowed.contains { HostPath($0).map { path.isWithin($0) } ?? false }
  }
}

/// A path of the node, segment by segment.
struct HostPath: Hashable {
  let segments: [Substring]

  /// Nil for one that is not absolute or that climbs: where `..` leads depends on what is there.
  init?(_ text: String) {
    guard text.hasPrefix("/") else { return nil }
    segments = text.split(separator: "/").filter { $0 != "." }
    guard !segments.contains("..") else { return nil }
  }

  /// Whether it is `other` or lies below it; `/var/logs` is not below `/var/log`.
  func isWithin(_ other: HostPath) -> Bool { segments.starts(with: other.segments) }
}
