import Foundation
import JWTKit

/// The public keys of one issuer of tokens, by key id. Each key has exactly one algorithm, which no token can change.
///
/// Source: RFC 7517 (JWK Set), RFC 7518 section 3.1, RFC 8037.
struct KeySet: Sendable {
  /// A key and the one algorithm that it is used with.
  struct Key: Sendable {
    let algorithm: String
    private let verifier: any JWTAlgorithm

    fileprivate init(algorithm: String, verifier: any JWTAlgorithm) {
      self.algorithm = algorithm
      self.verifier = verifier
    }

    func accepts(_ signature: [UInt8], over message: [UInt8]) -> Bool {
      (try? verifier.verify(signature, signs: message)) ?? false
    }
  }

  private let keys: [String: Key]

  private static let limitKeys = 100
  private static let algorithms: [String: Set<String>] = [
    "RSA": ["RS256", "RS384", "RS512", "PS256"], "EC": ["ES256", "ES384"], "OKP": ["EdDSA"],
  ]

  /// Reads a set. Keys for encryption and of sorts that this server does not check with are left out.
  ///
  /// An RSA key without `alg` is for RS256; the curve of another tells its algorithm.
  ///
  /// - Parameter file: its name, for errors.
  /// - Throws: `ListeningError.unreadable`: no set, a key without id, an id twice, a secret or malformed key, no key left.
  init(parsing bytes: [UInt8], file: String) async throws(ListeningError) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), document.keys.count <= Self.limitKeys else {
      throw .unreadable(file: file, because: "it is no JSON Web Key Set of at most \(Self.limitKeys) keys")
    }
    var found: [String: Key] = [:]
    for entry in document.keys {
      guard entry.d == nil, entry.k == nil, entry.kty != "oct" else {
        throw .unreadable(file: file, because: "it holds a secret key; keep only public keys in it")
      }
      guard entry.use ?? "sig" == "sig", let algorithm = entry.algorithm, Self.algorithms[entry.kty]?.contains(algorithm) == true
      else { continue }
      guard let id = entry.kid, !id.isEmpty, found[id] == nil else {
        throw .unreadable(file: file, because: "a key has no kid, or two have the same")
      }
      guard let verifier = await entry.verifier(id, algorithm) else {
        throw .unreadable(file: file, because: "a key is malformed or shorter than 2048 bits")
      }
      found[id] = Key(algorithm: algorithm, verifier: verifier)
    }
    guard !found.isEmpty else { throw .unreadable(file: file, because: "it holds no key for signatures") }
    keys = found
  }

  subscript(id: String) -> Key? { keys[id] }

  private struct Document: Decodable { let keys: [Entry] }

  private struct Entry: Decodable {
    let kty: String
    let kid, use, alg, crv, n, e, x, y, d, k: String?

    /// The key's own, or the only one that its curve allows; nil when the two differ or there is none.
    var algorithm: String? {
      switch (kty, crv) {
      case ("RSA", _): alg ?? "RS256"
      case ("EC", "P-256"): alg ?? "ES256" == "ES256" ? "ES256" : nil
      case ("EC", "P-384"): alg ?? "ES384" == "ES384" ? "ES384" : nil
      case ("OKP", "Ed25519"): alg ?? "EdDSA" == "EdDSA" ? "EdDSA" : nil
      default: nil
      }
    }

    func verifier(_ id: String, _ algorithm: String) async -> (any JWTAlgorithm)? {
      let (identifier, name) = (JWKIdentifier(string: id), JWK.Algorithm(rawValue: algorithm))
      let key: JWK =
        switch kty {
        case "RSA": .rsa(name, identifier: identifier, modulus: n, exponent: e)
        case "EC": .ecdsa(name, identifier: identifier, x: x, y: y, curve: crv == "P-256" ? .p256 : .p384)
        default: .octetKeyPair(name, identifier: identifier, x: x, y: nil, curve: .ed25519)
        }
      let collection = JWTKeyCollection()
      do {
        try await collection.add(jwk: key)
        return try await collection.getKey(for: identifier, alg: algorithm)
      } catch {
        return nil
      }
    }
  }
}
