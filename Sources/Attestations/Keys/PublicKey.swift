import Crypto
import CryptoExtras
import Foundation
import SwiftASN1

/// A public key, read once, with the one scheme it may be used for.
package struct PublicKey: Sendable {
  private enum Material: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case rsaPKCS1(_RSA.Signing.PublicKey)
    /// RSAPublicKey in DER, for libcrypto.
    case rsaPSS([UInt8])
    case ed25519(Curve25519.Signing.PublicKey)
    case mlDSA65(MLDSA65.PublicKey)
  }

  private let material: Material
  package let scheme: SignatureScheme
  /// DER as given, which is the only DER form of this key.
  package let subjectPublicKeyInfo: [UInt8]

  /// Reads PEM with the one label `PUBLIC KEY` and holds it against `scheme`.
  ///
  /// - Throws: `AttestationError.malformedKey`.
  ///
  /// Source: RFC 7468 section 13.
  package init(pem: String, scheme: SignatureScheme) throws(AttestationError) {
    guard pem.utf8.count <= 8192 else { throw .malformedKey("it is longer than 8192 bytes") }
    guard let document = try? PEMDocument(pemString: pem) else { throw .malformedKey("it is not one PEM document") }
    guard document.discriminator == "PUBLIC KEY" else {
      throw .malformedKey("it is a PEM document of another kind than PUBLIC KEY")
    }
    try self.init(subjectPublicKeyInfo: document.derBytes, scheme: scheme)
  }

  /// Reads PEM for an attestor's algorithm.
  ///
  /// - Throws: `AttestationError.malformedKey`, also for OpenPGP, whose keys are no PEM.
  package init(pem: String, algorithm: SignatureAlgorithm) throws(AttestationError) {
    guard let scheme = algorithm.scheme else { throw .malformedKey("\(algorithm.rawValue) needs an armored OpenPGP key") }
    try self.init(pem: pem, scheme: scheme)
  }

  /// Reads a SubjectPublicKeyInfo in strict DER: the kind of key and its exact size must be those of `scheme`.
  ///
  /// - Throws: `AttestationError.malformedKey`.
  ///
  /// Source: RFC 5280 section 4.1.2.7, RFC 5480, RFC 8410, RFC 9881.
  package init(subjectPublicKeyInfo der: [UInt8], scheme: SignatureScheme) throws(AttestationError) {
    guard der.count <= 8192 else { throw .malformedKey("it is longer than 8192 bytes") }
    guard let (material, canonical) = Self.read(der, for: scheme) else {
      throw .malformedKey("it is no \(scheme.keyKind) in DER, which its algorithm needs")
    }
    guard canonical == der else { throw .malformedKey("it is not written in the one DER form of its key") }
    self.material = material
    self.scheme = scheme
    subjectPublicKeyInfo = der
  }

  /// The key, and its DER form as we write it.
  private static func read(_ der: [UInt8], for scheme: SignatureScheme) -> (Material, [UInt8])? {
    switch scheme {
    case .ecdsa(.p256, _):
      (try? P256.Signing.PublicKey(derRepresentation: der)).map { (.p256($0), Array($0.derRepresentation)) }
    case .ecdsa(.p384, _):
      (try? P384.Signing.PublicKey(derRepresentation: der)).map { (.p384($0), Array($0.derRepresentation)) }
    case .ecdsa(.p521, _):
      (try? P521.Signing.PublicKey(derRepresentation: der)).map { (.p521($0), Array($0.derRepresentation)) }
    case .rsaPKCS1(let bits, _):
      rsaKey(der, bits: bits).map { (.rsaPKCS1($0), Array($0.derRepresentation)) }
    case .rsaPSS(let bits, _, _):
      rsaKey(der, bits: bits).map { (.rsaPSS(Array($0.pkcs1DERRepresentation)), Array($0.derRepresentation)) }
    case .ed25519:
      rawKey(in: der, after: ed25519Prefix).flatMap { raw in
        (try? Curve25519.Signing.PublicKey(rawRepresentation: raw)).map { (.ed25519($0), der) }
      }
    case .mlDSA65:
      rawKey(in: der, after: mlDSA65Prefix).flatMap { raw in
        (try? MLDSA65.PublicKey(rawRepresentation: raw)).map { (.mlDSA65($0), der) }
      }
    }
  }

  private static func rsaKey(_ der: [UInt8], bits: Int) -> _RSA.Signing.PublicKey? {
    guard let key = try? _RSA.Signing.PublicKey(derRepresentation: der), key.keySizeInBits == bits else { return nil }
    return key
  }

  private static func rawKey(in der: [UInt8], after prefix: [UInt8]) -> ArraySlice<UInt8>? {
    der.starts(with: prefix) ? der.dropFirst(prefix.count) : nil
  }

  /// All of a SubjectPublicKeyInfo before the key itself: id-Ed25519 without parameters. Source: RFC 8410 section 4.
  package static let ed25519Prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
  /// The same for id-ml-dsa-65. Source: RFC 9881 section 2.
  package static let mlDSA65Prefix: [UInt8] = [
    0x30, 0x82, 0x07, 0xb2, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12, 0x03, 0x82, 0x07,
    0xa1, 0x00,
  ]

  /// `ni:///sha-256;` and the unpadded base64url SHA-256 of the key. Source: RFC 6920.
  package var id: String { "ni:///sha-256;" + base64URL(SHA256.hash(data: subjectPublicKeyInfo)) }

  /// Whether `signature` over `message` is by this key. ECDSA signatures must be strict DER, see `isStrictECDSA`.
  package func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    switch (material, scheme) {
    case (.p256(let key), .ecdsa(_, let hash)):
      guard isStrictECDSA(signature, bits: 256),
        let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature)
      else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    case (.p384(let key), .ecdsa(_, let hash)):
      guard isStrictECDSA(signature, bits: 384),
        let parsed = try? P384.Signing.ECDSASignature(derRepresentation: signature)
      else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    case (.p521(let key), .ecdsa(_, let hash)):
      guard isStrictECDSA(signature, bits: 521),
        let parsed = try? P521.Signing.ECDSASignature(derRepresentation: signature)
      else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    case (.rsaPKCS1(let key), .rsaPKCS1(_, let hash)):
      let parsed = _RSA.Signing.RSASignature(rawRepresentation: signature)
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0, padding: .insecurePKCS1v1_5) }
    case (.rsaPSS(let key), .rsaPSS(_, let hash, let saltBytes)):
      return RSAPSS.verifies(signature, over: message, by: key, hash: hash, saltBytes: saltBytes)
    case (.ed25519(let key), _): return key.isValidSignature(signature, for: message)
    case (.mlDSA65(let key), _): return key.isValidSignature(signature, for: message)
    default: return false
    }
  }

  /// The same for the plain form: both numbers of ECDSA one after the other, each as long as the curve's order.
  ///
  /// Source: IEEE P1363; RFC 7518 section 3.4.
  package func verifies(plain signature: [UInt8], over message: [UInt8]) -> Bool {
    switch (material, scheme) {
    case (.p256(let key), .ecdsa(_, let hash)):
      guard let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    case (.p384(let key), .ecdsa(_, let hash)):
      guard let parsed = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    case (.p521(let key), .ecdsa(_, let hash)):
      guard let parsed = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return hash.digest(of: message) { key.isValidSignature(parsed, for: $0) }
    default: return verifies(signature, over: message)
    }
  }
}

extension SignatureScheme {
  /// The key that it needs, for messages.
  var keyKind: String {
    switch self {
    case .ecdsa(.p256, _): "P-256 key"
    case .ecdsa(.p384, _): "P-384 key"
    case .ecdsa(.p521, _): "P-521 key"
    case .rsaPKCS1(let bits, _), .rsaPSS(let bits, _, _): "RSA key of \(bits) bits"
    case .ed25519: "Ed25519 key"
    case .mlDSA65: "ML-DSA-65 key"
    }
  }
}

extension SignatureScheme.Hash {
  /// Hands the digest of `message` to `use`.
  func digest(of message: [UInt8], _ use: (any Crypto.Digest) -> Bool) -> Bool {
    switch self {
    case .sha256: use(SHA256.hash(data: message))
    case .sha384: use(SHA384.hash(data: message))
    case .sha512: use(SHA512.hash(data: message))
    }
  }
}

/// Unpadded base64url. Source: RFC 4648 section 5.
package func base64URL(_ bytes: some Sequence<UInt8>) -> String {
  Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
