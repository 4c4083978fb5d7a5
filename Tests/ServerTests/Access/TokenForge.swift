import Crypto
import CryptoExtras
import Foundation

/// Makes signed tokens and the key set to check them with, and forges what a server must refuse.
struct TokenForge: Sendable {
  /// A private key, and what the key set says of it.
  struct Key: Sendable {
    let id: String
    let algorithm: String
    /// The public half as the key set has it.
    let published: String
    let sign: @Sendable (Data) throws -> Data
  }

  static let issuer = "https://kubernetes.default.svc"
  static let subject = "system:serviceaccount:shop:pipeline"

  let keys: [Key]

  init() throws {
    let (p256, p384, ed25519) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), Curve25519.Signing.PrivateKey())
    let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    let primitives = try rsa.publicKey.getKeyPrimitives()
    let modulus = "\"n\":\"\(base64(primitives.modulus))\",\"e\":\"\(base64(primitives.publicExponent))\""
    func curve(_ name: String, _ raw: Data) -> String {
      "\"crv\":\"\(name)\",\"x\":\"\(base64(raw.prefix(raw.count / 2)))\",\"y\":\"\(base64(raw.suffix(raw.count / 2)))\""
    }
    func rsaKey(_ algorithm: String, _ padding: _RSA.Signing.Padding, _ digest: @escaping @Sendable (Data) -> any Digest) -> Key {
      Key(id: algorithm, algorithm: algorithm, published: "\"kty\":\"RSA\",\(modulus)") { data in
        func signed(_ digest: some Digest) throws -> Data { try rsa.signature(for: digest, padding: padding).rawRepresentation }
        return try signed(digest(data))
      }
    }
    keys = [
      Key(id: "ES256", algorithm: "ES256", published: "\"kty\":\"EC\",\(curve("P-256", p256.publicKey.rawRepresentation))") {
        try p256.signature(for: $0).rawRepresentation
      },
      Key(id: "ES384", algorithm: "ES384", published: "\"kty\":\"EC\",\(curve("P-384", p384.publicKey.rawRepresentation))") {
        try p384.signature(for: $0).rawRepresentation
      },
      Key(
        id: "EdDSA", algorithm: "EdDSA",
        published: "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\(base64(ed25519.publicKey.rawRepresentation))\""
      ) { try ed25519.signature(for: $0) },
      rsaKey("RS256", .insecurePKCS1v1_5) { SHA256.hash(data: $0) },
      rsaKey("RS384", .insecurePKCS1v1_5) { SHA384.hash(data: $0) },
      rsaKey("RS512", .insecurePKCS1v1_5) { SHA512.hash(data: $0) }, rsaKey("PS256", .PSS) { SHA256.hash(data: $0) },
    ]
  }

  /// The JSON Web Key Set of all keys.
  var keySet: String {
    let all = keys.map { "{\"kid\":\"\($0.id)\",\"alg\":\"\($0.algorithm)\",\"use\":\"sig\",\($0.published)}" }
    return "{\"keys\":[\(all.joined(separator: ","))]}"
  }

  func key(_ id: String) -> Key { keys.first { $0.id == id } ?? keys[0] }

  /// The claims of a good token, for an hour.
  static var claims: [String: String] {
    let now = Int(Date().timeIntervalSince1970)
    return [
      "iss": "\"\(issuer)\"", "sub": "\"\(subject)\"", "aud": "[\"other\",\"pratique\"]", "exp": "\(now + 3600)",
      "nbf": "\(now - 5)", "iat": "\(now - 5)",
    ]
  }

  /// A token, good unless told otherwise.
  func token(
    _ keyID: String = "ES256", kid: String? = nil, algorithm: String? = nil,
    _ change: (inout [String: String]) -> Void = { _ in }, sign: ((Data) throws -> Data)? = nil
  ) throws -> String {
    let key = key(keyID)
    var claims = Self.claims
    change(&claims)
    let header = "{\"alg\":\"\(algorithm ?? key.algorithm)\",\"kid\":\"\(kid ?? key.id)\",\"typ\":\"JWT\"}"
    let body = claims.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1)" }.joined(separator: ",")
    let signed = "\(base64(Data(header.utf8))).\(base64(Data("{\(body)}".utf8)))"
    return "\(signed).\(base64(try (sign ?? key.sign)(Data(signed.utf8))))"
  }
}

/// Source: RFC 4648 section 5, without padding.
func base64(_ data: Data) -> String {
  data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
