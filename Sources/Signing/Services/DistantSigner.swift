package import Attestations
import SwiftASN1

/// A signer that can say its public half.
package protocol PublishedSigner: Signer {
  /// For the attestor's record: SubjectPublicKeyInfo in PEM, or an armored OpenPGP key.
  var publicPEM: String { get }
}

extension PKIXSigner: PublishedSigner {}

/// A private key that stays where it is: in a token, or with a key service.
protocol DistantKey: Sendable {
  /// For messages: where it is and how it is called there.
  var name: String { get }
  /// - Returns: strict DER for ECDSA, the plain value for every other kind; nobody has checked it yet.
  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8]
}

/// Signs with a key elsewhere, and hands out only what verifies under its public key.
package struct DistantSigner: PublishedSigner {
  private let key: any DistantKey
  private let publicKey: PublicKey
  package let algorithm: SignatureAlgorithm
  package var keyID: String { publicKey.id }
  package var publicPEM: String {
    PEMDocument(type: "PUBLIC KEY", derBytes: publicKey.subjectPublicKeyInfo).pemString + "\n"
  }

  /// - Parameter algorithm: nil for the first that fits the key: PSS with SHA-256 for RSA.
  /// - Throws: `SigningError.unsupported` when the public key does not fit.
  init(_ key: any DistantKey, subjectPublicKeyInfo der: [UInt8], algorithm: SignatureAlgorithm?) throws(SigningError) {
    for candidate in algorithm.map({ [$0] }) ?? SignatureAlgorithm.allCases {
      guard let scheme = candidate.scheme, let read = try? PublicKey(subjectPublicKeyInfo: der, scheme: scheme) else { continue }
      (self.key, publicKey, self.algorithm) = (key, read, candidate)
      return
    }
    throw .unsupported("\(key.name) is no key for \(algorithm?.rawValue ?? "any algorithm that attestors use")")
  }

  /// - Throws: `SigningError`: `.wrongSignature` when the answer does not verify, or what the key's keeper says.
  package func signature(over payload: [UInt8]) async throws -> [UInt8] {
    let signature = try await key.signature(over: payload, by: publicKey.scheme)
    guard publicKey.verifies(signature, over: payload) else { throw SigningError.wrongSignature(by: key.name) }
    return signature
  }
}
