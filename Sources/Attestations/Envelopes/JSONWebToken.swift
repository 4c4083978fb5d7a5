import Foundation
import Images

/// A signed token in the compact form. What it claims is not believed before `signature` is checked over `signed`.
///
/// Source: RFC 7515 section 7.1; grafeas.v1.Jwt.
struct JSONWebToken {
  /// In bytes, of the whole text.
  static let limitBytes = 1 << 16

  /// As the header says. It is only ever compared with what the key record demands (RFC 8725 section 3.1).
  let algorithm: String
  /// Nil when the header names no key.
  let keyID: String?
  let signed: [UInt8]
  let payload: [UInt8]
  let signature: [UInt8]

  /// - Throws: `JSONError` for text of another shape, and for a header with parts that must be understood (`crit`).
  init(parsing compact: String) throws(JSONError) {
    guard compact.utf8.count <= Self.limitBytes else { throw .invalid(offset: 0, "it is longer than \(Self.limitBytes) bytes") }
    let parts = compact.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = decoded(parts[0]), let payload = decoded(parts[1]), let signature = decoded(parts[2])
    else { throw .invalid(offset: 0, "it is not three parts in base64url") }
    let fields = try JSONDocument(parsing: header, atMost: 4096, depth: 4).root
    guard let algorithm = fields["alg"]?.string, fields["crit"] == nil, fields["b64"] == nil else {
      throw .invalid(offset: 0, "its header is not one that is understood")
    }
    self.algorithm = algorithm
    keyID = fields["kid"]?.string
    signed = Array("\(parts[0]).\(parts[1])".utf8)
    self.payload = payload
    self.signature = signature
  }
}

/// Base64url in its one form: no padding, no stray bits. Source: RFC 7515 section 2.
private func decoded(_ text: Substring) -> [UInt8]? {
  guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") }) else {
    return nil
  }
  let standard = text.replacing("-", with: "+").replacing("_", with: "/")
  let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
  guard let data = Data(base64Encoded: standard + padding), base64URL(data) == text else { return nil }
  return Array(data)
}

extension SignatureAlgorithm {
  /// What a token signed by such a key must say of itself; nil when tokens have no name for it.
  ///
  /// Source: RFC 7518 section 3.1, RFC 8037, RFC 9964 (ML-DSA for JOSE).
  var tokenName: String? {
    switch scheme {
    case .ecdsa(.p256, .sha256): "ES256"
    case .ecdsa(.p384, .sha384): "ES384"
    case .ecdsa(.p521, .sha512): "ES512"
    case .rsaPKCS1(_, .sha256): "RS256"
    case .rsaPKCS1(_, .sha512): "RS512"
    case .rsaPSS(_, .sha256, _): "PS256"
    case .rsaPSS(_, .sha512, _): "PS512"
    case .ed25519: "EdDSA"
    case .mlDSA65: "ML-DSA-65"
    default: nil
    }
  }
}
