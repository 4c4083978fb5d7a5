package import Images
package import Metadata

/// Makes detached signatures. Only `Signing` implements it, and only build-side code is ever handed one.
package protocol Signer: Sendable {
  /// The key's id as verifiers know it: `ni:///sha-256;…` for PKIX keys.
  var keyID: String { get }
  /// What the key signs with; verifiers take it from the key record, never from a message.
  var algorithm: SignatureAlgorithm { get }
  /// The detached signature over `payload`: DER for ECDSA, the plain value for RSA.
  func signature(over payload: [UInt8]) async throws -> [UInt8]
}

/// Finds what has been signed about an image. The deploy side is handed this and no `Signer`.
package protocol AttestationSource: Sendable {
  /// All attestations about `image` under `note`, unverified, newest last, at most `limit` of them.
  ///
  /// - Throws: `MetadataError.unavailable` when there is no answer; an empty array means there is none.
  func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation]
}
