import Attestations
import Crypto
import Foundation
import Testing

@Suite("A token")
struct TokenTests {
  let key = P256.Signing.PrivateKey()
  let now = Example.noonOfFourthMay2026

  private func encoded(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private func token(
    _ header: String = #"{"alg":"ES256","kid":"k1","typ":"JWT"}"#, _ claims: [UInt8] = Example.payload()
  ) throws -> String {
    let signed = "\(encoded(header.utf8)).\(encoded(claims))"
    return "\(signed).\(encoded(try key.signature(for: Array(signed.utf8)).rawRepresentation))"
  }

  private func verdict(_ tokens: String...) throws -> AttestorVerdict {
    let record = try AttestorKey(id: "k1", algorithm: .ecdsaP256SHA256, pem: key.publicKey.pemRepresentation)
    return try Example.attestor([record])
      .verdict(on: [Example.attestation(.tokens(tokens))], for: Example.image(), at: now)
  }

  private func claims(_ more: String) -> [UInt8] {
    Array(String(decoding: Example.payload(), as: UTF8.self).dropLast().utf8) + Array(",\(more)}".utf8)
  }

  @Test("vouches when the key it names has signed it, or when it names none")
  func vouches() throws {
    #expect(try verdict(token()).isSatisfied)
    #expect(try verdict(token(#"{"alg":"ES256"}"#)).isSatisfied)
    #expect(try verdict(token(#"{"alg":"ES256"}"#, claims(#""iat":1,"iss":"ci","exp":\#(now + 1),"nbf":\#(now)"#))).isSatisfied)
  }

  @Test(
    "never chooses its own algorithm or key",
    arguments: [
      (#"{"alg":"none","kid":"k1"}"#, "wrong-algorithm"), (#"{"alg":"HS256","kid":"k1"}"#, "wrong-algorithm"),
      (#"{"alg":"ES384","kid":"k1"}"#, "wrong-algorithm"), (#"{"alg":"es256","kid":"k1"}"#, "wrong-algorithm"),
      (#"{"alg":"ES256","kid":"k2"}"#, "unknown-key"), (#"{"kid":"k1"}"#, "malformed-attestation"),
      (#"{"alg":"ES256","alg":"none"}"#, "malformed-attestation"),
      (#"{"alg":"ES256","kid":"k1","crit":["exp"]}"#, "malformed-attestation"),
      (#"{"alg":"ES256","kid":"k1","b64":false}"#, "malformed-attestation"),
    ])
  func header(header: String, code: String) throws {
    #expect(try verdict(token(header)).codes == [code])
  }

  @Test("counts only for its own time and image")
  func claims() throws {
    let header = #"{"alg":"ES256","kid":"k1"}"#
    #expect(try verdict(token(header, claims(#""exp":\#(now)"#))).codes == ["outside-its-time"])
    #expect(try verdict(token(header, claims(#""nbf":\#(now + 1)"#))).codes == ["outside-its-time"])
    #expect(try verdict(token(header, claims(#""exp":"tomorrow""#))).codes == ["malformed-attestation"])
    #expect(try verdict(token(header, claims(#""admin":true"#))).codes == ["malformed-attestation"])
    #expect(try verdict(token(header, Example.payload(digest: Example.otherDigest))).codes == ["wrong-digest"])
  }

  @Test("is refused in any other form than the compact one")
  func form() throws {
    let good = try token()
    let parts = good.split(separator: ".").map(String.init)
    for bad in [
      "", "..", good + ".", good + "=", "." + good, parts[0] + "." + parts[1], good.replacing("-", with: "+") + " ",
      parts[0] + "=." + parts[1] + "." + parts[2], String(repeating: "A", count: 70_000),
    ] {
      #expect(try !verdict(bad).isSatisfied, "\(bad.prefix(20))")
    }
    #expect(try verdict("x.y.z", good).codes == ["malformed-attestation"])
    #expect(try verdict(parts[0] + "." + parts[1] + ".").codes == ["bad-signature"])
  }
}
