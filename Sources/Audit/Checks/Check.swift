import Images
package import Metadata

/// One thing an image should not do, and how to tell that it does.
package struct Check: Sendable {
  /// The id of its note, and what a gate forbids: `runs-as-root`.
  package let id: String
  package let title: String
  /// What is looked at.
  package let description: String
  /// Why it matters.
  package let rationale: String
  /// What to change; starts with a verb.
  package let remedy: String
  /// Of the worst finding it can make.
  package let severity: Severity
  let examine: @Sendable (AuditSubject, AuditSettings) -> [Observation]

  /// What the check sees in one image, before it is a finding of that check.
  struct Observation {
    let severity: Severity
    /// A sentence without its full stop.
    let reason: String
    let evidence: [Evidence]
  }

  func findings(in subject: AuditSubject, _ settings: AuditSettings) -> [CheckFinding] {
    examine(subject, settings).map {
      CheckFinding(check: id, severity: $0.severity, reason: $0.reason, evidence: $0.evidence, remedy: remedy)
    }
  }
}

/// Every check there is, in the order in which findings are listed.
package let allChecks: [Check] = [.runsAsRoot, .rootGroup, .setuidFiles, .trustedRepository, .unsafePaths]

/// What a check found.
package struct CheckFinding: Hashable, Sendable {
  /// The id of the check.
  package let check: String
  package let severity: Severity
  /// What does not comply: a sentence without its full stop.
  package let reason: String
  /// Where it was seen; empty when it is no matter of a file.
  package let evidence: [Evidence]
  package let remedy: String
}

/// A place in an image.
package struct Evidence: Hashable, Sendable {
  /// In normal form, or as a layer wrote it where that has none; printable.
  package let path: String
  /// Counted from 0 at the lowest.
  package let layer: Int
  /// What is there: `-rwsr-xr-x owner 0:0`.
  package let detail: String

  package init(path: String, layer: Int, detail: String) {
    self.path = printable(path)
    self.layer = layer
    self.detail = detail
  }
}
