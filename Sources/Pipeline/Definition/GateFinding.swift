import Images
package import Metadata
import Schemas

/// One thing the gate does not let through, and what would mend it.
package struct GateFinding: Hashable, Sendable, CustomStringConvertible {
  /// `vulnerability`, `coverage`, or the id of a check.
  package let code: String
  package let problem: String
  package let remedy: String

  package var description: String { "\(problem) \(remedy)" }
}

extension AuditGate {
  /// What of `occurrences` the gate does not let through, in their order; empty means the image passes.
  ///
  /// Pure: the same occurrences give the same answer in the pipeline, in a check by hand and next year.
  package func findings(in occurrences: [Occurrence]) -> [GateFinding] {
    let analysed = occurrences.contains { if case .discovery = $0.details { true } else { false } }
    let unanalysed = analysed ? nil : coverageFinding(because: "it was not scanned")
    return [unanalysed].compactMap(\.self) + occurrences.compactMap(finding)
  }

  private func finding(in occurrence: Occurrence) -> GateFinding? {
    switch occurrence.details {
    case .vulnerability(let found): finding(found, in: occurrence)
    case .compliance(let found): finding(found, in: occurrence)
    case .discovery(let found): finding(found)
    default: nil
    }
  }

  private func finding(_ found: Grafeas_V1_VulnerabilityOccurrence, in occurrence: Occurrence) -> GateFinding? {
    let id = noteID(of: occurrence)
    let severity = found.effectiveSeverity == .unspecified ? found.severity : found.effectiveSeverity
    let limit = found.fixAvailable ? maximumFixable : maximumUnfixable
    guard !limit.admits(severity), !allowed.contains(id) else { return nil }
    let package = found.packageIssue.first.map { " in \($0.affectedPackage) \($0.affectedVersion.fullName)" } ?? ""
    let fix = found.packageIssue.first { $0.fixAvailable }
    let bound = "\(found.fixAvailable ? "maximumFixableSeverity" : "maximumUnfixableSeverity") is \(limit.rawValue)"
    return GateFinding(
      code: "vulnerability",
      problem: "\(printable(id))\(printable(package)) is \(severity.word), and \(bound).",
      remedy: fix.map { "Update \(printable($0.affectedPackage)) to \(printable($0.fixedVersion.fullName))." }
        ?? "Take the package out, or add \(printable(id)) to allowedCVEs if it does no harm here.")
  }

  private func finding(_ found: Grafeas_V1_ComplianceOccurrence, in occurrence: Occurrence) -> GateFinding? {
    let id = noteID(of: occurrence)
    guard forbidden.contains(id) else { return nil }
    let files = found.nonCompliantFiles.map { printable($0.path) }.joined(separator: ", ")
    let reason = found.nonComplianceReason.isEmpty ? "The check \(id) found something" : printable(found.nonComplianceReason)
    return GateFinding(
      code: id, problem: reason + (files.isEmpty ? "" : ": \(files)") + ".",
      remedy: occurrence.remediation.isEmpty ? "Change the image so that \(id) finds nothing." : printable(occurrence.remediation)
    )
  }

  private func finding(_ found: Grafeas_V1_DiscoveryOccurrence) -> GateFinding? {
    found.analysisStatus == .finishedSuccess ? nil : coverageFinding(because: found.analysisStatusError.message)
  }

  private func coverageFinding(because reason: String) -> GateFinding? {
    guard limitsVulnerabilities, demandsCoverage else { return nil }
    return GateFinding(
      code: "coverage",
      problem: "Vulnerabilities of the image are unknown" + (reason.isEmpty ? "." : ": \(printable(reason))."),
      remedy: "Import a feed for its distribution with `pratique feeds import`, or set requireCoverage to any.")
  }
}

/// The last part of the note's name: the CVE, or the check.
func noteID(of occurrence: Occurrence) -> String { occurrence.noteName.split(separator: "/").last.map(String.init) ?? "" }

extension Severity {
  var word: String {
    switch self {
    case .minimal: "MINIMAL"
    case .low: "LOW"
    case .medium: "MEDIUM"
    case .high: "HIGH"
    case .critical: "CRITICAL"
    case .unspecified, .UNRECOGNIZED: "of unknown severity"
    }
  }
}
