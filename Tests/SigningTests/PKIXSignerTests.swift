import Attestations
import Contracts
import Foundation
import Images
import Signing
import Testing

@Suite("A PKIX signer")
struct PKIXSignerTests {
  @Test("keeps the contract of signers", arguments: Pairs.algorithms)
  func contract(algorithm: SignatureAlgorithm) async throws {
    let pair = try Pairs.of(algorithm)
    let signer = try PKIXSigner(pem: pair.privatePEM, algorithm: algorithm)
    #expect(try await SignerContract(signer, publicPEM: pair.publicPEM).breaches() == [])
    #expect(signer.keyID == pair.keyID)
    #expect(signer.publicPEM == pair.publicPEM)
  }

  @Test(
    "takes the algorithm from the key when none is named",
    arguments: [
      (SignatureAlgorithm.ecdsaP256SHA256, SignatureAlgorithm.ecdsaP256SHA256), (.ecdsaP384SHA384, .ecdsaP384SHA384),
      (.ecdsaP521SHA512, .ecdsaP521SHA512), (.rsaPKCS1of2048SHA256, .rsaPSS2048SHA256),
      (.rsaPSS3072SHA256, .rsaPSS3072SHA256), (.rsaPSS4096SHA512, .rsaPSS4096SHA256), (.ed25519, .ed25519),
      (.mlDSA65, .mlDSA65),
    ])
  func suggested(made: SignatureAlgorithm, suggested: SignatureAlgorithm) throws {
    #expect(try PKIXSigner(pem: Pairs.of(made).privatePEM).algorithm == suggested)
  }

  @Test("is not made from anything but a private key that fits")
  func refused() throws {
    let pair = try Pairs.of(.ecdsaP256SHA256)
    #expect(throws: SigningError.self) { try PKIXSigner(pem: Redacted("")) }
    #expect(throws: SigningError.self) { try PKIXSigner(pem: Redacted(pair.publicPEM)) }
    for other in Pairs.algorithms where other != .ecdsaP256SHA256 {
      #expect(throws: SigningError.self) { try PKIXSigner(pem: pair.privatePEM, algorithm: other) }
    }
    #expect(throws: SigningError.self) { try PKIXSigner(pem: pair.privatePEM, algorithm: .openPGP) }
    #expect(throws: SigningError.self) { try KeyPair(generating: .openPGP) }
  }

  @Test("is not made from a key that is cut off", arguments: Pairs.algorithms)
  func truncated(algorithm: SignatureAlgorithm) throws {
    let lines = try Pairs.of(algorithm).privatePEM.revealed.split(separator: "\n").dropFirst().dropLast()
    let whole = Array(try #require(Data(base64Encoded: lines.joined())))
    #expect(throws: Never.self) { try PKIXSigner(pem: pem("PRIVATE KEY", whole)) }
    for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
      #expect(throws: SigningError.self) { try PKIXSigner(pem: pem("PRIVATE KEY", Array(whole.prefix(count)))) }
    }
    #expect(throws: SigningError.self) { try PKIXSigner(pem: pem("PRIVATE KEY", whole + [0])) }
  }

  @Test("shows no private key when it is printed", arguments: Pairs.algorithms)
  func redacted(algorithm: SignatureAlgorithm) throws {
    let pair = try Pairs.of(algorithm)
    let secret = pair.privatePEM.revealed.split(separator: "\n")[1]
    #expect(!"\(pair)".contains(secret))
    var dumped = ""
    dump(pair, to: &dumped)
    #expect(!dumped.contains(secret))
    dumped = ""
    dump(try PKIXSigner(pem: pair.privatePEM, algorithm: algorithm), to: &dumped)
    #expect(dumped.contains("key: <redacted>"))
  }

  /// The key whose seed counts from 0 to 31.
  ///
  /// Source: RFC 9881 appendix C; the key id is that of the public key of python-cryptography 48 for the same seed.
  @Test("reads an ML-DSA key by its seed, alone or beside the expanded key")
  func seed() throws {
    let seedAlone = """
      -----BEGIN PRIVATE KEY-----
      MDQCAQAwCwYJYIZIAWUDBAMSBCKAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZ
      GhscHR4f
      -----END PRIVATE KEY-----
      """
    let id = "ni:///sha-256;uLYhMb--hEM--yJz1_W4f3oihUos_TZvwq6thtg3xS0"
    #expect(try PKIXSigner(pem: Redacted(seedAlone)).keyID == id)
    let algorithm: [UInt8] = [0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x12]
    let both = der(0x30, der(4, Array(0..<32)) + der(4, [UInt8](repeating: 7, count: 4032)))
    let withExpanded = der(0x30, [2, 1, 0] + algorithm + der(4, both))
    #expect(try PKIXSigner(pem: pem("PRIVATE KEY", withExpanded)).keyID == id)
    let expandedAlone = der(0x30, [2, 1, 0] + algorithm + der(4, der(4, [UInt8](repeating: 7, count: 4032))))
    #expect(throws: SigningError.self) { try PKIXSigner(pem: pem("PRIVATE KEY", expandedAlone)) }
  }
}
