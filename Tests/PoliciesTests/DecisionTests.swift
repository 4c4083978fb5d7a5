import Attestations
import Images
import Metadata
import Policies
import Signing
import Testing

/// Two attestors with keys of their own, and what they have signed.
struct Vouchers {
  static let qa = "projects/p/attestors/qa"
  static let security = "projects/p/attestors/security"

  let attestors: Attestors
  private let keys: [String: KeyPair]

  init() throws {
    var keys: [String: KeyPair] = [:]
    var all: [Attestor] = []
    for name in [Self.qa, Self.security] {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      keys[name] = pair
      let key = try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: pair.publicPEM)
      all.append(Attestor(name: name, note: try Self.note(name), keys: [key]))
    }
    self.keys = keys
    attestors = try Attestors(all)
  }

  static func note(_ attestor: String) throws -> NoteName {
    try NoteName(parsing: attestor.replacing("/attestors/", with: "/notes/"))
  }

  func attestation(of image: PinnedReference, by name: String) async throws -> UnverifiedAttestation {
    let pair = try #require(keys[name])
    let payload = ContainerSignature(image).payload
    let signature = try await PKIXSigner(pem: pair.privatePEM).signature(over: payload)
    return UnverifiedAttestation(
      occurrence: "projects/p/occurrences/1", note: try Self.note(name), createdAtSeconds: 1_777_600_000,
      envelope: .detached(payload: payload, [.init(keyID: pair.keyID, bytes: signature)]))
  }

  /// What `name` makes of what was signed by `signers`.
  func answer(of name: String, on image: PinnedReference, signedBy signers: [String]) async throws -> Evidence.Answer {
    var offered: [UnverifiedAttestation] = []
    for signer in signers { offered.append(try await attestation(of: image, by: signer)) }
    let attestor = try #require(attestors[name])
    return .verdict(attestor.verdict(on: offered, for: image, at: 1_777_896_000))
  }
}

extension Policy {
  /// By this policy and no other.
  fileprivate func decision(
    for workload: Workload, in place: Place, evidence: Evidence, requiresDigest: Bool = true
  ) throws -> Decision {
    try rulebook.decision(
      on: WorkloadReview(workload, in: place, requiresDigest: requiresDigest), evidence: evidence, at: 1_777_896_000)
  }

  fileprivate func demands(
    of workload: Workload, in place: Place, lookups: [String: Evidence.Lookup] = [:]
  ) throws -> [PinnedReference: [String]] {
    try rulebook.demands(of: WorkloadReview(workload, in: place), lookups: lookups).mapValues(\.attestors)
  }

  private var rulebook: Rulebook {
    get throws { Rulebook(images: [self], attestors: try Attestors(), digest: Digest(sha256Of: [1])) }
  }
}

@Suite("A decision")
struct DecisionTests {
  static let web = "r.test/prod/web@sha256:" + String(repeating: "a", count: 64)
  static let evil = "r.test/prod/evil@sha256:" + String(repeating: "b", count: 64)
  static let both = [Vouchers.qa, Vouchers.security]

  private static func workload(_ images: String..., account: String = "default") -> Workload {
    Workload(
      apiVersion: "v1", kind: "Pod", name: "p", namespace: "prod", annotations: [:],
      images: images.enumerated().map { index, image in
        Workload.ImageUse(
          kind: .container, name: "c\(index)", field: "spec.containers[\(index)]", image: image, serviceAccount: account)
      })
  }

  private static func demanding(_ rule: AdmissionRule?, allowlist: [String] = [], scoped: Policy.ScopedRules = .none) throws
    -> Policy
  {
    Policy(allowlist: try allowlist.map { try NamePattern(parsing: $0) }, scoped: scoped, defaultRule: try #require(rule))
  }

  private let place = Place(cluster: "europe.prod", namespace: "prod")

  @Test("lets in what every attestor has signed, and shows by which key")
  func attested() async throws {
    let vouchers = try Vouchers()
    let policy = try Self.demanding(.requiring(Self.both))
    let image = try PinnedReference(parsing: Self.web)
    let workload = Self.workload(Self.web)
    #expect(try policy.demands(of: workload, in: place) == [image: Self.both])
    var evidence = Evidence()
    for name in Self.both {
      evidence.answers[image, default: [:]][name] = try await vouchers.answer(of: name, on: image, signedBy: [name])
    }
    let decision = try policy.decision(for: workload, in: place, evidence: evidence)
    #expect(decision.isAllowed)
    #expect(decision.images[0].found.map(\.attestor) == Self.both)
    #expect(decision.images[0].judgements.map(\.rule) == ["defaultAdmissionRule"])
  }

  @Test("names the attestor that is missing, the image, its place and the command that mends it")
  func missing() async throws {
    let vouchers = try Vouchers()
    let policy = try Self.demanding(.requiring(Self.both))
    let image = try PinnedReference(parsing: Self.web)
    var evidence = Evidence()
    evidence.answers[image] = [
      Vouchers.qa: try await vouchers.answer(of: Vouchers.qa, on: image, signedBy: [Vouchers.qa]),
      Vouchers.security: try await vouchers.answer(of: Vouchers.security, on: image, signedBy: []),
    ]
    let decision = try policy.decision(for: Self.workload(Self.web), in: place, evidence: evidence)
    #expect(decision.codes == ["attestation-missing"])
    let line = try #require(decision.problems.first)
    for part in [Self.web, "spec.containers[0]", "\"c0\"", "security", "pratique attest \(Self.web) --attestor security"] {
      #expect(line.contains(part), "\(line) lacks \(part)")
    }
  }

  @Test("tells the causes apart for which attestations do not count")
  func causes() async throws {
    let vouchers = try Vouchers()
    let policy = try Self.demanding(.requiring([Vouchers.security]))
    let image = try PinnedReference(parsing: Self.web)
    let other = try PinnedReference(parsing: Self.evil)
    let moved = try #require(vouchers.attestors[Vouchers.security]).verdict(
      on: [try await vouchers.attestation(of: other, by: Vouchers.security)], for: image, at: 1_777_896_000)
    let cases: [(Evidence.Answer?, String)] = [
      (nil, "attestation-missing"), (.unavailable("no route"), "evidence-unavailable"),
      (try await vouchers.answer(of: Vouchers.security, on: image, signedBy: [Vouchers.qa]), "wrong-note"),
      (.verdict(moved), "wrong-digest"),
      // Verified, but about another image or by another attestor: nobody may pass it off as evidence here.
      (try await vouchers.answer(of: Vouchers.security, on: other, signedBy: [Vouchers.security]), "attestation-missing"),
      (try await vouchers.answer(of: Vouchers.qa, on: image, signedBy: [Vouchers.qa]), "attestation-missing"),
    ]
    for (answer, code) in cases {
      var evidence = Evidence()
      if let answer { evidence.answers[image] = [Vouchers.security: answer] }
      #expect(try policy.decision(for: Self.workload(Self.web), in: place, evidence: evidence).codes == [code])
    }
  }

  @Test("counts attestors where fewer than all suffice")
  func atLeast() async throws {
    let vouchers = try Vouchers()
    let image = try PinnedReference(parsing: Self.web)
    var evidence = Evidence()
    evidence.answers[image] = [
      Vouchers.qa: try await vouchers.answer(of: Vouchers.qa, on: image, signedBy: [Vouchers.qa, Vouchers.qa]),
      Vouchers.security: try await vouchers.answer(of: Vouchers.security, on: image, signedBy: [Vouchers.qa]),
    ]
    for (least, isAllowed) in [(1, true), (2, false)] {
      let policy = try Self.demanding(.requiring(Self.both, atLeast: least))
      #expect(try policy.decision(for: Self.workload(Self.web), in: place, evidence: evidence).isAllowed == isAllowed)
    }
  }

  @Test("is a denial as soon as one image is denied")
  func one() throws {
    let policy = try Self.demanding(.denying(), allowlist: ["r.test/prod/web"])
    let decision = try policy.decision(for: Self.workload(Self.web, Self.evil), in: place, evidence: Evidence())
    #expect(!decision.isAllowed)
    #expect(decision.images.filter { $0.judgements.contains { $0.denial != nil } }.map(\.use.name) == ["c1"])
    #expect(decision.images[0].judgements.map(\.rule) == ["admissionWhitelistPatterns[0]"])
    #expect(decision.codes == ["always-deny"])
  }

  @Test(
    "needs a digest, which a name that is let through may do without only where that is set",
    arguments: [
      ("r.test/infra/agent:v1", true, "digest-missing"), ("r.test/infra/agent:v1", false, nil),
      ("r.test/prod/web:v1", false, "digest-missing"), ("r.test/prod/web@sha256:abcd", false, "malformed-digest"),
      ("r.test/prod/w\u{0435}b", false, "malformed-reference"), ("", false, "malformed-reference"),
    ] as [(String, Bool, String?)])
  func digests(_ image: String, _ requiresDigest: Bool, _ code: String?) throws {
    let policy = try Self.demanding(.requiring([Vouchers.qa]), allowlist: ["r.test/infra/*"])
    let decision = try policy.decision(
      for: Self.workload(image), in: place, evidence: Evidence(), requiresDigest: requiresDigest)
    #expect(decision.codes.first == code)
  }

  @Test("judges the digest that a tag was found to name, and the digest that was written before any other")
  func lookups() async throws {
    let policy = try Self.demanding(.requiring([Vouchers.qa]))
    let found = try Digest(parsing: "sha256:" + String(repeating: "c", count: 64))
    let tagged = "r.test/prod/web:v1"
    let lookups: [String: Evidence.Lookup] = [tagged: .digest(found), Self.web: .digest(found)]
    let demands = try policy.demands(of: Self.workload(tagged, Self.web), in: place, lookups: lookups)
    #expect(Set(demands.keys.map(\.description)) == ["r.test/prod/web@\(found)", Self.web])
    let reason = Reason(code: "registry-unavailable", problem: "No answer.", remedy: "Try again.")
    let failed = try policy.decision(
      for: Self.workload(tagged), in: place, evidence: Evidence(lookups: [tagged: .failed(reason)]))
    #expect(failed.codes == ["registry-unavailable"])
  }

  @Test("refuses an image whose manifest is unfit, whoever vouches for it and whatever lets it through")
  func unfit() async throws {
    let vouchers = try Vouchers()
    let image = try PinnedReference(parsing: Self.web)
    var evidence = Evidence(unfit: [image: Reason(ImageError.ambiguousManifest(because: "two readings"))])
    evidence.answers[image] = [Vouchers.qa: try await vouchers.answer(of: Vouchers.qa, on: image, signedBy: [Vouchers.qa])]
    for policy in [try Self.demanding(.requiring([Vouchers.qa])), try Self.demanding(.allowing(), allowlist: ["r.test/**"])] {
      #expect(try policy.decision(for: Self.workload(Self.web), in: place, evidence: evidence).codes == ["ambiguous-manifest"])
    }
  }

  @Test("lets a dry run in, and says what would have kept it out")
  func dryRun() throws {
    let policy = try Self.demanding(.denying(enforcement: .dryRun))
    let decision = try policy.decision(for: Self.workload(Self.evil), in: place, evidence: Evidence())
    #expect(decision.isAllowed)
    #expect(decision.problems.isEmpty)
    #expect(decision.warnings.count == 1)
    #expect(decision.warnings.first?.hasPrefix("dry run: \(Self.evil)") == true)
  }

  @Test("follows the rule of its place, or the default one")
  func scopes() throws {
    let allow = AdmissionRule.allowing()
    let scoped: [(Policy.ScopedRules, String?)] = [
      (.none, nil), (.clusters(["europe.prod": allow]), "clusterAdmissionRules[europe.prod]"),
      (.clusters(["europe.prod2": allow]), nil),
      (.namespaces(["prod": allow]), "kubernetesNamespaceAdmissionRules[prod]"), (.namespaces(["pro": allow]), nil),
      (.serviceAccounts(["prod:deployer": allow]), "kubernetesServiceAccountAdmissionRules[prod:deployer]"),
      (.serviceAccounts(["dev:deployer": allow]), nil), (.serviceAccounts(["prod:default": allow]), nil),
      (
        .istioIdentities(["spiffe://cluster.local/ns/prod/sa/deployer": allow]),
        "istioServiceIdentityAdmissionRules[spiffe://cluster.local/ns/prod/sa/deployer]"
      ),
      (.istioIdentities(["spiffe://other/ns/prod/sa/deployer": allow]), nil),
    ]
    for (rules, name) in scoped {
      let policy = try Self.demanding(.denying(), scoped: rules)
      let decision = try policy.decision(for: Self.workload(Self.web, account: "deployer"), in: place, evidence: Evidence())
      #expect(decision.isAllowed == (name != nil))
      #expect(decision.images[0].judgements.map(\.rule) == [name ?? "defaultAdmissionRule"])
    }
  }

  @Test("cannot be a denial without a reason, nor a demand for nobody")
  func vacuous() {
    #expect(Denial([]) == nil)
    #expect(AdmissionRule.requiring([]) == nil)
    #expect(AdmissionRule.requiring(["a", "a"]) == nil)
    #expect(AdmissionRule.requiring(["a"], atLeast: 0) == nil)
    #expect(AdmissionRule.requiring(["a"], atLeast: 2) == nil)
  }
}
