package import Attestations
import Crypto
import CryptoExtras
package import Images

/// A new private key and its public half, both in PEM.
package struct KeyPair: Sendable {
  package let algorithm: SignatureAlgorithm
  /// PKCS#8.
  package let privatePEM: Redacted<String>
  /// SubjectPublicKeyInfo.
  package let publicPEM: String
  /// As verifiers name the key: `ni:///sha-256;…`.
  package let keyID: String

  /// Makes a key pair for `algorithm` from the system's randomness.
  ///
  /// - Throws: `SigningError.malformedKey` when the system cannot make one.
  package init(generating algorithm: SignatureAlgorithm) throws(SigningError) {
    privatePEM = try Self.generate(algorithm)
    let signer = try PKIXSigner(pem: privatePEM, algorithm: algorithm)
    publicPEM = signer.publicPEM
    keyID = signer.keyID
    self.algorithm = algorithm
  }

  private static func generate(_ algorithm: SignatureAlgorithm) throws(SigningError) -> Redacted<String> {
    guard let bits = algorithm.modulusBits else { return Redacted(P256.Signing.PrivateKey().pemRepresentation) }
    do {
      let key = try _RSA.Signing.PrivateKey(keySize: _RSA.Signing.KeySize(bitCount: bits))
      return Redacted(key.pkcs8PEMRepresentation)
    } catch {
      throw .malformedKey("the system could not make one of \(bits) bits")
    }
  }
}
