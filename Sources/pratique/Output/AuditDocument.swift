import Audit
import Images
import Metadata
import Schemas

/// A report as people and programs read it.
struct AuditDocument: Encodable {
  struct Package: Encodable {
    let name, version, architecture, source, sourceVersion, path: String
  }
  struct Vulnerability: Encodable {
    let package, installed, source, sourceVersion, id: String
    let aliases: [String]
    let fixed: String?
    let status, severity: String
    let severitySource: String?
    let path: String
    let layer: Int
  }
  struct Place: Encodable {
    let path: String
    let layer: Int
    let detail: String
  }
  struct Finding: Encodable {
    let check, severity, reason, remedy: String
    let evidence: [Place]
  }
  struct Coverage: Encodable {
    let complete: Bool
    let reasons: [String]
  }

  let image: String
  let operatingSystem: String?
  let coverage: Coverage
  let advisoryDatabase: String?
  let matcherVersion: Int
  let findings: [Finding]
  let vulnerabilities: [Vulnerability]
  let packages: [Package]

  init(_ report: AuditReport) {
    image = "\(report.image)"
    operatingSystem = report.inventory.operatingSystem.map { "\($0)" }
    coverage = Coverage(complete: report.coverage.isComplete, reasons: report.coverage.reasons)
    advisoryDatabase = report.database.map { "\($0)" }
    matcherVersion = AuditReport.matcherVersion
    findings = report.findings.map { finding in
      Finding(
        check: finding.check, severity: finding.severity.word, reason: finding.reason, remedy: finding.remedy,
        evidence: finding.evidence.map { Place(path: $0.path, layer: $0.layer, detail: $0.detail) })
    }
    vulnerabilities = report.vulnerabilities.map { found in
      Vulnerability(
        package: found.package.name, installed: found.package.version, source: found.package.sourceName,
        sourceVersion: found.package.sourceVersion, id: found.id, aliases: found.aliases, fixed: found.fixedVersion,
        status: found.status.rawValue, severity: found.severity.word, severitySource: found.severitySource,
        path: found.package.path, layer: found.package.layer)
    }
    packages = report.inventory.packages.map { package in
      Package(
        name: package.name, version: package.version, architecture: package.architecture, source: package.sourceName,
        sourceVersion: package.sourceVersion, path: package.path)
    }
  }

  var text: String {
    var lines = [Terminal.bold(image)]
    lines.append("\(operatingSystem ?? "unknown system"), \(packages.count) packages")
    lines.append("advisory database \(advisoryDatabase ?? "none; run `pratique feeds import PATH...`")")
    if !findings.isEmpty {
      lines.append("")
      for finding in findings {
        lines.append("\(Terminal.yellow(finding.check)) (\(finding.severity)): \(finding.reason)")
        lines += finding.evidence.prefix(10).map { "  layer \($0.layer) \($0.path): \($0.detail)" }
        if finding.evidence.count > 10 { lines.append("  and \(finding.evidence.count - 10) more") }
        lines.append("  \(finding.remedy)")
      }
    }
    if !vulnerabilities.isEmpty {
      var table = Table("package", "installed", "vulnerability", "severity", "status", "fixed in")
      for found in vulnerabilities {
        table.add(found.package, found.installed, found.id, found.severity, found.status, found.fixed ?? "-")
      }
      lines += ["", table.text]
    }
    lines.append("")
    lines.append("\(findings.count) failed checks, \(vulnerabilities.count) vulnerabilities")
    lines.append(coverage.complete ? "coverage complete" : "coverage unknown: \(coverage.reasons.joined(separator: "; "))")
    return lines.joined(separator: "\n")
  }
}

extension Severity {
  /// In lower case for people; `unknown` when nobody has said.
  var word: String {
    switch self {
    case .minimal: "minimal"
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .critical: "critical"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
