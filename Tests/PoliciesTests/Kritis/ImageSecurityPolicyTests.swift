import Images
import Metadata
import Policies
import Schemas
import Testing

@Suite("An image security policy")
struct ImageSecurityPolicyTests {
  private static let strict = kritis(
    "ImageSecurityPolicy",
    """
    imageAllowlist: ["registry.example.test/shop/old:1"]
    packageVulnerabilityRequirements:
      maximumSeverity: MEDIUM
      maximumFixUnavailableSeverity: HIGH
      allowlistCVEs: [projects/shop/notes/CVE-2026-1, CVE-2026-2, providers/goog-vulnz/notes/CVE-2026-3]
    """)

  private func codes(_ policy: String, _ occurrences: Occurrence...) throws -> [String] {
    let subject = CheckSubject(try sampleImage(), occurrences: .found(occurrences))
    return try rulebook(policy).decision(
      on: review("\(sampleImage())"), evidence: Evidence(subjects: [try sampleImage(): subject]), at: sampleNow
    ).codes
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let severity: Severity
    var fixes: [Grafeas_V1_Version.VersionKind] = [.normal]
    let code: String?
    var testDescription: String { "\(severity), fixed in \(fixes)" }
  }

  @Test(
    "weighs what has a fix in every package apart from what has not, and the unknown as the worst",
    arguments: [
      Case(severity: .medium, code: nil), Case(severity: .high, code: "fixable-vulnerability"),
      Case(severity: .high, fixes: [.maximum], code: nil),
      Case(severity: .critical, fixes: [.maximum], code: "unfixable-vulnerability"),
      Case(severity: .high, fixes: [.normal, .maximum], code: nil),
      Case(severity: .high, fixes: [], code: "fixable-vulnerability"),
      Case(severity: .unspecified, code: "fixable-vulnerability"),
      Case(severity: .unspecified, fixes: [.maximum], code: "unfixable-vulnerability"),
    ])
  func severities(_ the: Case) throws {
    let found = try vulnerability("CVE-2026-9", the.severity, fixes: the.fixes)
    #expect(try codes(Self.strict, scan(), found) == [the.code].compactMap { $0 })
  }

  @Test(
    "allows by the exact note or by the bare id",
    arguments: [
      ("projects/shop/notes/CVE-2026-1", true), ("projects/other/notes/CVE-2026-1", false),
      ("projects/any/notes/CVE-2026-2", true), ("projects/any/notes/CVE-2026-22", false),
      ("projects/goog-vulnz/notes/CVE-2026-3", true),
    ])
  func allowed(_ note: String, _ isAllowed: Bool) throws {
    #expect(try codes(Self.strict, scan(), vulnerability(note, .critical)).isEmpty == isAllowed)
  }

  @Test("lets nothing in that nobody has scanned, where Kritis does")
  func unscanned() throws {
    #expect(try codes(Self.strict) == ["not-scanned"])
    #expect(try codes(Self.strict, scan(.scanning)) == ["scan-unfinished"])
    #expect(try codes(Self.strict, scan()) == [])
    let unread = try rulebook(Self.strict).decision(on: review("\(sampleImage())"), evidence: Evidence(), at: sampleNow)
    #expect(unread.codes == ["not-read"])
    let demand = try rulebook(Self.strict).demands(of: review("\(sampleImage())"))[sampleImage()]
    #expect(demand?.needs == [.occurrences] && demand?.attestors == [])
  }

  @Test("blocks any at BLOCK_ALL; asks for a digest and no scan where every one passes")
  func ends() throws {
    let block = kritis("ImageSecurityPolicy", "packageVulnerabilityRequirements: {maximumSeverity: BLOCK_ALL}")
    #expect(try codes(block, scan(), vulnerability("CVE-2026-9", .minimal)) == ["fixable-vulnerability"])
    #expect(try codes(block, scan(), vulnerability("CVE-2026-9", .critical, fixes: [.maximum])) == [])
    let defaults = kritis("ImageSecurityPolicy", "imageAllowlist: [registry.example.test/shop/old]")
    #expect(try codes(defaults) == [])
    #expect(try rulebook(defaults).demands(of: review("\(sampleImage())")).isEmpty)
    let tag = try rulebook(defaults).decision(
      on: review("registry.example.test/shop/web:1", requiresDigest: false), evidence: Evidence(), at: sampleNow)
    #expect(tag.codes == ["digest-missing"])
  }

  @Test("lets an image through that is on its list, as it is written and in no other way")
  func allowlist() throws {
    let rulebook = try rulebook(Self.strict)
    for (image, isAllowed) in [
      ("registry.example.test/shop/old:1", true), ("registry.example.test/shop/old:12", false),
      ("registry.example.test/shop/old", false), ("evil.test/registry.example.test/shop/old:1", false),
    ] {
      let decision = rulebook.decision(on: review(image, requiresDigest: false), evidence: Evidence(), at: sampleNow)
      #expect(decision.isAllowed == isAllowed, "\(image)")
    }
  }

  @Test("is demanded together with every other of the namespace")
  func together() throws {
    let mild = kritis("ImageSecurityPolicy", "mild", "packageVulnerabilityRequirements: {maximumSeverity: HIGH}")
    let low = kritis("ImageSecurityPolicy", "low", "packageVulnerabilityRequirements: {maximumSeverity: LOW}")
    let both = try rulebook(mild, low)
    let evidence = try Evidence.recorded(scan(), vulnerability("CVE-2026-9", .high))
    let decision = both.decision(on: review("\(try sampleImage())"), evidence: evidence, at: sampleNow)
    #expect(decision.images[0].judgements.filter { $0.denial != nil }.map(\.policy) == ["ImageSecurityPolicy prod/low"])
  }

  @Test("judges vulnerabilities in spite of an attestation, unless it is told to admit what is attested")
  func attested() async throws {
    let world = try KritisWorld()
    let spec = "attestationAuthorityName: qa\npackageVulnerabilityRequirements: {maximumSeverity: LOW}"
    let image = try sampleImage()
    for (annotations, signers, expected) in [
      ("{}", ["qa"], ["fixable-vulnerability"]), ("{pratique/attested-images: judge}", ["qa"], ["fixable-vulnerability"]),
      ("{pratique/attested-images: admit}", ["qa"], []), ("{pratique/attested-images: admit}", [], ["fixable-vulnerability"]),
      ("{pratique/attested-images: admit}", ["built"], ["fixable-vulnerability"]),
    ] {
      let rulebook = try world.rulebook(kritis("ImageSecurityPolicy", annotations: annotations, spec))
      var evidence = try await world.evidence(image, signedBy: signers, under: rulebook)
      evidence.subjects = try Evidence.recorded(scan(), vulnerability("CVE-2026-9", .critical)).subjects
      let decision = rulebook.decision(on: review("\(image)"), evidence: evidence, at: sampleNow)
      #expect(decision.codes == expected, "\(annotations) \(signers)")
    }
  }

  @Test("believes no evidence about another image")
  func another() throws {
    let other = PinnedReference(repository: try sampleImage().repository, digest: Digest(sha256Of: [9]))
    let evidence = Evidence(subjects: [try sampleImage(): CheckSubject(other, occurrences: .found([]))])
    let decision = try rulebook(Self.strict).decision(on: review("\(sampleImage())"), evidence: evidence, at: sampleNow)
    #expect(decision.codes == ["not-read"])
  }

  @Test("names twenty vulnerabilities and counts the rest")
  func many() throws {
    let all = try (1...30).map { try vulnerability("CVE-2026-9\($0)", .critical) }
    let subject = CheckSubject(try sampleImage(), occurrences: .found([try scan()] + all))
    let decision = try rulebook(Self.strict).decision(
      on: review("\(sampleImage())"), evidence: Evidence(subjects: [try sampleImage(): subject]), at: sampleNow)
    #expect(decision.problems.first?.contains("There are 10 more.") == true)
  }
}
