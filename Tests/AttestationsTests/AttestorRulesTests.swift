import Attestations
import Crypto
import Images
import Testing

@Suite("An attestor's rules")
struct AttestorRulesTests {
  let now = Example.noonOfFourthMay2026

  private func attestor(
    _ keys: [AttestorKey], threshold: Int = 1, remaps: [RepositoryRemap] = [], predicateType: String? = nil
  ) throws -> Attestor {
    Attestor(
      name: "projects/attestors/attestors/qa", note: try Example.note(), keys: keys, predicateType: predicateType,
      threshold: threshold, remaps: remaps)
  }

  @Test("count distinct keys, never signatures or ids")
  func threshold() throws {
    let (one, two) = (ExampleKey(), ExampleKey())
    let both = try attestor([one.publicKey(), one.publicKey(id: "again"), two.publicKey()], threshold: 2)
    let first = try Example.attestation(one.detached())
    let renamed = try Example.attestation(one.detached(id: "again"))
    let second = try Example.attestation(two.detached())
    #expect(try both.verdict(on: [first, second], for: Example.image(), at: now).isSatisfied)
    #expect(try both.verdict(on: [first, second], for: Example.image(), at: now).verified.count == 2)
    let short = try both.verdict(on: [first, first, renamed], for: Example.image(), at: now)
    #expect(!short.isSatisfied)
    #expect(short.codes == ["too-few-keys"])
  }

  @Test("are refused when no number of keys can meet them", arguments: [0, -1, 3])
  func unreachable(threshold: Int) throws {
    let key = ExampleKey()
    let attestor = try attestor([key.publicKey(), key.publicKey(id: "again"), ExampleKey().publicKey()], threshold: threshold)
    #expect(throws: AttestationError.unreachableThreshold(threshold, keys: 2, attestor: attestor.name)) {
      try Attestors([attestor])
    }
  }

  @Test(
    "let a mirror's images be signed under their first name, whole segments only",
    arguments: [
      ("mirror.example.test/hub/prod/web", "registry.example.test/prod/web", true),
      ("mirror.example.test/hub/prod/web", "mirror.example.test/hub/prod/web", true),
      ("mirror.example.test/hub/prod/web", "registry.example.test/prod/api", false),
      ("mirror.example.test/hubble/prod/web", "registry.example.test/prod/web", false),
      ("mirror.example.test/prod/web", "registry.example.test/prod/web", false),
      ("registry.example.test/prod/web", "mirror.example.test/hub/prod/web", false),
    ])
  func remaps(deployed: String, signed: String, isGood: Bool) throws {
    let key = ExampleKey()
    let remap = try RepositoryRemap(deployed: "mirror.example.test/hub", signed: "registry.example.test")
    let verdict = try attestor([key.publicKey()], remaps: [remap]).verdict(
      on: [Example.attestation(key.detached(Example.payload(reference: signed)))], for: Example.image(deployed), at: now)
    #expect(verdict.isSatisfied == isGood)
    #expect(isGood || verdict.codes == ["wrong-reference"])
  }

  @Test(
    "do not take what is no beginning of a name for a mirror", arguments: ["", "a b", "x/*", "x/", "/x", "x:tag/y"])
  func malformedRemap(place: String) {
    #expect(throws: AttestationError.self) { try RepositoryRemap(deployed: place, signed: "registry.example.test") }
    #expect(throws: AttestationError.self) { try RepositoryRemap(deployed: "registry.example.test", signed: place) }
  }

  @Test("keep a key to its purpose")
  func purpose() throws {
    func codes(_ purpose: KeyPurpose) throws -> [String] {
      let key = ExampleKey()
      let record = try AttestorKey(
        id: nil, algorithm: .ecdsaP256SHA256, pem: key.privateKey.publicKey.pemRepresentation, purpose: purpose)
      return try attestor([record])
        .verdict(on: [Example.attestation(key.detached())], for: Example.image(), at: now).codes
    }
    let here = try NamePattern(parsing: "registry.example.test/prod/**")
    let elsewhere = try NamePattern(parsing: "registry.example.test/staging/**")
    #expect(try codes(.unlimited).isEmpty)
    #expect(try codes(KeyPurpose(repositories: [elsewhere, here])).isEmpty)
    #expect(try codes(KeyPurpose(repositories: [elsewhere])) == ["wrong-key-purpose"])
    #expect(try codes(KeyPurpose(payloadTypes: [ContainerSignature.googleType])).isEmpty)
    #expect(try codes(KeyPurpose(payloadTypes: [ContainerSignature.atomicType])) == ["wrong-key-purpose"])
    #expect(try codes(KeyPurpose(predicateTypes: ["https://slsa.dev/provenance/v1"])) == ["wrong-key-purpose"])
    #expect(throws: AttestationError.emptyPurpose) { try KeyPurpose(repositories: []) }
  }

  @Test("cost next to nothing for a thousand signatures of unknown keys, and list only a few")
  func flood() throws {
    let key = ExampleKey()
    let strangers = try (0..<999).map { try Example.attestation(key.detached(id: "stranger-\($0)")) }
    let good = try Example.attestation(key.detached())
    let verdict = try attestor([key.publicKey()]).verdict(on: [good] + strangers, for: Example.image(), at: now)
    #expect(verdict.isSatisfied)
    #expect(verdict.codes == Array(repeating: "unknown-key", count: 4))
  }

  @Test("take a signature beside the image from whichever of the keys made it")
  func simpleSigning() throws {
    let (one, two) = (ExampleKey(), ExampleKey())
    let payload = Example.payload(type: "cosign container image signature")
    let offered = try Example.attestation(.simpleSigning(payload: payload, signature: two.sign(payload)))
    #expect(try attestor([one.publicKey(), two.publicKey()]).verdict(on: [offered], for: Example.image(), at: now).isSatisfied)
    #expect(try attestor([one.publicKey()]).verdict(on: [offered], for: Example.image(), at: now).codes == ["bad-signature"])
  }
}
