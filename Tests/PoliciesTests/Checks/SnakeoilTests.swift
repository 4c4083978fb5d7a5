import Images
import Metadata
import Policies
import Schemas
import SwiftProtobuf
import Testing

@Suite("The check snakeoil")
struct SnakeoilTests {
  private static let strict = "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: HIGH}"

  private func vulnerability(
    _ severity: Severity, id: String = "CVE-2026-1", effective: Severity = .unspecified, isFixable: Bool = true,
    about image: PinnedReference? = nil
  ) throws -> Occurrence {
    try occurrence(
      id, about: image,
      .vulnerability(
        .with {
          $0.severity = severity
          $0.effectiveSeverity = effective
          $0.fixAvailable = isFixable
          $0.shortDescription = id
          $0.packageIssue = [
            .with {
              $0.affectedPackage = "openssl"
              $0.fixAvailable = isFixable
            }
          ]
        }))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let severity: Severity
    var effective = Severity.unspecified
    var isFixable = true
    let expected: String
    var testDescription: String { "\(severity) settled as \(effective), fixable \(isFixable)" }
  }

  @Test(
    "weighs the settled severity, fixable and unfixable apart, the unknown as the worst",
    arguments: [
      Case(severity: .minimal, expected: "passed"), Case(severity: .low, expected: "passed"),
      Case(severity: .medium, expected: "fixable-vulnerability"),
      Case(severity: .medium, isFixable: false, expected: "passed"),
      Case(severity: .high, isFixable: false, expected: "passed"),
      Case(severity: .critical, isFixable: false, expected: "unfixable-vulnerability"),
      Case(severity: .unspecified, isFixable: false, expected: "unfixable-vulnerability"),
      Case(severity: .unspecified, expected: "fixable-vulnerability"),
      Case(severity: .UNRECOGNIZED(9), isFixable: false, expected: "unfixable-vulnerability"),
      Case(severity: .critical, effective: .low, expected: "passed"),
      Case(severity: .low, effective: .critical, expected: "fixable-vulnerability"),
    ])
  func severities(_ the: Case) throws {
    let found = try vulnerability(the.severity, effective: the.effective, isFixable: the.isFixable)
    let verdict = try sampleCheck("snakeoil", Self.strict).verdict(on: subject(scan(), found), at: sampleNow)
    #expect(outcome(verdict) == the.expected)
  }

  @Test("passes an image without any, and is not stopped by another image's")
  func clean() throws {
    let check = try sampleCheck("snakeoil", Self.strict)
    let other = try vulnerability(.critical, about: sampleImage("registry.example.test/shop/other"))
    #expect(outcome(try check.verdict(on: subject(scan()), at: sampleNow)) == "passed")
    #expect(outcome(try check.verdict(on: subject(scan(), other), at: sampleNow)) == "passed")
  }

  @Test(
    "cannot decide before a scan has ended well",
    arguments: [
      Grafeas_V1_DiscoveryOccurrence.AnalysisStatus.pending, .scanning, .finishedFailed, .finishedUnsupported,
    ])
  func unfinished(_ status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus) throws {
    let check = try sampleCheck("snakeoil", Self.strict)
    #expect(
      outcome(try check.verdict(on: subject(scan(status)), at: sampleNow)) == "undecided, no record: scan-unfinished")
    #expect(
      outcome(try check.verdict(on: subject(scan(), scan(status, note: "other")), at: sampleNow))
        == "undecided, no record: scan-unfinished")
    #expect(outcome(try check.verdict(on: subject(scan(status), scan()), at: sampleNow)) == "passed")
    #expect(
      outcome(try check.verdict(on: subject(scan(), scan(status)), at: sampleNow))
        == "undecided, no record: scan-unfinished")
  }

  @Test("cannot decide without a scan, with one of another image, with one that is too old, or without an answer")
  func unscanned() throws {
    let check = try sampleCheck("snakeoil", "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, scanAgeLimitDays: 7}")
    #expect(outcome(try check.verdict(on: subject(), at: sampleNow)) == "undecided, no record: not-scanned")
    let old = try scan(atSeconds: sampleNow - 7 * 86_400 - 1)
    #expect(outcome(try check.verdict(on: subject(old), at: sampleNow)) == "undecided, no record: scan-outdated")
    #expect(outcome(try check.verdict(on: subject(scan(atSeconds: sampleNow - 7 * 86_400)), at: sampleNow)) == "passed")
    let silent = CheckSubject(try sampleImage(), occurrences: .missing(noAnswer, .answer))
    #expect(outcome(check.verdict(on: silent, at: sampleNow)) == "undecided, no answer: no-answer")
  }

  @Test(
    "takes the end of a scan for vulnerabilities alone for one",
    arguments: [
      (NoteKind.vulnerability, "passed"), (.unspecified, "passed"), (nil, "passed"),
      (.sbomReference, "undecided, no record: not-scanned"), (.package, "undecided, no record: not-scanned"),
    ] as [(NoteKind?, String)])
  func analyses(_ kind: NoteKind?, _ expected: String) throws {
    let analyses = kind.map { ["projects/shop/notes/vulnerability-scan": $0] } ?? [:]
    let subject = CheckSubject(try sampleImage(), occurrences: .found([try scan()]), analyses: analyses)
    #expect(outcome(try sampleCheck("snakeoil", Self.strict).verdict(on: subject, at: sampleNow)) == expected)
  }

  @Test("cannot decide by a scan of a time yet to come", arguments: ["", ", scanAgeLimitDays: 7"])
  func future(_ more: String) throws {
    let check = try sampleCheck("snakeoil", "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW\(more)}")
    let soon = try subject(scan(atSeconds: sampleNow + 300))
    #expect(outcome(check.verdict(on: soon, at: sampleNow)) == "passed")
    for seconds in [sampleNow + 301, Int64.max] {
      let verdict = check.verdict(on: try subject(scan(atSeconds: seconds)), at: sampleNow)
      #expect(outcome(verdict) == "undecided, no record: scan-in-the-future")
    }
  }

  @Test("allows by name, blocks by name whatever the severity")
  func lists() throws {
    let check = try sampleCheck(
      "snakeoil",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCVEs: [CVE-2026-1], blockedCVEs: [CVE-2026-2]}")
    #expect(
      outcome(try check.verdict(on: subject(scan(), vulnerability(.critical, id: "CVE-2026-1")), at: sampleNow)) == "passed")
    #expect(
      outcome(try check.verdict(on: subject(scan(), vulnerability(.minimal, id: "CVE-2026-2")), at: sampleNow))
        == "blocked-vulnerability")
    #expect(
      outcome(try check.verdict(on: subject(scan(), vulnerability(.critical, id: "CVE-2026-11")), at: sampleNow))
        == "fixable-vulnerability")
  }

  @Test("honours an exception until it expires, and says who answered for it")
  func exceptions() throws {
    let check = try sampleCheck(
      "snakeoil",
      """
      maximumFixableSeverity: LOW
      maximumUnfixableSeverity: LOW
      exceptions:
        - {vulnerability: CVE-2026-1, owner: web team, reason: not reachable, expires: 2026-11-26T00:00:00Z}
      """)
    let subject = try subject(scan(), vulnerability(.high))
    guard case .passed(let evidence) = check.verdict(on: subject, at: sampleNow - 1) else {
      Issue.record("the exception is still good")
      return
    }
    #expect(evidence.contains { $0.contains("web team answers for it until 2026-11-26T00:00:00Z: not reachable") })
    let expired = check.verdict(on: subject, at: sampleNow)
    #expect(outcome(expired) == "fixable-vulnerability")
    #expect(expired.reasons[0].problem.contains("The exception of web team has expired."))
  }

  @Test("names twenty and counts the rest")
  func many() throws {
    let all = try (1...30).map { try vulnerability(.high, id: "CVE-2026-\($0)") }
    let subject = CheckSubject(try sampleImage(), occurrences: .found(try [scan()] + all))
    let reasons = try sampleCheck("snakeoil", Self.strict).verdict(on: subject, at: sampleNow).reasons
    #expect(reasons.count == 21 && reasons.last?.problem == "There are 10 more.")
  }

  @Test(
    "refuses settings that mean nothing",
    arguments: [
      "{maximumFixableSeverity: ALLOW_ALL, maximumUnfixableSeverity: ALLOW_ALL}", "{maximumFixableSeverity: LOW}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: SEVERE}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCVEs: []}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, exceptions: []}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCVEs: [A], blockedCVEs: [A]}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, failOn: HIGH}",
      "{maximumFixableSeverity: ALLOW_ALL, maximumUnfixableSeverity: ALLOW_ALL, blockedCVEs: [A], allowedCVEs: [B]}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, exceptions: [{vulnerability: A, owner: me, reason: so}]}",
      "{maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, exceptions: [{vulnerability: A, owner: '', reason: so, expires: 2026-11-26T00:00:00Z}]}",
    ])
  func settings(_ text: String) {
    let error = #expect(throws: DocumentError.self) { try sampleCheck("snakeoil", text) }
    #expect(error?.line == 1)
  }
}
