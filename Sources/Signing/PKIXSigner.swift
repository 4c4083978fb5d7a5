package import Attestations
import Crypto
import CryptoExtras
package import Images

/// Signs with a private key held in memory: P-256 or RSA-PSS.
///
/// RSA signatures carry a salt as long as the hash; verifiers take any salt.
package struct PKIXSigner: Signer {
  private enum Key: Sendable {
    case p256(P256.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)
  }

  private let key: Key
  package let keyID: String
  package let algorithm: SignatureAlgorithm
  /// SubjectPublicKeyInfo in PEM, for the attestor's record.
  package let publicPEM: String

  /// Reads a private key: PKCS#8, SEC1 or PKCS#1 in PEM.
  ///
  /// - Parameter algorithm: nil for the one that the key's type and size suggest, with SHA-256.
  /// - Throws: `SigningError.malformedKey`, also when the key does not fit `algorithm`.
  package init(pem: Redacted<String>, algorithm: SignatureAlgorithm? = nil) throws(SigningError) {
    if let p256 = try? P256.Signing.PrivateKey(pemRepresentation: pem.revealed) {
      key = .p256(p256)
      publicPEM = p256.publicKey.pemRepresentation
      self.algorithm = algorithm ?? .ecdsaP256SHA256
    } else if let rsa = try? _RSA.Signing.PrivateKey(pemRepresentation: pem.revealed) {
      let fitting = SignatureAlgorithm.allCases.first { $0.modulusBits == rsa.keySizeInBits }
      guard let chosen = algorithm ?? fitting else { throw .malformedKey("it has \(rsa.keySizeInBits) bits") }
      key = .rsa(rsa)
      publicPEM = rsa.publicKey.pemRepresentation
      self.algorithm = chosen
    } else {
      throw .malformedKey("it is neither a P-256 nor an RSA key in PEM")
    }
    do throws(AttestationError) {
      keyID = try AttestorKey(id: nil, algorithm: self.algorithm, pem: publicPEM).id
    } catch {
      throw .malformedKey("it does not fit \(self.algorithm.rawValue)")
    }
  }

  /// The detached signature: strict DER for P-256, as long as the modulus for RSA.
  package func signature(over payload: [UInt8]) async throws -> [UInt8] {
    switch key {
    case .p256(let key): return Array(try key.signature(for: payload).derRepresentation)
    case .rsa(let key) where algorithm == .rsaPSS4096SHA512:
      return Array(try key.signature(for: SHA512.hash(data: payload), padding: .PSS).rawRepresentation)
    case .rsa(let key):
      return Array(try key.signature(for: SHA256.hash(data: payload), padding: .PSS).rawRepresentation)
    }
  }
}
