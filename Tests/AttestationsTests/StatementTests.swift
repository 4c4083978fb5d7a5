import Attestations
import Images
import Testing

@Suite("An in-toto statement")
struct StatementTests {
  static let slsa = "https://slsa.dev/provenance/v1"
  let key = ExampleKey()

  static func statement(
    type: String = "https://in-toto.io/Statement/v1", predicate: String = slsa,
    digests: [String] = [#""sha256":"\#(Example.digest.dropFirst(7))""#]
  ) -> String {
    let subjects = digests.map { #"{"name":"_","digest":{\#($0)}}"# }.joined(separator: ",")
    return #"{"_type":"\#(type)","subject":[\#(subjects)],"predicateType":"\#(predicate)","predicate":{}}"#
  }

  private func verdict(_ envelope: UnverifiedAttestation.Envelope, demanding type: String? = slsa) throws -> AttestorVerdict {
    try Example.attestor([key.publicKey()], predicateType: type)
      .verdict(on: [Example.attestation(envelope)], for: Example.image(), at: Example.noonOfFourthMay2026)
  }

  @Test(
    "counts when it is of the demanded type and names the digest",
    arguments: [
      statement(), statement(type: "https://in-toto.io/Statement/v0.1"),
      statement(digests: [#""sha256":"\#(Example.otherDigest.dropFirst(7))""#, #""sha256":"\#(Example.digest.dropFirst(7))""#]),
    ])
  func counts(statement: String) throws {
    #expect(try verdict(key.dsse(statement)).isSatisfied)
  }

  @Test("may leave the key id out, as DSSE allows")
  func withoutKeyID() throws {
    #expect(try verdict(key.dsse(Self.statement(), id: "")).isSatisfied)
    #expect(try verdict(ExampleKey().dsse(Self.statement(), id: "")).codes == ["bad-signature"])
  }

  @Test(
    "does not count when anything differs",
    arguments: [
      (statement(predicate: "https://cosign.sigstore.dev/attestation/vuln/v1"), "wrong-predicate"),
      (statement(digests: [#""sha256":"\#(Example.otherDigest.dropFirst(7))""#]), "wrong-digest"),
      (statement(digests: [#""sha1":"\#(Example.digest.dropFirst(7))""#]), "wrong-digest"),
      (statement(digests: []), "wrong-digest"),
      (statement(type: "https://example.test/Statement/v1"), "malformed-attestation"),
      ("[]", "malformed-attestation"),
      (statement().replacing(#""_type""#, with: #""_type":"","_type""#), "malformed-attestation"),
    ])
  func differs(statement: String, code: String) throws {
    #expect(try verdict(key.dsse(statement)).codes == [code])
  }

  @Test("binds its payload type: swapped after signing, the signature is bad")
  func payloadTypeSwapped() throws {
    #expect(try verdict(key.dsse(Self.statement(), signedType: "application/json")).codes == ["bad-signature"])
    #expect(try verdict(key.dsse(Self.statement(), type: "application/json")).codes == ["wrong-type"])
  }

  @Test("is not what a plain demand asks for, nor is a container signature what a demand for a type asks for")
  func notInterchangeable() throws {
    #expect(try verdict(key.dsse(Self.statement()), demanding: nil).codes == ["wrong-type"])
    #expect(try verdict(key.detached()).codes == ["wrong-predicate"])
  }

  /// Source: the example of DSSE v1, protocol.md.
  @Test("is signed in the encoding that DSSE gives as its example")
  func encoding() {
    #expect(
      String(
        decoding: preAuthenticationEncoding(payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8)),
        as: UTF8.self)
        == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
  }
}

@Suite("A container signature")
struct ContainerSignatureTests {
  @Test("is written byte for byte as Binary Authorization's own signers write it")
  func bytes() throws {
    let image = try PinnedReference(
      parsing: "gcr.io/path/to/image@sha256:b148c8af52ba402ed7dd98d73f5a41836ece508d1f4704b274562ac0c9b3b7da")
    #expect(
      String(decoding: ContainerSignature(image).payload, as: UTF8.self)
        == #"{"critical":{"identity":{"docker-reference":"gcr.io/path/to/image"},"image":{"docker-manifest-digest":"sha256:b148c8af52ba402ed7dd98d73f5a41836ece508d1f4704b274562ac0c9b3b7da"},"type":"Google cloud binauthz container signature"}}"#
    )
  }

  @Test("reads what it writes")
  func roundTrip() throws {
    let written = ContainerSignature(try Example.image())
    #expect(try ContainerSignature(parsing: written.payload) == written)
  }
}
