import Attestations
import Contracts
import Images
import Signing
import Testing

@Suite("A PKIX signer")
struct PKIXSignerTests {
  @Test("keeps the contract of signers", arguments: SignatureAlgorithm.allCases)
  func contract(algorithm: SignatureAlgorithm) async throws {
    let pair = try KeyPair(generating: algorithm)
    let signer = try PKIXSigner(pem: pair.privatePEM, algorithm: algorithm)
    #expect(try await SignerContract(signer, publicPEM: pair.publicPEM).breaches() == [])
    #expect(signer.keyID == pair.keyID)
  }

  @Test("takes the algorithm from the key when none is named")
  func suggested() throws {
    #expect(try PKIXSigner(pem: KeyPair(generating: .ecdsaP256SHA256).privatePEM).algorithm == .ecdsaP256SHA256)
    #expect(try PKIXSigner(pem: KeyPair(generating: .rsaPSS3072SHA256).privatePEM).algorithm == .rsaPSS3072SHA256)
  }

  @Test("is not made from anything but a private key that fits")
  func refused() throws {
    let pair = try KeyPair(generating: .ecdsaP256SHA256)
    #expect(throws: SigningError.self) { try PKIXSigner(pem: Redacted("")) }
    #expect(throws: SigningError.self) { try PKIXSigner(pem: Redacted(pair.publicPEM)) }
    #expect(throws: SigningError.self) { try PKIXSigner(pem: pair.privatePEM, algorithm: .rsaPSS2048SHA256) }
  }

  @Test("shows no private key when it is printed")
  func redacted() throws {
    let pair = try KeyPair(generating: .ecdsaP256SHA256)
    let secret = pair.privatePEM.revealed.split(separator: "\n")[1]
    #expect(!"\(pair)".contains(secret))
    var dumped = ""
    dump(pair, to: &dumped)
    #expect(!dumped.contains(secret))
  }
}
