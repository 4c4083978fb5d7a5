package import Attestations
package import Images
import SwiftASN1

/// A new private key and its public half, both in PEM.
package struct KeyPair: Sendable {
  /// How the private half is written.
  package enum Format: Sendable {
    /// PKCS#8, which every tool reads; the rights of the file are all that protects it.
    case plain
    /// PKCS#8 under a password: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA256.
    case encrypted(password: Redacted<String>)
    /// As `cosign generate-key-pair` writes it: scrypt and secretbox around PKCS#8.
    case cosign(password: Redacted<String>)
  }

  package let algorithm: SignatureAlgorithm
  /// In the format that was asked for.
  package let privatePEM: Redacted<String>
  /// SubjectPublicKeyInfo.
  package let publicPEM: String
  /// As verifiers name the key: `ni:///sha-256;…`.
  package let keyID: String

  /// Makes a key pair for `algorithm` from the system's randomness.
  ///
  /// - Throws: `SigningError.malformedKey` when the system cannot make one, `.unsupported` for `openPGP`.
  package init(generating algorithm: SignatureAlgorithm, format: Format = .plain) throws(SigningError) {
    guard let scheme = algorithm.scheme else { throw .unsupported("making OpenPGP keys; `gpg --quick-generate-key` does") }
    let key = try PrivateKey(generatingFor: scheme)
    let signer = try PKIXSigner(key: key, algorithm: algorithm)
    privatePEM = try Self.pem(of: key, format)
    publicPEM = signer.publicPEM
    keyID = signer.keyID
    self.algorithm = algorithm
  }

  private static func pem(of key: PrivateKey, _ format: Format) throws(SigningError) -> Redacted<String> {
    let document =
      switch format {
      case .plain: PEMDocument(type: "PRIVATE KEY", derBytes: key.pkcs8)
      case .encrypted(let password):
        PEMDocument(type: "ENCRYPTED PRIVATE KEY", derBytes: try PasswordEnvelope.seal(key.pkcs8, password: password))
      case .cosign(let password):
        PEMDocument(type: CosignKeyFile.labels[0], derBytes: try CosignKeyFile.seal(key.pkcs8, password: password))
      }
    return Redacted(document.pemString + "\n")
  }
}
