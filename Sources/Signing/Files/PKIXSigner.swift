package import Attestations
package import Images
import SwiftASN1

/// Signs with a private key held in memory.
///
/// RSA-PSS signatures carry a salt as long as the hash; verifiers take any salt.
package struct PKIXSigner: Signer {
  private let key: Redacted<PrivateKey>
  private let scheme: SignatureScheme
  package let keyID: String
  package let algorithm: SignatureAlgorithm
  /// SubjectPublicKeyInfo in PEM, for the attestor's record.
  package let publicPEM: String

  /// Reads a private key in PEM: PKCS#8 (also encrypted by PBES2), SEC1, PKCS#1, or cosign's encrypted form.
  ///
  /// - Parameters:
  ///   - password: of an encrypted key; not looked at for one that is not encrypted.
  ///   - algorithm: nil for the one that the key's type and size suggest; PSS with SHA-256 for RSA.
  /// - Throws: `SigningError.malformedKey`, also when the key does not fit `algorithm`; `.passwordNeeded`, `.wrongPassword`.
  package init(
    pem: Redacted<String>, password: Redacted<String>? = nil, algorithm: SignatureAlgorithm? = nil
  ) throws(SigningError) {
    try self.init(key: Self.read(pem, password), algorithm: algorithm)
  }

  init(key: PrivateKey, algorithm: SignatureAlgorithm?) throws(SigningError) {
    guard let algorithm = algorithm ?? key.usualAlgorithm else {
      throw .malformedKey("its size is not one of 2048, 3072 and 4096 bits")
    }
    guard let scheme = algorithm.scheme,
      let publicKey = try? PublicKey(subjectPublicKeyInfo: key.subjectPublicKeyInfo, scheme: scheme)
    else { throw .malformedKey("it does not fit \(algorithm.rawValue)") }
    self.key = Redacted(key)
    self.scheme = scheme
    self.algorithm = algorithm
    keyID = publicKey.id
    publicPEM = PEMDocument(type: "PUBLIC KEY", derBytes: publicKey.subjectPublicKeyInfo).pemString + "\n"
  }

  /// The detached signature: strict DER for ECDSA, the plain value for other kinds.
  package func signature(over payload: [UInt8]) async throws -> [UInt8] { try key.revealed.signature(over: payload, by: scheme) }

  private static func read(_ pem: Redacted<String>, _ password: Redacted<String>?) throws(SigningError) -> PrivateKey {
    if pem.revealed.contains("Proc-Type:") {
      throw .malformedKey("it is encrypted the old way of openssl; `openssl pkcs8 -topk8` writes the new one")
    }
    guard let document = try? PEMDocument(pemString: Self.withoutParameters(pem.revealed)) else {
      throw .malformedKey("it is not one PEM document")
    }
    switch document.discriminator {
    case "ENCRYPTED PRIVATE KEY":
      guard let password else { throw .passwordNeeded }
      return try PrivateKey(der: PasswordEnvelope.open(document.derBytes, password: password), label: "PRIVATE KEY")
    case let label where CosignKeyFile.labels.contains(label):
      guard let password else { throw .passwordNeeded }
      return try PrivateKey(der: CosignKeyFile.open(document.derBytes, password: password), label: "PRIVATE KEY")
    case let label: return try PrivateKey(der: document.derBytes, label: label)
    }
  }

  /// `openssl ecparam -genkey` writes the curve before the key, which names it as well.
  private static func withoutParameters(_ text: String) -> String {
    let end = "-----END EC PARAMETERS-----"
    guard text.hasPrefix("-----BEGIN EC PARAMETERS-----"), let range = text.firstRange(of: end) else { return text }
    return String(text[range.upperBound...])
  }
}
