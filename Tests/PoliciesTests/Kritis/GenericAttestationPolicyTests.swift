import Attestations
import Images
import Policies
import Testing

@Suite("A generic attestation policy")
struct GenericAttestationPolicyTests {
  private static let both = kritis("GenericAttestationPolicy", "both", "attestationAuthorityNames: [qa, built]")
  private static let one = kritis("GenericAttestationPolicy", "one", "attestationAuthorityNames: [qa]")

  private func codes(_ rulebook: Rulebook, _ image: String, _ evidence: Evidence, in namespace: String = "prod") -> [String] {
    rulebook.decision(on: review(image, in: namespace), evidence: evidence, at: sampleNow).codes
  }

  @Test(
    "wants all authorities of one of the policies",
    arguments: [
      ([both], ["qa", "built"], []), ([both], ["qa"], ["attestation-missing"]), ([both], [], ["attestation-missing"]),
      ([both, one], ["qa"], []), ([both, one], ["built"], ["attestation-missing"]), ([one], ["qa"], []),
    ] as [([String], [String], [String])])
  func authorities(_ policies: [String], _ signers: [String], _ expected: [String]) async throws {
    let world = try KritisWorld()
    let rulebook = try world.rulebook(policies.joined(separator: "---\n"))
    let image = try sampleImage()
    let evidence = try await world.evidence(image, signedBy: signers, under: rulebook)
    #expect(codes(rulebook, "\(image)", evidence) == expected)
    let demand = try #require(rulebook.demands(of: review("\(image)"))[image])
    #expect(
      Set(demand.attestors).isSubset(of: [
        "namespaces/prod/attestationauthorities/qa", "namespaces/prod/attestationauthorities/built",
      ]))
  }

  @Test("says which policy lacks whom, and the command that mends it")
  func told() async throws {
    let world = try KritisWorld()
    let rulebook = try world.rulebook(Self.both, Self.one)
    let image = try sampleImage()
    let evidence = try await world.evidence(image, signedBy: ["built"], under: rulebook)
    let decision = rulebook.decision(on: review("\(image)"), evidence: evidence, at: sampleNow)
    let line = try #require(decision.problems.first)
    for part in [
      "both: No attestation by qa", "one: No attestation by qa", "pratique attest \(image) --attestor projects/shop/attestors/qa",
    ] {
      #expect(line.contains(part), "\(line) lacks \(part)")
    }
    #expect(!line.contains("No attestation by built"))
  }

  @Test("lets a name through by the pattern of any policy, with a digest or without as the gate is set")
  func patterns() throws {
    let rulebook = try KritisWorld().rulebook(
      kritis(
        "GenericAttestationPolicy", "infra",
        "admissionAllowlistPatterns: [{namePattern: registry.example.test/infra/*}]\nattestationAuthorityNames: [qa]"), Self.both)
    let hex = String(repeating: "a", count: 64)
    for (image, expected) in [
      ("registry.example.test/infra/agent@sha256:\(hex)", []),
      ("registry.example.test/infra/deep/agent@sha256:\(hex)", ["attestation-missing"]),
      ("registry.example.test/infrax/agent@sha256:\(hex)", ["attestation-missing"]),
      ("registry.example.test/shop/web:1", ["digest-missing"]), ("registry.example.test/infra/agent:1", ["digest-missing"]),
    ] as [(String, [String])] { #expect(codes(rulebook, image, Evidence()) == expected, "\(image)") }
    let loose = review("registry.example.test/infra/agent:1", requiresDigest: false)
    #expect(rulebook.decision(on: loose, evidence: Evidence(), at: sampleNow).isAllowed)
    let tag = review("registry.example.test/shop/web:1", requiresDigest: false)
    let denied = rulebook.decision(on: tag, evidence: Evidence(), at: sampleNow)
    #expect(denied.problems.first?.contains("kubectl pratique resolve-tags -f FILE -a") == true)
  }

  @Test("holds in its namespace alone; where there is no policy nothing is let in")
  func namespaces() async throws {
    let world = try KritisWorld()
    let rulebook = try world.rulebook(Self.both)
    let image = try sampleImage()
    let evidence = try await world.evidence(image, signedBy: KritisWorld.names, under: rulebook)
    #expect(codes(rulebook, "\(image)", evidence, in: "prod") == [])
    #expect(codes(rulebook, "\(image)", evidence, in: "dev") == ["no-matching-policy"])
  }

  @Test("asks the authority of its own namespace, even when another has one of the same name and key")
  func realms() async throws {
    let world = try KritisWorld()
    let dev = world.authorities.replacing("namespace: prod", with: "namespace: dev")
    let rulebook = try world.rulebook(
      dev, Self.one, kritis("GenericAttestationPolicy", "dev", in: "dev", "attestationAuthorityNames: [qa]"))
    let image = try sampleImage()
    #expect(rulebook.demands(of: review("\(image)"))[image]?.attestors == ["namespaces/prod/attestationauthorities/qa"])
    #expect(
      rulebook.demands(of: review("\(image)", in: "dev"))[image]?.attestors == ["namespaces/dev/attestationauthorities/qa"])
    let evidence = try await world.evidence(image, signedBy: ["qa"], under: rulebook)
    #expect(codes(rulebook, "\(image)", evidence, in: "dev") == [])
  }

  @Test("does not judge what a KritisConfig leaves out")
  func exempt() throws {
    let config = kritis("KritisConfig", in: nil, "imageAllowlist: [istio/proxyv2, registry.example.test/cluster/*]")
    let rulebook = try KritisWorld().rulebook(Self.both, config)
    let hex = String(repeating: "a", count: 64)
    #expect(codes(rulebook, "docker.io/istio/proxyv2:1.2@sha256:\(hex)", Evidence()) == [])
    #expect(codes(rulebook, "registry.example.test/cluster/dns@sha256:\(hex)", Evidence()) == [])
    #expect(codes(rulebook, "evil.test/istio/proxyv2@sha256:\(hex)", Evidence()) == ["attestation-missing"])
  }

  @Test("cannot be demanded of by a project policy: authorities of a namespace are its own")
  func foreign() throws {
    let policy = """
      defaultAdmissionRule:
        evaluationMode: REQUIRE_ATTESTATION
        enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
        requireAttestationsBy: [namespaces/prod/attestationauthorities/qa]
      """
    #expect(throws: DocumentError.self) { try KritisWorld().rulebook(policy) }
  }
}
