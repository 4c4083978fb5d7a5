import Attestations
import Crypto
import Foundation
import Testing

@Suite("An OpenPGP key")
struct OpenPGPKeyTests {
  typealias Keys = OpenPGPKeys

  @Test(
    "has the fingerprint that gpg computes, and the same for each key that may sign",
    arguments: [
      (Keys.rsa2048, Keys.rsa2048Fingerprints), (Keys.rsa3072, Keys.rsa3072Fingerprints), (Keys.p256, Keys.p256Fingerprints),
      (Keys.p384, Keys.p384Fingerprints), (Keys.p521, Keys.p521Fingerprints), (Keys.ed25519, Keys.ed25519Fingerprints),
      (UserIDAttack.key, [UserIDAttack.fingerprint]), (Keys.go, Keys.goFingerprints),
    ])
  func fingerprints(text: String, expected: [String]) throws {
    let key = try OpenPGPKey(armored: text)
    #expect(key.fingerprint == expected[0])
    #expect(key.signerFingerprints == expected)
    #expect(key.expiresAtSeconds == nil)
    #expect(key.revocationReason == nil)
    #expect(try OpenPGPKey(armored: "\n" + text + "\r\n\n") == key)
  }

  @Test("says what it may, from when until when, and for whom")
  func facts() throws {
    let expired = try OpenPGPKey(armored: Keys.expired)
    #expect(expired.createdAtSeconds == 1_587_600_000)
    #expect(expired.expiresAtSeconds == 1_650_672_000)
    #expect(expired.userIDs == ["expired <expired@example.test>"])
    let subkey = try OpenPGPKey(armored: Keys.subkey)
    #expect(subkey.fingerprint == Keys.subkeyFingerprints[0])
    #expect(subkey.signerFingerprints == [Keys.subkeyFingerprints[1]])
    #expect(subkey.expiresAtSeconds == nil)
    #expect(try OpenPGPKey(armored: Keys.revoked).revocationReason == "without a reason")
    #expect(throws: AttestationError.malformedKey("neither it nor one of its subkeys may sign")) {
      try OpenPGPKey(armored: Keys.certOnly)
    }
  }

  @Test("is known again in the form of X.509")
  func subjectPublicKeyInfo() throws {
    let example = ExampleOpenPGPKey()
    var later = example
    later.createdAtSeconds += 1
    let one = try OpenPGPKey(bytes: example.block())
    let other = try OpenPGPKey(bytes: later.block())
    #expect(one.fingerprint != other.fingerprint)
    #expect(one.subjectPublicKeyInfos == other.subjectPublicKeyInfos)
    #expect(one.subjectPublicKeyInfos[0].suffix(32).elementsEqual(example.privateKey.publicKey.rawRepresentation))
    let p256 = try OpenPGPKey(armored: Keys.p256).subjectPublicKeyInfos
    #expect(Array(try P256.Signing.PublicKey(derRepresentation: p256[0]).derRepresentation) == p256[0])
  }

  @Test("takes its newest word on its end and its use, and the direct one first")
  func newestWord() throws {
    let key = ExampleOpenPGPKey()
    let start = Int64(key.createdAtSeconds)
    func direct(_ statements: [UInt8], at seconds: Int) throws -> [UInt8] {
      try key.signature(0x1f, over: key.hashed, hashed: ExampleOpenPGPKey.made(seconds) + key.issuer + statements)
    }
    let ends = ExamplePacket.statement(9, ExamplePacket.four(100))
    let endsLater = ExamplePacket.statement(9, ExamplePacket.four(200))
    let signs = ExamplePacket.statement(27, [2])
    let first = try direct(ends + signs, at: key.createdAtSeconds)
    let second = try direct(endsLater + signs, at: key.createdAtSeconds + 1)
    func end(_ block: [UInt8]) throws -> Int64? { try OpenPGPKey(bytes: block).expiresAtSeconds }
    #expect(try end(key.block(flags: 1, direct: [first, second])) == start + 200)
    #expect(try end(key.block(flags: 1, direct: [second, first])) == start + 200)
    #expect(try end(key.block(statements: ends, direct: [second])) == start + 200)
    #expect(try end(key.block(statements: ends)) == start + 100)
    #expect(try end(key.block(flags: nil)) == nil)
    // A word of a signature that itself ends is good no longer than it.
    #expect(try end(key.block(statements: endsLater + ExamplePacket.statement(3, ExamplePacket.four(50)))) == start + 50)
  }

  @Test("has a subkey that signs only when each has signed the other")
  func subkeys() throws {
    let key = ExampleOpenPGPKey()
    let subkey = ExampleOpenPGPKey()
    let stranger = ExampleOpenPGPKey()
    func signers(_ more: [UInt8]) throws -> [String] { try OpenPGPKey(bytes: key.block(more: more)).signerFingerprints }
    let good = try key.binding(subkey, back: subkey)
    #expect(try signers(good) == [key.fingerprintText, subkey.fingerprintText])
    #expect(try signers(key.binding(subkey, back: nil)) == [key.fingerprintText])
    #expect(try signers(key.binding(subkey, back: stranger)) == [key.fingerprintText])
    #expect(try signers(key.binding(subkey, flags: 4, back: subkey)) == [key.fingerprintText])
    #expect(try signers(stranger.binding(subkey, back: subkey)) == [key.fingerprintText])
    let revocation = try key.signature(0x28, over: key.hashed + subkey.hashed)
    #expect(try signers(good + ExamplePacket.packet(2, revocation)) == [key.fingerprintText])
    // A revocation of another subkey does not verify here, and says nothing.
    let other = try key.signature(0x28, over: key.hashed + stranger.hashed)
    #expect(try signers(good + ExamplePacket.packet(2, other)) == [key.fingerprintText, subkey.fingerprintText])
  }

  @Test("is revoked by its own word and by one that cannot be checked, not by one that is false")
  func revocations() throws {
    let key = ExampleOpenPGPKey()
    func reason(_ revocation: [UInt8]) throws -> String? {
      try OpenPGPKey(bytes: key.block(direct: [revocation])).revocationReason
    }
    func saying(_ code: UInt8) throws -> [UInt8] {
      try key.signature(
        0x20, over: key.hashed, hashed: ExampleOpenPGPKey.made() + key.issuer + ExamplePacket.statement(29, [code]))
    }
    #expect(try reason(saying(1)) == "it is superseded")
    #expect(try reason(saying(2)) == "it has been compromised")
    #expect(try reason(saying(3)) == "it is retired")
    #expect(try reason(key.signature(0x20, over: key.hashed)) == "without a reason")
    #expect(try reason(key.signature(0x20, over: key.hashed, digest: 2)) == "without a reason")
    #expect(try reason(ExampleOpenPGPKey().signature(0x20, over: key.hashed)) == "without a reason")
    #expect(try reason([3, 5, 0x20, 0, 0, 0, 0]) == "without a reason")
    #expect(try reason(key.signature(0x20, over: key.hashed + [0])) == nil)
  }

  @Test("is not believed what a revoked user id or a stranger says of it")
  func revokedUserID() throws {
    let key = ExampleOpenPGPKey()
    let certified = key.hashed + [0xb4] + ExamplePacket.four(2) + Array("qa".utf8)
    let revocation = try ExamplePacket.packet(2, key.signature(0x30, over: certified))
    #expect(throws: AttestationError.self) { try OpenPGPKey(bytes: key.block(more: revocation)) }
    let stranger = try ExamplePacket.packet(2, ExampleOpenPGPKey().signature(0x30, over: certified))
    #expect(try OpenPGPKey(bytes: key.block(more: stranger)).signerFingerprints == [key.fingerprintText])
  }

  @Test("of algorithm 27 verifies too")
  func newEd25519() throws {
    let key = ExampleOpenPGPKey(algorithm: 27)
    #expect(verdict(on: try key.message(), by: try OpenPGPKey(bytes: key.block())) == .success("hello\n"))
  }

  /// Blocks that are no key, with what is said of them.
  static func wrong() throws -> [(name: String, bytes: [UInt8], reason: String)] {
    let key = ExampleOpenPGPKey()
    let block = try key.block()
    var longModulus = [UInt8](repeating: 0xff, count: 256)
    longModulus[0] = 0x7f
    let rsa: [UInt8] = [4, 0, 0, 0, 0, 1]
    let isSilent = "it says nothing of itself by a signature over a strong digest"
    let isNoKey = "the numbers of a key are not those of a key"
    func primary(_ body: [UInt8]) -> [UInt8] { ExamplePacket.packet(6, body) }
    return [
      ("nothing", [], "it is empty"),
      ("no self-signature", primary(key.body), isSilent),
      ("a self-signature over SHA-1", try key.block(digest: 2), isSilent),
      ("one over MD5", try key.block(digest: 1), isSilent),
      ("one that is cut short", Array(block.prefix(block.count / 2)), "it is cut short"),
      ("two keys", block + (try ExampleOpenPGPKey().block()), "it holds more than one primary key"),
      ("a secret key", ExamplePacket.packet(5, key.body), "it holds a secret key"),
      ("a key and a secret subkey", block + ExamplePacket.packet(7, key.body), "it holds a secret key"),
      ("a message", try key.message(), "it holds packets that do not belong into a key"),
      ("a subkey alone", ExamplePacket.packet(14, key.body), "it does not begin with a public key"),
      ("version 3", primary([3] + key.body.dropFirst()), "it holds a key of version 3, which is not supported"),
      ("version 6", primary([6] + key.body.dropFirst()), "it holds a key of version 6, which is not supported"),
      (
        "a key that encrypts", primary([4, 0, 0, 0, 0, 18, 0]),
        "it holds a primary key that signs by no algorithm known here, which is not supported"
      ),
      ("bytes behind it", primary(key.body + [0]), "bytes follow the numbers of a key"),
      ("bytes behind its packets", block + [0], "a packet does not begin as one"),
      ("marked as uncompressed", primary(key.body.map { $0 == 0x40 ? 0x41 : $0 }), isNoKey),
      (
        "an RSA modulus with a length that is not its own", primary(rsa + [8, 0] + longModulus + [0, 17, 1, 0, 1]),
        "the length of a number in it is wrong"
      ),
      (
        "an even modulus", primary(rsa + [8, 0, 0xff] + longModulus.dropFirst(2) + [0xfe, 0, 17, 1, 0, 1]),
        isNoKey
      ),
      (
        "an RSA exponent of one", primary(rsa + [8, 0, 0xff] + longModulus.dropFirst() + [0, 1, 1]),
        isNoKey
      ),
      ("an RSA modulus of 16384 bits", primary(rsa + [64, 0]), "it holds a number of more than 8192 bits"),
      (
        "a signature alone", ExamplePacket.packet(2, try key.signature(0x1f, over: key.hashed)),
        "it holds packets that do not belong into a key"
      ),
      ("too long", [UInt8](repeating: 0x99, count: OpenPGPKey.limitBytes + 1), "it is longer than 262144 bytes"),
      ("a user id first", ExamplePacket.packet(13, [0x71]) + block, "it does not begin with a public key"),
      ("5000 packets", block + [[UInt8]](repeating: [0xcd, 0], count: 5000).flatMap { $0 }, "it holds more than 4096 packets"),
      (
        "more of its own signatures than are checked",
        try key.block(direct: [[UInt8]](repeating: key.signature(0x1f, over: key.hashed), count: 129)),
        "it holds more than 128 signatures of its own"
      ),
    ]
  }

  @Test("is refused when it is none", arguments: try wrong().map(\.name))
  func refused(name: String) throws {
    let the = try #require(try Self.wrong().first { $0.name == name })
    #expect(throws: AttestationError.malformedKey(the.reason)) { try OpenPGPKey(bytes: the.bytes) }
  }

  @Test("is refused under another label, twice, or with a secret")
  func labels() throws {
    for (text, reason) in [
      (Keys.p256 + "\n" + Keys.p256, "there is more than one block of ASCII armor"),
      (
        Keys.p256.replacing("PUBLIC", with: "PRIVATE"),
        "it holds a PGP PRIVATE KEY BLOCK where a PGP PUBLIC KEY BLOCK is wanted, which is not supported"
      ),
      ("", "it is no ASCII armor of a PGP PUBLIC KEY BLOCK"),
      (String(repeating: "A", count: 300_000), "it is longer than 262144 bytes"),
    ] {
      #expect(throws: AttestationError.malformedKey(reason)) { try OpenPGPKey(armored: text) }
    }
  }
}
