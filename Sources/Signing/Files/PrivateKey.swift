import Attestations
import Crypto
import CryptoExtras
import Foundation
import SwiftASN1

/// A private key in memory, of any kind that a PKIX algorithm signs with.
enum PrivateKey: Sendable {
  case p256(P256.Signing.PrivateKey)
  case p384(P384.Signing.PrivateKey)
  case p521(P521.Signing.PrivateKey)
  case rsa(_RSA.Signing.PrivateKey)
  case ed25519(Curve25519.Signing.PrivateKey)
  case mlDSA65(MLDSA65.PrivateKey)

  /// Makes a new one from the system's randomness.
  init(generatingFor scheme: SignatureScheme) throws(SigningError) {
    do {
      switch scheme {
      case .ecdsa(.p256, _): self = .p256(P256.Signing.PrivateKey())
      case .ecdsa(.p384, _): self = .p384(P384.Signing.PrivateKey())
      case .ecdsa(.p521, _): self = .p521(P521.Signing.PrivateKey())
      case .rsaPKCS1(let bits, _), .rsaPSS(let bits, _, _):
        self = .rsa(try _RSA.Signing.PrivateKey(keySize: _RSA.Signing.KeySize(bitCount: bits)))
      case .ed25519: self = .ed25519(Curve25519.Signing.PrivateKey())
      case .mlDSA65: self = .mlDSA65(try MLDSA65.PrivateKey())
      }
    } catch {
      throw .malformedKey("the system could not make one")
    }
  }

  /// Reads the DER of one PEM document.
  ///
  /// - Parameter label: `PRIVATE KEY` (PKCS#8), `EC PRIVATE KEY` (SEC1) or `RSA PRIVATE KEY` (PKCS#1).
  /// - Throws: `SigningError.malformedKey`.
  init(der: [UInt8], label: String) throws(SigningError) {
    switch label {
    case "PRIVATE KEY":
      let envelope = try PrivateKeyEnvelope(der: der)
      switch envelope.algorithm {
      case PrivateKeyEnvelope.ecPublicKey: self = try Self.elliptic(der)
      case PrivateKeyEnvelope.rsaEncryption: self = try Self.rsa(der)
      case PrivateKeyEnvelope.ed25519: self = try Self.ed25519(envelope.key)
      case PrivateKeyEnvelope.mlDSA65: self = try Self.mlDSA65(envelope.key)
      default: throw .malformedKey("it is a key of the kind \(envelope.algorithm), which signs nothing here")
      }
    case "EC PRIVATE KEY": self = try Self.elliptic(der)
    case "RSA PRIVATE KEY": self = try Self.rsa(der)
    default: throw .malformedKey("it is a PEM document of the kind \(label.prefix(40))")
    }
  }

  private static func elliptic(_ der: [UInt8]) throws(SigningError) -> Self {
    if let key = try? P256.Signing.PrivateKey(derRepresentation: der) { return .p256(key) }
    if let key = try? P384.Signing.PrivateKey(derRepresentation: der) { return .p384(key) }
    if let key = try? P521.Signing.PrivateKey(derRepresentation: der) { return .p521(key) }
    throw .malformedKey("it is no whole key on P-256, P-384 or P-521")
  }

  private static func rsa(_ der: [UInt8]) throws(SigningError) -> Self {
    guard let key = try? _RSA.Signing.PrivateKey(derRepresentation: der) else {
      throw .malformedKey("it is no whole RSA key of at least 2048 bits")
    }
    return .rsa(key)
  }

  /// Source: RFC 8410 section 7, CurvePrivateKey.
  private static func ed25519(_ wrapped: [UInt8]) throws(SigningError) -> Self {
    guard let seed = try? ASN1OctetString(derEncoded: wrapped),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed.bytes)
    else { throw .malformedKey("it is no whole Ed25519 key") }
    return .ed25519(key)
  }

  private static func mlDSA65(_ wrapped: [UInt8]) throws(SigningError) -> Self {
    guard let seed = PrivateKeyEnvelope.mlDSASeed(in: wrapped),
      let key = try? MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil)
    else { throw .malformedKey("it does not hold the 32 byte seed of an ML-DSA-65 key") }
    return .mlDSA65(key)
  }

  /// PrivateKeyInfo in DER.
  var pkcs8: [UInt8] {
    switch self {
    case .p256(let key): Array(key.derRepresentation)
    case .p384(let key): Array(key.derRepresentation)
    case .p521(let key): Array(key.derRepresentation)
    case .rsa(let key): Array(key.pkcs8DERRepresentation)
    case .ed25519(let key): Array(key.derRepresentation)
    case .mlDSA65(let key): PrivateKeyEnvelope.mlDSAPrefix + Array(key.seedRepresentation)
    }
  }

  /// SubjectPublicKeyInfo in DER.
  var subjectPublicKeyInfo: [UInt8] {
    switch self {
    case .p256(let key): Array(key.publicKey.derRepresentation)
    case .p384(let key): Array(key.publicKey.derRepresentation)
    case .p521(let key): Array(key.publicKey.derRepresentation)
    case .rsa(let key): Array(key.publicKey.derRepresentation)
    case .ed25519(let key): PublicKey.ed25519Prefix + Array(key.publicKey.rawRepresentation)
    case .mlDSA65(let key): PublicKey.mlDSA65Prefix + Array(key.publicKey.rawRepresentation)
    }
  }

  /// What it signs with when nobody says: SHA-2 of its own strength, PSS for RSA. Nil for an RSA key of an odd size.
  var usualAlgorithm: SignatureAlgorithm? {
    switch self {
    case .p256: .ecdsaP256SHA256
    case .p384: .ecdsaP384SHA384
    case .p521: .ecdsaP521SHA512
    case .rsa(let key): SignatureAlgorithm.usualRSA(bits: key.keySizeInBits)
    case .ed25519: .ed25519
    case .mlDSA65: .mlDSA65
    }
  }

  /// - Returns: strict DER for ECDSA, the plain value for every other kind.
  /// - Throws: when the scheme is another key's; otherwise only if the library fails.
  func signature(over message: [UInt8], by scheme: SignatureScheme) throws -> [UInt8] {
    switch (self, scheme) {
    case (.p256(let key), .ecdsa(.p256, .sha256)): Array(try key.signature(for: message).derRepresentation)
    case (.p384(let key), .ecdsa(.p384, .sha384)): Array(try key.signature(for: message).derRepresentation)
    case (.p521(let key), .ecdsa(.p521, .sha512)): Array(try key.signature(for: message).derRepresentation)
    case (.rsa(let key), .rsaPSS(_, let hash, _)):
      try hash.digest(of: message) { Array(try key.signature(for: $0, padding: .PSS).rawRepresentation) }
    case (.rsa(let key), .rsaPKCS1(_, let hash)):
      try hash.digest(of: message) { Array(try key.signature(for: $0, padding: .insecurePKCS1v1_5).rawRepresentation) }
    case (.ed25519(let key), .ed25519): Array(try key.signature(for: message))
    case (.mlDSA65(let key), .mlDSA65): Array(try key.signature(for: message))
    default: throw SigningError.malformedKey("it is of another kind than its algorithm")
    }
  }
}

extension SignatureAlgorithm {
  static func usualRSA(bits: Int) -> Self? {
    switch bits {
    case 2048: .rsaPSS2048SHA256
    case 3072: .rsaPSS3072SHA256
    case 4096: .rsaPSS4096SHA256
    default: nil
    }
  }
}

extension SignatureScheme.Hash {
  /// Hands the digest of `message` to `use`.
  func digest<Result>(of message: [UInt8], _ use: (any Crypto.Digest) throws -> Result) rethrows -> Result {
    switch self {
    case .sha256: try use(SHA256.hash(data: message))
    case .sha384: try use(SHA384.hash(data: message))
    case .sha512: try use(SHA512.hash(data: message))
    }
  }

  func bytes(of message: [UInt8]) -> [UInt8] { digest(of: message) { Array($0) } }
}
