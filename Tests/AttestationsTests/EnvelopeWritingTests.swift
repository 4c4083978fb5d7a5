import Attestations
import Images
import Testing

@Suite("An envelope")
struct EnvelopeWritingTests {
  static func text(_ json: JSONValue) -> String { String(decoding: json.bytes, as: UTF8.self) }

  @Test("of DSSE is read as it was written")
  func roundTrip() throws {
    let envelope = DSSEEnvelope(
      payloadType: "application/vnd.in-toto+json", payload: [1, 2, 3],
      signatures: [.init(keyID: "", bytes: [4]), .init(keyID: "qa", bytes: [5])])
    #expect(
      Self.text(envelope.json)
        == #"{"payloadType":"application/vnd.in-toto+json","payload":"AQID","signatures":[{"sig":"BA=="},{"keyid":"qa","sig":"BQ=="}]}"#
    )
    #expect(try DSSEEnvelope(parsing: envelope.json.bytes) == envelope)
  }

  @Test(
    "of DSSE is refused when it has more than one meaning or another shape",
    arguments: [
      "", "{}", "[]", #"{"payloadType":"t","payload":"AQID"}"#, #"{"payloadType":"t","payload":"A","signatures":[]}"#,
      #"{"payloadType":"t","payload":"AQID","payload":"","signatures":[]}"#,
      #"{"payloadType":"t","payload":"AQ ID","signatures":[]}"#,
      #"{"payloadType":"t","payload":"AQID","signatures":[{}]}"#,
      #"{"payloadType":"t","payload":"AQID","signatures":[{"sig":"BA==","keyid":7}]}"#,
    ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try DSSEEnvelope(parsing: Array(text.utf8)) }
  }

  @Test("as a bundle is what cosign 3 stores for a key")
  func bundle() {
    let envelope = DSSEEnvelope(payloadType: "t", payload: [1], signatures: [.init(keyID: "ni:///sha-256;x", bytes: [2])])
    let id = "ni:///sha-256;JhlY8RSje24xvcs3kWhL4Sw3xzN4fv27sn8K7-Ys7H4"
    #expect(
      Self.text(BundleWriting.bundle(envelope, keyID: id))
        == """
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",\
        "verificationMaterial":{"publicKey":{"hint":"JhlY8RSje24xvcs3kWhL4Sw3xzN4fv27sn8K7+Ys7H4="}},\
        "dsseEnvelope":{"payloadType":"t","payload":"AQ==","signatures":[{"sig":"Ag=="}]}}
        """)
    #expect(
      Self.text(BundleWriting.bundle(signature: [2], overSHA256: [1], keyID: "mine"))
        == """
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"mine"}},\
        "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"AQ=="},"signature":"Ag=="}}
        """)
  }
}
