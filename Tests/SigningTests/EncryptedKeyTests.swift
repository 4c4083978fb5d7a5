import Attestations
import Foundation
import Images
import Signing
import Testing

/// One element of DER.
func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
  let count = content.count
  if count < 128 { return [tag, UInt8(count)] + content }
  if count < 256 { return [tag, 0x81, UInt8(count)] + content }
  return [tag, 0x82, UInt8(count >> 8), UInt8(count & 255)] + content
}

func pem(_ label: String, _ bytes: [UInt8]) -> Redacted<String> {
  let text = Data(bytes).base64EncodedString(options: .lineLength64Characters).replacingOccurrences(of: "\r\n", with: "\n")
  return Redacted("-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n")
}

@Suite("Encrypted keys")
struct EncryptedKeyTests {
  static let formats: [@Sendable (Redacted<String>) -> KeyPair.Format] = [
    { .encrypted(password: $0) }, { .cosign(password: $0) },
  ]

  @Test("open with their password and with no other", arguments: [0, 1])
  func passwords(format: Int) throws {
    for password in ["correct horse", "", "pässwörd", String(repeating: "x", count: 300)] {
      let pair = try KeyPair(generating: .ecdsaP256SHA256, format: Self.formats[format](Redacted(password)))
      #expect(try PKIXSigner(pem: pair.privatePEM, password: Redacted(password)).keyID == pair.keyID)
      #expect(throws: SigningError.wrongPassword) { try PKIXSigner(pem: pair.privatePEM, password: Redacted("wrong")) }
      #expect(throws: SigningError.passwordNeeded) { try PKIXSigner(pem: pair.privatePEM) }
    }
  }

  @Test("may be of any algorithm", arguments: [SignatureAlgorithm.ecdsaP521SHA512, .rsaPKCS1of2048SHA256, .ed25519, .mlDSA65])
  func algorithms(algorithm: SignatureAlgorithm) throws {
    for format in Self.formats {
      let pair = try KeyPair(generating: algorithm, format: format(Redacted("p")))
      let signer = try PKIXSigner(pem: pair.privatePEM, password: Redacted("p"), algorithm: algorithm)
      #expect(signer.keyID == pair.keyID)
    }
  }

  @Test("are refused wherever they are cut off", arguments: [0, 1])
  func truncated(format: Int) throws {
    let pair = try KeyPair(generating: .ecdsaP256SHA256, format: Self.formats[format](Redacted("p")))
    let whole = pair.privatePEM.revealed
    for count in stride(from: 0, to: whole.count - 2, by: 97) {
      #expect(throws: SigningError.self) { try PKIXSigner(pem: Redacted(String(whole.prefix(count))), password: Redacted("p")) }
    }
    let lines = whole.split(separator: "\n")
    let body = Array(try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined())))
    let label = String(try #require(lines.first).dropFirst(11).dropLast(5))
    for count in stride(from: 0, to: body.count, by: 13) {
      #expect(throws: SigningError.self) { try PKIXSigner(pem: pem(label, Array(body.prefix(count))), password: Redacted("p")) }
    }
  }

  /// Made with hashlib.scrypt and PyNaCl after the format in cosign's own source; both hold the same key.
  @Test("of cosign, old and new, are read")
  func cosign() throws {
    let id = try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: CosignVectors.publicKey).id
    #expect(try PKIXSigner(pem: Redacted(CosignVectors.old), password: Redacted("correct horse")).keyID == id)
    #expect(try PKIXSigner(pem: Redacted(CosignVectors.new), password: Redacted("")).keyID == id)
    #expect(throws: SigningError.wrongPassword) { try PKIXSigner(pem: Redacted(CosignVectors.new), password: Redacted("x")) }
  }

  @Test(
    "of cosign are refused when they ask for another cipher, or for more work than any key needs",
    arguments: [
      (#""N":32768"#, #""N":1073741824"#), (#""N":32768"#, #""N":32769"#), (#""N":32768"#, #""N":0"#),
      (#""N":32768"#, #""N":-2"#), (#""r":8"#, #""r":1000"#), (#""p":1"#, #""p":100000"#), ("scrypt", "argon2"),
      ("nacl/secretbox", "none"), (#""N":32768"#, #""N":1048576"#), (#""nonce":"AAEC"#, #""nonce":"AAE"#),
    ])
  func bombs(_ from: String, _ to: String) throws {
    let lines = CosignVectors.old.split(separator: "\n").dropFirst().dropLast().joined()
    let json = String(decoding: try #require(Data(base64Encoded: lines)), as: UTF8.self)
    #expect(json.contains(from))
    let changed = pem("ENCRYPTED COSIGN PRIVATE KEY", Array(json.replacing(from, with: to).utf8))
    let started = ContinuousClock.now
    let error = #expect(throws: SigningError.self) { try PKIXSigner(pem: changed, password: Redacted("correct horse")) }
    #expect(error?.code == "malformed-private-key")
    #expect(ContinuousClock.now - started < .seconds(20))
  }

  @Test("in PKCS#8 are refused when they ask for two thousand million rounds")
  func rounds() throws {
    let identifier: [UInt8] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5]
    let derivation = der(0x30, identifier + [12] + der(0x30, der(4, Array(0..<16)) + der(2, [0x7f, 0xff, 0xff, 0xff])))
    let cipher = der(0x30, [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a] + der(4, Array(0..<16)))
    let algorithm = der(0x30, identifier + [13] + der(0x30, derivation + cipher))
    let key = der(0x30, algorithm + der(4, [UInt8](repeating: 0, count: 64)))
    let started = ContinuousClock.now
    #expect(throws: SigningError.malformedKey("it asks for 2147483647 rounds of PBKDF2 where 10000000 are the most")) {
      try PKIXSigner(pem: pem("ENCRYPTED PRIVATE KEY", key), password: Redacted("p"))
    }
    #expect(ContinuousClock.now - started < .seconds(20))
  }
}
