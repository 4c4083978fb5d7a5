import Images
import Metadata
import Pipeline
import Policies
import Schemas
import Testing

@Suite("An audit gate")
struct AuditGateTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let severity: Severity
    var hasFix = true
    let limit: SeverityLimit
    let passes: Bool

    var testDescription: String { "\(severity) \(hasFix ? "with" : "without") a fix at \(limit.rawValue)" }
  }

  @Test(
    "lets a vulnerability through up to the limit for those with or without a fix",
    arguments: [
      Case(severity: .high, limit: .high, passes: true),
      Case(severity: .critical, limit: .high, passes: false),
      Case(severity: .minimal, limit: .blockAll, passes: false),
      Case(severity: .minimal, limit: .minimal, passes: true),
      Case(severity: .low, limit: .minimal, passes: false),
      Case(severity: .unspecified, limit: .high, passes: false),
      Case(severity: .unspecified, limit: .critical, passes: true),
      Case(severity: .critical, limit: .allowAll, passes: true),
      Case(severity: .critical, hasFix: false, limit: .medium, passes: false),
      Case(severity: .medium, hasFix: false, limit: .medium, passes: true),
    ])
  func limits(_ the: Case) throws {
    var gate = AuditGate()
    if the.hasFix { gate.maximumFixable = the.limit } else { gate.maximumUnfixable = the.limit }
    gate.demandsCoverage = false
    let found = gate.findings(in: [try vulnerability("CVE-2026-1", the.severity, hasFix: the.hasFix)])
    #expect(found.isEmpty == the.passes, "\(found)")
  }

  @Test("says by package what is wrong, and the version that mends it")
  func explains() throws {
    var gate = AuditGate()
    gate.maximumFixable = .low
    gate.demandsCoverage = false
    let found = gate.findings(in: try ["CVE-2026-1", "CVE-2026-2"].map { try vulnerability($0, .high, hasFix: true) })
    let problem = "openssl 3.0.1 has 2 vulnerabilities over maximumFixableSeverity LOW: CVE-2026-1 (HIGH), CVE-2026-2 (HIGH)."
    #expect(found.map(\.problem) == [problem])
    #expect(found.map(\.remedy) == ["Update openssl to 3.0.2."])
  }

  @Test("lets an allowed vulnerability through, and no other")
  func allows() throws {
    var gate = AuditGate()
    gate.maximumFixable = .low
    gate.demandsCoverage = false
    gate.allowed = ["CVE-2026-1"]
    let occurrences = try ["CVE-2026-1", "CVE-2026-10"].map { try vulnerability($0, .high, hasFix: true) }
    #expect(gate.findings(in: occurrences).map { $0.problem.contains("1 vulnerability over") } == [true])
  }

  @Test("takes what was not fully scanned, or not at all, for unknown and not for clean")
  func coverage() throws {
    var gate = AuditGate()
    gate.maximumFixable = .high
    let image = try Self.image()
    #expect(gate.findings(in: []).map(\.code) == ["coverage"])
    #expect(gate.findings(in: [Workbench.discovery(of: image, .finishedSuccess)]).isEmpty)
    let unsupported = Workbench.discovery(of: image, .finishedUnsupported, because: "no feed for slackware 15")
    #expect(
      gate.findings(in: [unsupported]).map(\.problem) == ["Vulnerabilities of the image are unknown: no feed for slackware 15."])
    gate.demandsCoverage = false
    #expect(gate.findings(in: [unsupported]).isEmpty)
  }

  @Test("asks nothing of an image until the definition does")
  func open() throws {
    #expect(AuditGate().findings(in: Workbench.rooted(try Self.image()).occurrences).isEmpty)
  }

  private static func image() throws -> PinnedReference {
    try PinnedReference(parsing: "registry.example.test/web@sha256:" + String(repeating: "ab", count: 32))
  }

  private func vulnerability(_ id: String, _ severity: Severity, hasFix: Bool) throws -> Occurrence {
    var issue = Grafeas_V1_VulnerabilityOccurrence.PackageIssue()
    issue.affectedPackage = "openssl"
    issue.affectedVersion.fullName = "3.0.1"
    issue.fixAvailable = hasFix
    issue.fixedVersion.fullName = hasFix ? "3.0.2" : ""
    var occurrence = Occurrence()
    occurrence.resourceUri = try Self.image().resourceURI
    occurrence.noteName = "projects/shop/notes/\(id)"
    occurrence.kind = .vulnerability
    occurrence.vulnerability.effectiveSeverity = severity
    occurrence.vulnerability.fixAvailable = hasFix
    occurrence.vulnerability.packageIssue = [issue]
    return occurrence
  }
}
