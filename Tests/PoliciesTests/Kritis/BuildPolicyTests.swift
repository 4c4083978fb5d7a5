import Images
import Policies
import Schemas
import Testing

@Suite("A build policy of Kritis")
struct BuildPolicyTests {
  private func codes(_ pattern: String, _ build: Build?, _ form: Build.Form = .slsa1) throws -> [String] {
    let policy = kritis("BuildPolicy", "buildRequirements: {builtFrom: '\(pattern)'}")
    let evidence = try build.map { try Evidence.recorded($0.occurrence(form)) } ?? Evidence.recorded()
    return try rulebook(policy).decision(on: review("\(sampleImage())"), evidence: evidence, at: sampleNow).codes
  }

  @Test("wants every source to match as a whole, in every form of provenance", arguments: Build.Form.allCases)
  func sources(_ form: Build.Form) throws {
    let build = Build(source: "git+https://github.com/shop/web")
    #expect(try codes("https://github\\.com/shop/.*", build, form) == [])
    #expect(try codes("github\\.com/shop/web", build, form) == [])
    #expect(try codes("https://github\\.com/shop/web\\.git", build, form) == [])
    #expect(try codes("https://github\\.com/shop/web:[0-9a-f]{40}", build, form) == [])
    #expect(try codes("github\\.com/shop", build, form) == ["untrusted-source"])
    #expect(try codes("https://github\\.com/shop/we", build, form) == ["untrusted-source"])
    #expect(try codes("https://github\\.com/other/.*", build, form) == ["untrusted-source"])
  }

  @Test("matches the repository that is meant, whatever stands around it")
  func disguises() throws {
    for source in [
      "https://github.com/shop/web@evil.test/x", "https://github.com@evil.test/shop/web",
      "https://evil.test/x#github.com/shop/web",
      "https://evil.test/?github.com/shop/web",
    ] {
      #expect(
        try codes("https://github\\.com/shop/web@evil\\.test.*", Build(source: source)) == ["untrusted-source"], "\(source)")
    }
    let spoofed = Build(source: "https://evil.test/x", commit: "github.com/shop/web")
    #expect(try codes(".*github\\.com/shop/web", spoofed) == ["untrusted-source"])
  }

  @Test("finds nothing where no build is recorded, or one of another image")
  func missing() throws {
    #expect(try codes(".+", nil) == ["build-missing"])
    #expect(try codes(".+", Build(digest: String(repeating: "0", count: 64))) == ["build-of-another-image"])
  }

  @Test("takes no time over patterns that others choke on")
  func bounded() throws {
    let build = Build(source: "https://github.com/" + String(repeating: "a", count: 1000) + "/b")
    #expect(try codes("(a+)+(a|a)*(a*)*c", build) == ["untrusted-source"])
    for pattern in ["(?=x)y", "(a)\\1", "a{1,100000}", "", ".*", String(repeating: "a", count: 2000)] {
      #expect(throws: DocumentError.self, "\(pattern)") { try codes(pattern, build) }
    }
  }
}

@Suite("A signing policy of Kritis")
struct VulnzSigningPolicyTests {
  private func verdict(_ spec: String) throws -> CheckVerdict {
    let document = try DocumentNode(parsing: kritis("VulnzSigningPolicy", spec), file: "policy.yaml")
    return try VulnzSigningPolicy(document).verdict(
      on: subject(scan(), vulnerability("CVE-2026-9", .high)), at: sampleNow)
  }

  @Test(
    "is a check of vulnerabilities, in both spellings",
    arguments: [
      ("imageVulnerabilityRequirements: {maximumFixableSeverity: HIGH, maximumUnfixableSeverity: LOW}", "passed"),
      ("imageVulnerabilityRequirements: {maximumFixableSeverity: MEDIUM}", "fixable-vulnerability"),
      ("imageVulnerabilityRequirements: {maximumFixableSeverity: LOW, allowlistCVEs: [CVE-2026-9]}", "passed"),
      ("packageVulnerabilityRequirements: {maximumSeverity: MEDIUM}", "fixable-vulnerability"),
    ])
  func judged(_ spec: String, _ expected: String) throws { #expect(outcome(try verdict(spec)) == expected) }

  @Test("could not fail where every vulnerability passes, and is refused")
  func vacuous() {
    #expect(throws: DocumentError.self) { try verdict("imageVulnerabilityRequirements: {}") }
    #expect(throws: DocumentError.self) { try verdict("noteReference: projects/p/notes/n") }
  }

  @Test("is no rule of the gate")
  func passedOver() throws {
    let signing = kritis("VulnzSigningPolicy", "imageVulnerabilityRequirements: {maximumFixableSeverity: LOW}")
    #expect(throws: DocumentError.self) { try rulebook(signing) }
    #expect(try rulebook(signing, kritis("ImageSecurityPolicy", "{}")).imagePolicies.count == 1)
  }
}
