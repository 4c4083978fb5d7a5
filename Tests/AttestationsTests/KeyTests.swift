import Attestations
import Crypto
import Foundation
import Testing

@Suite("A public key")
struct KeyTests {
  /// Key and id of the attacker's cases, made by another program.
  static let pem = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyEvot7oWx2ocXzgZEctwyKF4Sg8B
    gemqDSMJwAMk72zbrVLg5se+3Ud+V2qrKV4r58tybC4BQB/2Z0b2D/mZbg==
    -----END PUBLIC KEY-----
    """

  @Test("is known by the RFC 6920 name of itself unless its record gives another id")
  func identifiers() throws {
    let plain = try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: Self.pem)
    #expect(plain.id == "ni:///sha-256;F5BfM7ZkjD5le5Xl5EGexUt59APqe5VC429a28JrgDQ")
    #expect(try AttestorKey(id: "release-2026", algorithm: .ecdsaP256SHA256, pem: Self.pem).id == "release-2026")
  }

  @Test(
    "is refused when it is not exactly what its algorithm says",
    arguments: [
      ("", SignatureAlgorithm.ecdsaP256SHA256), ("not a key", .ecdsaP256SHA256), (pem, .rsaPSS2048SHA256),
      (pem + "\n" + pem, .ecdsaP256SHA256), (pem.replacing("PUBLIC KEY", with: "CERTIFICATE"), .ecdsaP256SHA256),
      (pem.replacing("MFkwEwYH", with: "MFkwEwYI"), .ecdsaP256SHA256), (OpenSSLVector.all[0].pem, .ecdsaP256SHA256),
      (OpenSSLVector.all[0].pem, .rsaPSS3072SHA256), (P384.Signing.PrivateKey().publicKey.pemRepresentation, .ecdsaP256SHA256),
      (P256.Signing.PrivateKey().pemRepresentation, .ecdsaP256SHA256), (String(repeating: "A", count: 10_000), .ecdsaP256SHA256),
    ])
  func refused(pem: String, algorithm: SignatureAlgorithm) {
    #expect(throws: AttestationError.self) { try AttestorKey(id: nil, algorithm: algorithm, pem: pem) }
    #expect(throws: AttestationError.self) { try AttestorKey(id: "", algorithm: .ecdsaP256SHA256, pem: Self.pem) }
  }

  @Test("of RSA verifies signatures with the longest salt and with one as long as the hash", arguments: OpenSSLVector.all)
  func salts(vector: OpenSSLVector) throws {
    let key = try AttestorKey(id: nil, algorithm: #require(SignatureAlgorithm(named: vector.algorithm)), pem: vector.pem)
    var signature = Array(try #require(Data(base64Encoded: vector.signature)))
    func isGood(_ signature: [UInt8], _ payload: [UInt8] = Example.payload()) throws -> Bool {
      let envelope = UnverifiedAttestation.Envelope.detached(payload: payload, [.init(keyID: key.id, bytes: signature)])
      return try Example.attestor([key])
        .verdict(on: [Example.attestation(envelope)], for: Example.image(), at: Example.noonOfFourthMay2026).isSatisfied
    }
    #expect(try isGood(signature))
    #expect(try !isGood(signature, Example.payload(type: "atomic container signature")))
    #expect(try !isGood(Array(signature.dropLast())))
    #expect(try !isGood(signature + [0]))
    #expect(try !isGood([]))
    signature[40] ^= 1
    #expect(try !isGood(signature))
  }

  @Test(
    "reads the algorithm names of the API and no others",
    arguments: [
      ("EC_SIGN_P256_SHA256", SignatureAlgorithm.ecdsaP256SHA256), ("ECDSA_P256_SHA256", .ecdsaP256SHA256),
      ("RSA_SIGN_PSS_4096_SHA512", .rsaPSS4096SHA512), ("RSA_PSS_2048_SHA256", .rsaPSS2048SHA256),
      ("EC_SIGN_P384_SHA384", .ecdsaP384SHA384), ("EC_SIGN_P521_SHA512", .ecdsaP521SHA512),
      ("RSA_SIGN_PKCS1_2048_SHA256", .rsaPKCS1of2048SHA256), ("RSA_SIGN_PKCS1_4096_SHA512", .rsaPKCS1of4096SHA512),
      ("ML_DSA_65", .mlDSA65), ("ED25519", .ed25519), ("none", nil), ("HS256", nil), ("RSA_PKCS1_2048_SHA256", nil),
      ("rsa-pss-4096s-ha256", nil),
    ])
  func names(name: String, algorithm: SignatureAlgorithm?) {
    #expect(SignatureAlgorithm(named: name) == algorithm)
  }
}

@Suite("An ECDSA signature")
struct SignatureFormTests {
  /// One signature in the form the name says; all but the first are other encodings of the same two numbers.
  static func forms(_ signature: P256.Signing.ECDSASignature) -> [(name: String, bytes: [UInt8], isGood: Bool)] {
    let der = Array(signature.derRepresentation)
    let raw = Array(signature.rawRepresentation)
    let r = integer(raw[..<32])
    let s = integer(raw[32...])
    func sequence(_ body: [UInt8], length: [UInt8]? = nil) -> [UInt8] { [0x30] + (length ?? [UInt8(body.count)]) + body }
    func tagged(_ body: [UInt8]) -> [UInt8] { [0x02, UInt8(body.count)] + body }
    let body = tagged(r) + tagged(s)
    return [
      ("as DER", der, true),
      ("rebuilt here", sequence(body), true),
      ("long-form length", sequence(body, length: [0x81, UInt8(body.count)]), false),
      ("indefinite length", sequence(body + [0, 0], length: [0x80]), false),
      ("trailing byte", der + [0], false),
      ("trailing byte inside", sequence(body + [0]), false),
      ("superfluous zero in r", sequence(tagged([0] + r) + tagged(s)), false),
      ("superfluous zero in s", sequence(tagged(r) + tagged([0] + s)), false),
      ("r is zero", sequence(tagged([0]) + tagged(s)), false),
      ("both are zero", [0x30, 6, 2, 1, 0, 2, 1, 0], false),
      ("s is empty", sequence(tagged(r) + [2, 0]), false),
      ("plain r and s", raw, false),
      ("wrong tag", [0x31] + der.dropFirst(), false),
      ("cut short", Array(der.dropLast()), false),
      ("nothing", [], false),
      ("s negative", sequence(tagged(r) + tagged([0x80] + raw[32...])), false),
    ]
  }

  private static func integer(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    let digits = Array(raw.drop { $0 == 0 })
    return (digits.first ?? 0) >= 0x80 ? [0] + digits : digits
  }

  @Test("counts only in its one strict form")
  func strict() throws {
    let key = ExampleKey()
    let attestor = try Example.attestor([key.publicKey()])
    for form in Self.forms(try key.privateKey.signature(for: Example.payload())) {
      let envelope = UnverifiedAttestation.Envelope.detached(
        payload: Example.payload(), [.init(keyID: try key.publicKey().id, bytes: form.bytes)])
      let verdict = try attestor.verdict(
        on: [Example.attestation(envelope)], for: Example.image(), at: Example.noonOfFourthMay2026)
      #expect(verdict.isSatisfied == form.isGood, "\(form.name)")
    }
  }
}
