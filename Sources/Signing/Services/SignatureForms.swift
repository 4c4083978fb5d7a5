import Attestations
import Crypto
import CryptoExtras
import Foundation

extension SignatureScheme.Curve {
  /// The DER of both numbers one after the other, each as long as the curve's order; nil for anything else.
  ///
  /// Source: RFC 7518 section 3.4 and PKCS#11 section 6.3.1 for the plain form, RFC 3279 section 2.2.3 for DER.
  func der(ofPlain plain: [UInt8]) -> [UInt8]? {
    switch self {
    case .p256: (try? P256.Signing.ECDSASignature(rawRepresentation: plain)).map { Array($0.derRepresentation) }
    case .p384: (try? P384.Signing.ECDSASignature(rawRepresentation: plain)).map { Array($0.derRepresentation) }
    case .p521: (try? P521.Signing.ECDSASignature(rawRepresentation: plain)).map { Array($0.derRepresentation) }
    }
  }

  /// SubjectPublicKeyInfo of the point in the uncompressed form; nil when it is none of the curve. Source: RFC 5480.
  func subjectPublicKeyInfo(ofPoint point: [UInt8]) -> [UInt8]? {
    switch self {
    case .p256: (try? P256.Signing.PublicKey(x963Representation: point)).map { Array($0.derRepresentation) }
    case .p384: (try? P384.Signing.PublicKey(x963Representation: point)).map { Array($0.derRepresentation) }
    case .p521: (try? P521.Signing.PublicKey(x963Representation: point)).map { Array($0.derRepresentation) }
    }
  }
}

/// SubjectPublicKeyInfo of an RSA key given as two numbers, most significant byte first; nil when they are none.
func rsaSubjectPublicKeyInfo(modulus: [UInt8], exponent: [UInt8]) -> [UInt8]? {
  (try? _RSA.Signing.PublicKey(n: Array(modulus.drop { $0 == 0 }), e: exponent)).map { Array($0.derRepresentation) }
}

/// The bytes of unpadded base64url; nil for anything else.
func bytes(ofBase64URL text: String) -> [UInt8]? {
  guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
  let padded =
    text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  return bytes(ofBase64: padded)
}

/// Padded base64. Source: RFC 4648 section 4.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// The bytes of padded base64; nil for anything else.
func bytes(ofBase64 text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
