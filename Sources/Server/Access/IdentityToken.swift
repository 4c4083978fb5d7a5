import Foundation
import Images

/// Why nobody was recognised. For the log only: it says nothing of a token but what a known issuer signed.
struct Unrecognised: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// A signed token of an issuer, as OpenID Connect and Kubernetes give out to service accounts; read, not yet believed.
///
/// Source: RFC 7515 section 7.1, RFC 7519 section 4.1.
struct IdentityToken: Sendable {
  /// How far our clock may be from the issuer's.
  static let leewaySeconds: Double = 30
  static let limitBytes = 8 << 10

  let issuer: String
  private let algorithm: String
  private let keyID: String
  private let claims: JSONNode
  private let signed: [UInt8]
  private let signature: [UInt8]

  /// Whether a text looks like such a token, so that the log can say what is wrong with it.
  static func looksLike(_ text: some StringProtocol) -> Bool { text.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

  /// Takes a token apart; nothing of it is true yet.
  init(parsing text: String) throws(Unrecognised) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.limitBytes, parts.count == 3, let header = Self.object(parts[0]),
      let claims = Self.object(parts[1]), let signature = Self.bytes(parts[2])
    else { throw Unrecognised("the token is no JSON Web Token") }
    guard header["crit"] == nil else { throw Unrecognised("the token asks for extensions that are not known") }
    guard let algorithm = header["alg"]?.string, let keyID = header["kid"]?.string else {
      throw Unrecognised("the token names no algorithm or no key")
    }
    guard let issuer = claims["iss"]?.string else { throw Unrecognised("the token names no issuer") }
    (self.issuer, self.algorithm, self.keyID, self.claims, self.signature) = (issuer, algorithm, keyID, claims, signature)
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  /// Whom the token speaks of, once it is believed.
  ///
  /// - Parameters:
  ///   - keys: the issuer's.
  ///   - audience: whom the token must be for.
  ///   - now: seconds since 1970.
  func subject(by keys: KeySet, for audience: String, at now: Double) throws(Unrecognised) -> String {
    guard let key = keys[keyID] else { throw Unrecognised("the token is signed with a key that the issuer's set does not have") }
    // The key says how it is used: a token that says otherwise (none, HS256 with a public key) is forged or mistaken.
    guard key.algorithm == algorithm else { throw Unrecognised("the token's algorithm is not its key's") }
    guard key.accepts(signature, over: signed) else { throw Unrecognised("the token's signature is wrong") }
    let audiences = claims["aud"].map { $0.isArray ? $0.elements.compactMap(\.string) : [$0.string].compactMap { $0 } } ?? []
    guard audiences.contains(audience) else { throw Unrecognised("the token is for another audience") }
    guard let expiry = Self.seconds(claims["exp"]) else { throw Unrecognised("the token has no time of expiry") }
    guard now < expiry + Self.leewaySeconds else { throw Unrecognised("the token has expired") }
    if let begin = claims["nbf"] {
      guard let seconds = Self.seconds(begin), now >= seconds - Self.leewaySeconds else {
        throw Unrecognised("the token is not valid yet")
      }
    }
    guard let subject = claims["sub"]?.string, !subject.isEmpty else { throw Unrecognised("the token names no subject") }
    return subject
  }

  private static func seconds(_ node: JSONNode?) -> Double? {
    guard let node, !node.isString else { return nil }
    return Double(String(decoding: node.rawBytes, as: UTF8.self))
  }

  private static func object(_ text: Substring) -> JSONNode? {
    guard let bytes = bytes(text), let document = try? JSONDocument(parsing: bytes, atMost: limitBytes, depth: 10) else {
      return nil
    }
    return document.root.isObject ? document.root : nil
  }

  /// Source: RFC 4648 section 5, without padding.
  private static func bytes(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty,
      text.utf8.allSatisfy({
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      })
    else { return nil }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding).map { Array($0) }
  }
}
