import Attestations
import Images
import Metadata
import Testing

@Suite("An attestor")
struct AttestorTests {
  let key = ExampleKey()
  let now = Example.noonOfFourthMay2026

  private func verdict(
    _ envelope: UnverifiedAttestation.Envelope, keys: [AttestorKey]? = nil, image: PinnedReference? = nil
  ) throws -> AttestorVerdict {
    try Example.attestor(keys ?? [key.publicKey()])
      .verdict(on: [Example.attestation(envelope)], for: image ?? Example.image(), at: now)
  }

  @Test(
    "vouches with a signature over the image's own payload, of either type",
    arguments: [
      "Google cloud binauthz container signature", "atomic container signature",
    ])
  func vouches(type: String) throws {
    let verdict = try verdict(key.detached(Example.payload(type: type)))
    let verified = try #require(verdict.verified.first)
    #expect(verdict.isSatisfied)
    #expect(verdict.refused.isEmpty)
    #expect(try verified.image == Example.image())
    #expect(try verified.keyID == key.publicKey().id)
    #expect(verified.occurrence == "projects/p/occurrences/1")
  }

  @Test("takes the payload with other spacing, as long as it has one meaning, and with an optional part")
  func otherSpacing() throws {
    let text = """
      { "optional": {"creator": "podman"}, "critical": {"type": "atomic container signature",
        "image": {"docker-manifest-digest": "\(Example.digest)"}, "identity": {"docker-reference": "registry.example.test/prod/web"}}}
      """
    #expect(try verdict(key.detached(Array(text.utf8))).isSatisfied)
  }

  @Test("compares repositories in normal form")
  func normalForm() throws {
    let image = try Example.image("docker.io/library/busybox")
    #expect(try verdict(key.detached(Example.payload(reference: "busybox")), image: image).isSatisfied)
    #expect(try !verdict(key.detached(Example.payload(reference: "attacker/busybox")), image: image).isSatisfied)
  }

  @Test(
    "refuses a statement about something else, and says which part is wrong",
    arguments: [
      (Example.payload(digest: Example.otherDigest), "wrong-digest"),
      (Example.payload(digest: "sha256:826C"), "wrong-digest"),
      (Example.payload(reference: "registry.example.test/staging/web"), "wrong-reference"),
      (Example.payload(reference: "registry.example.test/prod/web:v1"), "wrong-reference"),
      (Example.payload(reference: "https://registry.example.test/prod/web"), "wrong-reference"),
      (Example.payload(type: "git commit signature"), "wrong-type"),
      (Array("".utf8), "malformed-attestation"),
      (Array("{}".utf8), "malformed-attestation"),
      (Array(Example.payload().dropLast()), "malformed-attestation"),
      (Example.payload() + Array("{}".utf8), "malformed-attestation"),
      (Array(#"{"critical":{"identity":{"docker-reference":"a.test/b"},"identity":{}}}"#.utf8), "malformed-attestation"),
      (Array(#"{"critical":{"identity":{"docker-reference":"a.test/b","more":1}}}"#.utf8), "malformed-attestation"),
    ])
  func aboutSomethingElse(payload: [UInt8], code: String) throws {
    let verdict = try verdict(key.detached(payload))
    #expect(!verdict.isSatisfied)
    #expect(verdict.codes == [code])
  }

  @Test("refuses the signature of another key under its own key's id")
  func anotherKey() throws {
    #expect(try verdict(ExampleKey().detached(id: key.publicKey().id)).codes == ["bad-signature"])
  }

  @Test("names the ids that an unknown signer claims, and checks nothing")
  func unknownKey() throws {
    let verdict = try verdict(key.detached(id: "somebody \u{7}"))
    #expect(verdict.refused.map(\.rejection) == [.unknownKey(claimed: ["somebody \\u{7}"])])
  }

  @Test("without keys never vouches")
  func withoutKeys() throws {
    #expect(try !verdict(key.detached(), keys: []).isSatisfied)
  }

  @Test("counts one key once, under however many ids it signs")
  func oneKeyTwoIDs() throws {
    let payload = Example.payload()
    let signature = try key.sign(payload)
    let twice = UnverifiedAttestation.Envelope.detached(
      payload: payload, [.init(keyID: "a", bytes: signature), .init(keyID: "b", bytes: signature)])
    let verdict = try verdict(twice, keys: [key.publicKey(id: "a"), key.publicKey(id: "b")])
    #expect(verdict.verified.map(\.keyID) == ["a"])
  }

  @Test("names each key of its own whose signature is bad")
  func namesEach() throws {
    let other = ExampleKey()
    let signature = try ExampleKey().sign(Example.payload())
    let envelope = UnverifiedAttestation.Envelope.detached(
      payload: Example.payload(), [.init(keyID: "a", bytes: signature), .init(keyID: "b", bytes: signature)])
    let verdict = try verdict(envelope, keys: [key.publicKey(id: "a"), other.publicKey(id: "b")])
    #expect(verdict.refused.map(\.rejection) == [.badSignature(keyID: "a"), .badSignature(keyID: "b")])
  }

  @Test("believes nothing that stands under another note")
  func anotherNote() throws {
    let offered = try Example.attestation(key.detached(), under: "security")
    let verdict = try Example.attestor([key.publicKey()]).verdict(on: [offered], for: Example.image(), at: now)
    #expect(verdict.codes == ["wrong-note"])
  }

  @Test("finds the good attestation among bad ones and says what was wrong with the others")
  func amongBadOnes() throws {
    let offered = [
      try Example.attestation(key.detached(Example.payload(digest: Example.otherDigest)), named: "old"),
      try Example.attestation(.unsupported("a JSON Web Token"), named: "token"),
      try Example.attestation(key.detached(), named: "good"),
      try Example.attestation(ExampleKey().detached(id: key.publicKey().id), named: "forged"),
    ]
    let verdict = try Example.attestor([key.publicKey()]).verdict(on: offered, for: Example.image(), at: now)
    #expect(verdict.verified.map(\.occurrence) == ["good"])
    #expect(verdict.refused.map(\.occurrence) == ["forged", "old", "token"])
  }

  @Test("looks at a bounded number of attestations, signatures and bytes")
  func bounded() throws {
    let forged = try ExampleKey().detached(id: key.publicKey().id)
    let attestor = try Example.attestor([key.publicKey()])
    let flood = Array(repeating: try Example.attestation(forged), count: 10_000)
    let verdict = try attestor.verdict(on: flood, for: Example.image(), at: now)
    // After as many checks as are made the rest is over the limit, and of each kind only four are listed.
    let listed = Array(repeating: "bad-signature", count: 4) + Array(repeating: "attestation-over-limit", count: 4)
    #expect(verdict.codes == listed)
    let good = try Example.attestation(key.detached())
    let half = Array(repeating: try Example.attestation(forged), count: Attestor.Limits.checks / 2)
    #expect(try !attestor.verdict(on: half + [good] + half, for: Example.image(), at: now).isSatisfied)
    // What was there before a flood is met early, and so is what comes last.
    let worthless = Array(flood[..<900])
    for offered in [[good] + worthless, worthless + [good]] {
      #expect(try attestor.verdict(on: offered, for: Example.image(), at: now).isSatisfied)
    }

    let many = Array(repeating: UnverifiedAttestation.Signature(keyID: "x", bytes: []), count: 9)
    #expect(try self.verdict(.detached(payload: Example.payload(), many)).codes == ["attestation-over-limit"])
    let long = Array(repeating: UInt8(ascii: " "), count: Attestor.Limits.payloadBytes) + Example.payload()
    #expect(try self.verdict(key.detached(long)).codes == ["attestation-over-limit"])
  }
}
