import Attestations
import Testing

/// One message and the key it is judged by, both made by gpg.
struct OpenPGPVector: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let key: String
  let message: String
  var nowSeconds: Int64 = OpenPGPVector.juneOf2026
  var rule = OpenPGPKeyRule.goodNow
  var expected: Result<String, OpenPGPRefusal>

  static let juneOf2026: Int64 = 1_780_272_000
  static let payload = String(decoding: Example.payload(), as: UTF8.self)
}

/// The verdict on `message` as text, by a key as text.
func verdict(
  on message: [UInt8], by key: OpenPGPKey, at nowSeconds: Int64 = OpenPGPVector.juneOf2026, _ rule: OpenPGPKeyRule = .goodNow
) -> Result<String, OpenPGPRefusal> {
  Result { () throws(OpenPGPRefusal) in
    String(decoding: try OpenPGPMessage(parsing: message).verified(by: key, at: nowSeconds, rule).bytes, as: UTF8.self)
  }
}

@Suite("A message that gpg signed")
struct OpenPGPVectorTests {
  typealias Keys = OpenPGPKeys
  typealias Messages = OpenPGPMessages

  static let good: [OpenPGPVector] = [
    .init(
      testDescription: "RSA of 2048 bits, deflated", key: Keys.rsa2048, message: Messages.rsa2048,
      expected: .success(OpenPGPVector.payload)),
    .init(
      testDescription: "RSA of 3072 bits, zlib", key: Keys.rsa3072, message: Messages.rsa3072,
      expected: .success(OpenPGPVector.payload)),
    .init(
      testDescription: "P-256, not compressed", key: Keys.p256, message: Messages.p256,
      expected: .success(OpenPGPVector.payload)),
    .init(testDescription: "P-384", key: Keys.p384, message: Messages.p384, expected: .success(OpenPGPVector.payload)),
    .init(testDescription: "P-521", key: Keys.p521, message: Messages.p521, expected: .success(OpenPGPVector.payload)),
    .init(testDescription: "Ed25519", key: Keys.ed25519, message: Messages.ed25519, expected: .success(OpenPGPVector.payload)),
    .init(testDescription: "a subkey", key: Keys.subkey, message: Messages.subkey, expected: .success(OpenPGPVector.payload)),
    .init(testDescription: "Go's library", key: Keys.go, message: Messages.go, expected: .success(OpenPGPVector.payload)),
    .init(
      testDescription: "a text", key: Keys.ed25519, message: Messages.text, expected: .success("one\r\ntwo \r\n\r\nthree")),
    .init(
      testDescription: "a signature of 30 days, on its last second", key: Keys.ed25519, message: Messages.expires,
      nowSeconds: 1_775_822_400 + 30 * 86_400 - 1, expected: .success("hello\n")),
    .init(
      testDescription: "a key expired by now that signed in time", key: Keys.expired, message: Messages.expired,
      rule: .goodWhenSigned, expected: .success(OpenPGPVector.payload)),
    .init(
      testDescription: "the user id's own key", key: UserIDAttack.key, message: UserIDAttack.good,
      expected: .success(Self.evil())),
    .init(
      testDescription: "another image: a true signature over another statement", key: UserIDAttack.key,
      message: UserIDAttack.otherImage, expected: .success(Self.evil(Example.digest, at: "registry.example.test/prod/web"))),
  ]

  static let bad: [OpenPGPVector] = [
    .init(
      testDescription: "a key expired by now", key: Keys.expired, message: Messages.expired,
      expected: .failure(.expiredKey)),
    .init(
      testDescription: "a subkey that has expired since", key: Keys.subkey, message: Messages.subkey,
      nowSeconds: 1_803_859_200, expected: .failure(.expiredKey)),
    .init(
      testDescription: "a revoked key", key: Keys.revoked, message: Messages.revoked, rule: .goodWhenSigned,
      expected: .failure(.revokedKey(reason: "without a reason"))),
    .init(
      testDescription: "another key", key: Keys.rsa3072, message: Messages.rsa2048,
      expected: .failure(.unknownKey(claimed: Keys.rsa2048Fingerprints[0]))),
    .init(
      testDescription: "another key of the same user id", key: UserIDAttack.key, message: UserIDAttack.otherKey,
      expected: .failure(.unknownKey(claimed: "82F83964ED8E9FD073C6D1CBF8EFB44E46014CF1"))),
    .init(
      testDescription: "SHA-1", key: Keys.ed25519, message: Messages.sha1, expected: .failure(.weakDigest("SHA-1"))),
    .init(
      testDescription: "bzip2", key: Keys.ed25519, message: Messages.bzip2,
      expected: .failure(.unsupported("content compressed with bzip2"))),
    .init(
      testDescription: "a critical notation", key: Keys.ed25519, message: Messages.notation,
      expected: .failure(.unsupported("a critical statement of type 20 in a signature"))),
    .init(
      testDescription: "a detached signature", key: Keys.ed25519, message: Messages.detached,
      expected: .failure(.unsupported("a PGP SIGNATURE where a PGP MESSAGE is wanted"))),
    .init(
      testDescription: "a cleartext signature", key: Keys.ed25519, message: Messages.clear,
      expected: .failure(.unsupported("a PGP SIGNED MESSAGE where a PGP MESSAGE is wanted"))),
    .init(
      testDescription: "a key", key: Keys.ed25519, message: Keys.ed25519,
      expected: .failure(.unsupported("a PGP PUBLIC KEY BLOCK where a PGP MESSAGE is wanted"))),
    .init(
      testDescription: "two messages", key: Keys.ed25519, message: Messages.plain + "\n" + Messages.plain,
      expected: .failure(.severalMessages)),
    .init(
      testDescription: "a signature of 30 days, after them", key: Keys.ed25519, message: Messages.expires,
      nowSeconds: 1_775_822_400 + 30 * 86_400, expected: .failure(.expiredSignature)),
    .init(
      testDescription: "the future", key: Keys.ed25519, message: Messages.plain, nowSeconds: 1_775_822_400 - 301,
      expected: .failure(.madeInTheFuture)),
  ]

  private static func evil(
    _ digest: String = Example.otherDigest, at reference: String = "registry.example.test/prod/evil"
  ) -> String {
    String(decoding: Example.payload(reference: reference, digest: digest), as: UTF8.self)
  }

  @Test("says what was signed", arguments: good)
  func accepted(vector: OpenPGPVector) throws {
    try #expect(judged(vector) == vector.expected)
  }

  @Test("is refused with its cause", arguments: bad)
  func refused(vector: OpenPGPVector) throws {
    try #expect(judged(vector) == vector.expected)
  }

  private func judged(_ vector: OpenPGPVector) throws -> Result<String, OpenPGPRefusal> {
    verdict(
      on: Array(vector.message.utf8), by: try OpenPGPKey(armored: vector.key), at: vector.nowSeconds, vector.rule)
  }

  @Test("tells who signed, when, and until when that counts")
  func facts() throws {
    let subkey = try OpenPGPMessage(parsing: Array(Messages.subkey.utf8))
    #expect(subkey.claimedSigner == Keys.subkeyFingerprints[1])
    let content = try subkey.verified(by: OpenPGPKey(armored: Keys.subkey), at: OpenPGPVector.juneOf2026, .goodNow)
    #expect(content.keyFingerprint == Keys.subkeyFingerprints[0])
    #expect(content.signerFingerprint == Keys.subkeyFingerprints[1])
    #expect(content.createdAtSeconds == 1_775_822_400)
    #expect(content.expiresAtSeconds == nil)
    let expires = try OpenPGPMessage(parsing: Array(Messages.expires.utf8))
      .verified(by: OpenPGPKey(armored: Keys.ed25519), at: 1_775_822_400, .goodNow)
    #expect(expires.expiresAtSeconds == 1_778_414_400)
  }
}
