import Attestations
import Foundation
import Images
import Metadata
import Policies
import Schemas
import Signing
import SwiftProtobuf
import Testing

@Suite("A check of a platform policy")
struct PlatformCheckTests {
  /// What the only check of a policy says of the sample image.
  private func verdict(_ check: String, _ subject: CheckSubject?, image: String? = nil) throws -> String {
    let rulebook = try platformRulebook(platformPolicy(check))
    var evidence = Evidence()
    if let subject { evidence.subjects[subject.image] = subject }
    let decision = rulebook.decision(on: try sampleReview(image), evidence: evidence, at: sampleNow)
    return decision.isAllowed ? "allowed" : decision.codes.joined(separator: " ")
  }

  private func simpleSigning(_ keys: String, projects: String = "\"projects/shop\"") -> String {
    #"{"simpleSigningAttestationCheck":{"containerAnalysisAttestationProjects":[\#(projects)],"attestationAuthenticators":[{"displayName":"QA","pkixPublicKeySet":{"pkixPublicKeys":[\#(keys)]}}]}}"#
  }

  private func key(_ pair: KeyPair, algorithm: String = "ECDSA_P256_SHA256") -> String {
    #"{"publicKeyPem":\#(pair.quotedPEM),"signatureAlgorithm":"\#(algorithm)"}"#
  }

  @Test("for simple signing takes one attestation by any key, under any note, in the projects it names")
  func simpleSigning() async throws {
    let (pair, other) = (try KeyPair(generating: .ecdsaP256SHA256), try KeyPair(generating: .ecdsaP256SHA256))
    let check = simpleSigning("\(key(other)),\(key(pair))")
    let good = try await recordedAttestation(by: pair)
    #expect(try verdict(check, subject(good)) == "allowed")
    let stranger = try await recordedAttestation(by: KeyPair(generating: .ecdsaP256SHA256))
    #expect(try verdict(check, subject(stranger)) == "unknown-key")
    #expect(try verdict(check, subject(stranger, good)) == "allowed")
    let elsewhere = try await recordedAttestation(by: pair, in: "evil")
    #expect(try verdict(check, subject(elsewhere)) == "attestation-missing")
    let forged = try await recordedAttestation(by: KeyPair(generating: .ecdsaP256SHA256), keyID: pair.keyID)
    #expect(try verdict(check, subject(forged)) == "bad-signature")
    var moved = try await recordedAttestation(
      by: pair, of: PinnedReference(parsing: "registry.example.test/shop/web@sha256:\(String(repeating: "b", count: 64))"))
    moved.resourceUri = try sampleImage().resourceURI
    #expect(try verdict(check, subject(moved)) == "wrong-digest")
    #expect(try verdict(check, subject()) == "attestation-missing")
    #expect(try verdict(check, nil) == "not-read")
  }

  @Test("for Sigstore asks the attestor of each key, and one suffices")
  func sigstore() async throws {
    let (pair, other) = (try KeyPair(generating: .ecdsaP256SHA256), try KeyPair(generating: .ecdsaP384SHA384))
    let check =
      #"{"sigstoreSignatureCheck":{"sigstoreAuthorities":[{"displayName":"CI","publicKeySet":{"publicKeys":[{"publicKeyPem":\#(pair.quotedPEM)},{"publicKeyPem":\#(other.quotedPEM)}]}}]}}"#
    // The same keys may stand in two policies.
    let rulebook = try platformRulebook(
      platformPolicy(check), platformPolicy(check).replacing("policies/a", with: "policies/b"))
    let (image, review) = (try sampleImage(), try sampleReview())
    let names = try #require(rulebook.demands(of: review)[image]).attestors
    #expect(names == ["sigstore/\(pair.keyID)", "sigstore/\(other.keyID)"])
    let attestor = try #require(rulebook.attestors[names[0]])
    let payload = ContainerSignature(image).payload
    let signature = try await PKIXSigner(pem: pair.privatePEM).signature(over: payload)
    let offered = UnverifiedAttestation(
      occurrence: "registry.example.test/shop/web:sha256-x.sig layer 1", note: attestor.note, createdAtSeconds: nil,
      envelope: .simpleSigning(payload: payload, signature: signature))
    var evidence = Evidence()
    #expect(rulebook.decision(on: review, evidence: evidence, at: sampleNow).codes == ["attestation-missing"])
    evidence.answers[image] = [
      names[0]: .verdict(attestor.verdict(on: [offered], for: image, at: sampleNow)), names[1]: .unavailable("no route"),
    ]
    let decision = rulebook.decision(on: review, evidence: evidence, at: sampleNow)
    #expect(decision.isAllowed && decision.images[0].found.map(\.keyID) == [pair.keyID, pair.keyID], "\(decision.problems)")
    evidence.answers[image] = [names[0]: .unavailable("no route"), names[1]: .unavailable("no route")]
    #expect(rulebook.decision(on: review, evidence: evidence, at: sampleNow).codes == ["evidence-unavailable"])
  }

  struct Directory: Sendable, CustomTestStringConvertible {
    let pattern: String
    let image: String
    let isTrusted: Bool
    var testDescription: String { "\(pattern) and \(image)" }
  }

  @Test(
    "for directories goes by whole segments",
    arguments: [
      Directory(pattern: "gcr.io/shop/team", image: "gcr.io/shop/team/web", isTrusted: true),
      Directory(pattern: "gcr.io/shop/team", image: "gcr.io/shop/team-evil/web", isTrusted: false),
      Directory(pattern: "gcr.io/shop/team", image: "gcr.io/shop/team", isTrusted: false),
      Directory(pattern: "gcr.io/shop/team", image: "gcr.io/shop/team/a/web", isTrusted: false),
      Directory(pattern: "gcr.io/shop/*", image: "gcr.io/shop/team/web", isTrusted: true),
      Directory(pattern: "gcr.io/shop/*", image: "gcr.io/shop/web", isTrusted: false),
      Directory(pattern: "gcr.io/shop/**", image: "gcr.io/shop/a/b/web", isTrusted: true),
      Directory(pattern: "gcr.io/shop/**", image: "gcr.io/shop-evil/a/web", isTrusted: false),
      Directory(pattern: "*-docker.pkg.dev/shop/web", image: "europe-docker.pkg.dev/shop/web/app", isTrusted: true),
      Directory(pattern: "*-docker.pkg.dev/shop/web", image: "evil.test-docker.pkg.dev/shop/web/app", isTrusted: false),
      Directory(pattern: "*.gcr.io/shop", image: "eu.gcr.io/shop/web", isTrusted: true),
      Directory(pattern: "*.gcr.io/shop", image: "gcr.io/shop/web", isTrusted: false),
      Directory(pattern: "*.gcr.io/shop", image: "a.b.gcr.io/shop/web", isTrusted: false),
    ])
  func directories(_ the: Directory) throws {
    let check = #"{"trustedDirectoryCheck":{"trustedDirPatterns":["\#(the.pattern)"]}}"#
    let image = "\(the.image)@sha256:\(String(repeating: "a", count: 64))"
    #expect(try verdict(check, nil, image: image) == (the.isTrusted ? "allowed" : "untrusted-directory"))
  }

  @Test("for SLSA believes one build by the builder, from the sources, by their own configuration")
  func slsa() throws {
    func check(_ rule: String) -> String { #"{"slsaCheck":{"rules":[{\#(rule)}]}}"# }
    let worker = "https://cloudbuild.googleapis.com/GoogleHostedWorker"
    let google = #""trustedBuilder":"GOOGLE_CLOUD_BUILD""#
    let ours = #""trustedBuilder":"https://builders.example.test/one""#
    func build(_ builder: String, entryPoint: String = "") throws -> CheckSubject {
      var found = try Build(builder: builder).occurrence(.slsa02)
      found.build.intotoStatement.slsaProvenanceZeroTwo.invocation.configSource.entryPoint = entryPoint
      return try subject(found)
    }
    #expect(try verdict(check(google), build(worker)) == "allowed")
    #expect(try verdict(check(google), build("\(worker)@v0.3")) == "allowed")
    #expect(try verdict(check(google), build("\(worker)Evil")) == "untrusted-builder")
    #expect(try verdict(check(ours), build("https://builders.example.test/one")) == "allowed")
    let one = "https://builders.example.test/one"
    for (pattern, outcome) in [
      ("github.com/shop/web", "allowed"), ("github.com/shop/*", "allowed"), ("github.com/shop/**", "allowed"),
      ("github.com/shop-evil/*", "untrusted-source"), ("github.com/shop/web/*", "untrusted-source"),
    ] {
      #expect(try verdict(check(#"\#(ours),"trustedSourceRepoPatterns":["\#(pattern)"]"#), build(one)) == outcome)
    }
    let configured = check(#"\#(ours),"configBasedBuildRequired":true,"trustedSourceRepoPatterns":["github.com/shop/*"]"#)
    #expect(try verdict(configured, build(one, entryPoint: "cloudbuild.yaml")) == "allowed")
    #expect(try verdict(configured, build(one)) == "build-not-configured")
    let elsewhere = check(#"\#(ours),"attestationSource":{"containerAnalysisAttestationProjects":["projects/builds"]}"#)
    #expect(try verdict(elsewhere, build(one)) == "build-missing")
    #expect(try verdict(check(ours), nil) == "not-read")
    let either = #"{"slsaCheck":{"rules":[{\#(google)},{\#(ours)}]}}"#
    #expect(try verdict(either, build(one)) == "allowed")
  }

  @Test(
    "for SLSA 1.0 finds the configuration where Cloud Build and GitHub write it", arguments: ["buildConfigSource", "workflow"])
  func configuration(_ field: String) throws {
    func build(_ repository: String) throws -> CheckSubject {
      var found = try Build().occurrence(.slsa1)
      found.build.inTotoSlsaProvenanceV1.predicate.buildDefinition.externalParameters.fields[field] = .init(
        structValue: .init(fields: ["repository": .init(stringValue: repository), "path": .init(stringValue: "ci.yaml")]))
      return try subject(found)
    }
    let check =
      #"{"slsaCheck":{"rules":[{"trustedBuilder":"https://builders.example.test/one","configBasedBuildRequired":true,"trustedSourceRepoPatterns":["github.com/shop/*"]}]}}"#
    #expect(try verdict(check, build("https://github.com/shop/web")) == "allowed")
    #expect(try verdict(check, build("https://github.com/evil/web")) == "untrusted-source")
  }

  @Test("for vulnerabilities weighs what a finished scan found in the projects it names")
  func vulnerabilities() throws {
    func check(_ rest: String) -> String {
      #"{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW","maximumUnfixableSeverity":"HIGH"\#(rest)}}"#
    }
    let found = try occurrence("CVE-2026-1", .vulnerability(.with { $0.severity = .critical }))
    #expect(try verdict(check(""), subject(scan())) == "allowed")
    #expect(try verdict(check(""), subject(scan(), found)) == "unfixable-vulnerability")
    #expect(try verdict(check(#","allowedCves":["CVE-2026-1"]"#), subject(scan(), found)) == "allowed")
    let low = try occurrence("CVE-2026-2", .vulnerability(.with { $0.severity = .low }))
    #expect(try verdict(check(#","blockedCves":["CVE-2026-2"]"#), subject(scan(), low)) == "blocked-vulnerability")
    #expect(try verdict(check(""), subject(found)) == "not-scanned")
    let elsewhere = check(#","containerAnalysisVulnerabilityProjects":["projects/scans"]"#)
    #expect(try verdict(elsewhere, subject(scan())) == "not-scanned")
    #expect(try verdict(check(""), nil) == "not-read")
  }

  @Test("for freshness goes by when the image says it was made")
  func freshness() throws {
    let check = #"{"imageFreshnessCheck":{"maxUploadAgeDays":30}}"#
    #expect(try verdict(check, subject(users: ["1"], created: "2026-11-01T00:00:00Z")) == "allowed")
    #expect(try verdict(check, subject(users: ["1"], created: "2026-10-01T00:00:00Z")) == "too-old")
    #expect(try verdict(check, nil) == "not-read")
  }

  @Test("for freshness goes by records of builds where no registry is asked, the oldest of them", arguments: Build.Form.allCases)
  func recordedFreshness(_ form: Build.Form) throws {
    let check = #"{"imageFreshnessCheck":{"maxUploadAgeDays":30}}"#
    let image = try sampleImage()
    func code(_ builds: [(digest: Digest, ended: Int64?)]) throws -> String {
      let occurrences = try builds.enumerated().map { index, build in
        var made = Build()
        (made.digest, made.ended) = (build.digest.hex, build.ended)
        return try made.occurrence(form, id: "b\(index)")
      }
      var evidence = Evidence()
      evidence.subjects[image] = CheckSubject(image, occurrences: .found(occurrences))
      let review = try sampleReview()
      let use = try #require(review.workload.images.first)
      let question = ImageQuestion(use: use, written: try #require(use.reference), pinned: image, review: review)
      let result = try readPlatformPolicy(platformPolicy(check)).result(
        of: question, evidence: evidence, byRecords: true, at: sampleNow)
      let found = try #require(result?.checks.first)
      return found.verdict?.reasons.first?.code ?? "allowed: \(found.explanation)"
    }
    let day: Int64 = 86_400
    let fresh = try code([(image.digest, sampleNow - day)])
    #expect(fresh.hasPrefix("allowed: By ") && fresh.contains("occurrences/b0 the image was made 20"), "\(fresh)")
    #expect(try code([(image.digest, sampleNow - 31 * day)]) == "too-old")
    #expect(try code([(image.digest, sampleNow - day), (image.digest, sampleNow - 31 * day)]) == "too-old")
    #expect(try code([(image.digest, sampleNow + day)]) == "made-in-the-future")
    #expect(try code([(image.digest, .max)]) == "made-in-the-future")
    #expect(try code([(image.digest, nil)]) == "age-unknown")
    #expect(try code([(Digest(sha256Of: []), sampleNow - day)]) == "age-unknown")
    #expect(try code([]) == "age-unknown")
  }

  @Test("that always denies lets nothing in but what is exempt")
  func denies() throws {
    #expect(try verdict(#"{"alwaysDeny":true}"#, nil) == "always-deny")
    let exempt = #"{"alwaysDeny":true,"imageAllowlist":{"allowPattern":["registry.example.test/shop/*"]}}"#
    #expect(try verdict(exempt, nil) == "allowed")
  }
}
