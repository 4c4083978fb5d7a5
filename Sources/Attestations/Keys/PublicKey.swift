import Crypto
import CryptoExtras
import Foundation
import SwiftASN1

/// A public key, read once, with the one algorithm it may be used for.
struct PublicKey: Sendable {
  private enum Material: Sendable {
    case p256(P256.Signing.PublicKey)
    case rsa(pkcs1: [UInt8], RSAPSS.Hash)
  }

  private let material: Material
  /// DER as it stood in the PEM.
  let subjectPublicKeyInfo: [UInt8]

  /// Reads PEM with the one label `PUBLIC KEY` and holds it against `algorithm`: the kind of key and its exact size.
  ///
  /// Source: RFC 7468 section 13, RFC 5280 section 4.1.2.7.
  init(pem: String, algorithm: SignatureAlgorithm) throws(AttestationError) {
    guard pem.utf8.count <= 8192 else { throw .malformedKey("it is longer than 8192 bytes") }
    guard let document = try? PEMDocument(pemString: pem) else { throw .malformedKey("it is not one PEM document") }
    guard document.discriminator == "PUBLIC KEY" else {
      throw .malformedKey("it is a PEM document of another kind than PUBLIC KEY")
    }
    subjectPublicKeyInfo = document.derBytes
    guard let bits = algorithm.modulusBits else {
      guard let key = try? P256.Signing.PublicKey(derRepresentation: document.derBytes) else {
        throw .malformedKey("it is no P-256 key, which \(algorithm.rawValue) needs")
      }
      material = .p256(key)
      return
    }
    guard let key = try? _RSA.Signing.PublicKey(derRepresentation: document.derBytes), key.keySizeInBits == bits else {
      throw .malformedKey("it is no RSA key of \(bits) bits, which \(algorithm.rawValue) needs")
    }
    material = .rsa(pkcs1: Array(key.pkcs1DERRepresentation), algorithm == .rsaPSS4096SHA512 ? .sha512 : .sha256)
  }

  /// `ni:///sha-256;` and the unpadded base64url SHA-256 of the key. Source: RFC 6920.
  var id: String {
    let hash = Data(SHA256.hash(data: subjectPublicKeyInfo)).base64EncodedString()
    return "ni:///sha-256;" + hash.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Whether `signature` over `message` is by this key. ECDSA signatures must be strict DER, see `isStrictECDSA`.
  func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    switch material {
    case .p256(let key):
      guard isStrictECDSA(signature), let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(parsed, for: message)
    case .rsa(let pkcs1, let hash):
      return RSAPSS.verifies(signature, over: message, by: pkcs1, hash: hash)
    }
  }
}

/// Whether `bytes` are the one DER form of two positive integers of at most 256 bits, and nothing after them.
///
/// A second form of the same signature would defeat everything that compares signatures: long-form lengths, superfluous
/// leading zeros, negative or zero numbers and trailing bytes are refused. That both are below the group's order is the
/// library's to check.
///
/// Source: X.690 sections 8.3.2, 10.1; RFC 3279 section 2.2.3.
func isStrictECDSA(_ bytes: [UInt8]) -> Bool {
  guard bytes.count >= 8, bytes.count <= 72, bytes[0] == 0x30, Int(bytes[1]) == bytes.count - 2 else { return false }
  var at = 2
  for _ in 0..<2 {
    guard at + 2 < bytes.count, bytes[at] == 0x02 else { return false }
    let count = Int(bytes[at + 1])
    at += 2
    guard (1...33).contains(count), at + count <= bytes.count else { return false }
    let isPositive = bytes[at] < 0x80 && bytes[at..<at + count].contains { $0 != 0 }
    let isShortest = count == 1 || bytes[at] != 0 || bytes[at + 1] >= 0x80
    guard isPositive, isShortest else { return false }
    at += count
  }
  return at == bytes.count
}
