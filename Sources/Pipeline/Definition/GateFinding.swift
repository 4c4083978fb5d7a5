import Images
package import Metadata
import Policies
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
  /// What of `occurrences` the gate does not let through: coverage, then vulnerabilities by package, then checks, each in
  /// the order of the occurrences; empty means the image passes.
  ///
  /// Pure: the same occurrences give the same answer in the pipeline, in a check by hand and next year.
  package func findings(in occurrences: [Occurrence]) -> [GateFinding] {
    var coverage: [GateFinding] = []
    var packages: [AffectedPackage] = []
    var checks: [GateFinding] = []
    var isScanned = false
    for occurrence in occurrences {
      switch occurrence.details {
      case .vulnerability(let found): take(found, noteID(of: occurrence), into: &packages)
      case .compliance(let found): checks += [finding(found, in: occurrence)].compactMap(\.self)
      case .discovery(let found):
        isScanned = true
        if found.analysisStatus != .finishedSuccess { coverage += coverageFinding(because: found.analysisStatusError.message) }
      default: break
      }
    }
    if !isScanned { coverage += coverageFinding(because: "it was not scanned") }
    return coverage + packages.map(\.finding) + checks
  }

  private func take(_ found: Grafeas_V1_VulnerabilityOccurrence, _ id: String, into packages: inout [AffectedPackage]) {
    let severity = found.effectiveSeverity == .unspecified ? found.severity : found.effectiveSeverity
    let limit = found.fixAvailable ? maximumFixable : maximumUnfixable
    guard !limit.admits(severity), !allowed.contains(id) else { return }
    let issue = found.packageIssue.first { $0.fixAvailable } ?? found.packageIssue.first
    let affected = AffectedPackage(
      name: issue?.affectedPackage ?? "", version: issue?.affectedVersion.fullName ?? "",
      fix: found.fixAvailable ? issue?.fixedVersion.fullName ?? "" : nil, limit: limit)
    let index = packages.firstIndex { $0.isSame(as: affected) } ?? packages.endIndex
    if index == packages.endIndex { packages.append(affected) }
    packages[index].vulnerabilities.append("\(printable(id)) (\(severity.word))")
  }

  private func finding(_ found: Grafeas_V1_ComplianceOccurrence, in occurrence: Occurrence) -> GateFinding? {
    let id = noteID(of: occurrence)
    guard forbidden.contains(id) else { return nil }
    let reason = found.nonComplianceReason.isEmpty ? "The check \(id) found something" : printable(found.nonComplianceReason)
    let files = few(found.nonCompliantFiles.map { printable($0.path) }, atMost: 12)
    return GateFinding(
      code: id, problem: reason + (files.isEmpty ? "" : " (\(files))") + ".",
      remedy: occurrence.remediation.isEmpty
        ? "Change the image so that \(id) finds nothing." : printable(occurrence.remediation))
  }

  private func coverageFinding(because reason: String) -> [GateFinding] {
    guard limitsVulnerabilities, demandsCoverage else { return [] }
    return [
      GateFinding(
        code: "coverage",
        problem: "Vulnerabilities of the image are unknown" + (reason.isEmpty ? "." : ": \(printable(reason))."),
        remedy: "Import a feed for its distribution with `pratique feeds import`, or set requireCoverage to any.")
    ]
  }
}

/// What one update would mend.
private struct AffectedPackage {
  let name: String
  let version: String
  /// The version to update to; nil when there is none.
  let fix: String?
  let limit: SeverityLimit
  /// `CVE-2026-1 (HIGH)`.
  var vulnerabilities: [String] = []

  func isSame(as other: Self) -> Bool {
    name == other.name && version == other.version && fix == other.fix && limit == other.limit
  }

  var finding: GateFinding {
    let count = vulnerabilities.count == 1 ? "1 vulnerability" : "\(vulnerabilities.count) vulnerabilities"
    let key = fix == nil ? "maximumUnfixableSeverity" : "maximumFixableSeverity"
    return GateFinding(
      code: "vulnerability",
      problem: "\(printable(name)) \(printable(version)) has \(count) over \(key) \(limit.rawValue): "
        + "\(few(vulnerabilities, atMost: 4)).",
      remedy: fix.map { "Update \(printable(name)) to \(printable($0))." }
        ?? "Take the package out, or add to allowedCVEs what does no harm here.")
  }
}

/// The first few of `all`, and how many more there are.
private func few(_ all: [String], atMost limit: Int) -> String {
  all.prefix(limit).joined(separator: ", ") + (all.count > limit ? " and \(all.count - limit) more" : "")
}

/// The last part of the note's name: the CVE, or the check.
func noteID(of occurrence: Occurrence) -> String { occurrence.noteName.split(separator: "/").last.map(String.init) ?? "" }
