/// A public key, and when and how far its signatures count.
package struct AttestorKey: Sendable {
  /// Since when the key no longer vouches, and for what.
  package struct Revocation: Hashable, Sendable {
    /// Why it was revoked.
    package enum Reason: String, Sendable {
      /// Somebody else may have it: nothing it ever signed counts.
      case compromise
      /// A newer key took over: what it signed before `atSeconds` still counts.
      case superseded
    }

    /// Seconds since 1970 UTC.
    package let atSeconds: Int64
    package let reason: Reason

    package init(atSeconds: Int64, reason: Reason) {
      self.atSeconds = atSeconds
      self.reason = reason
    }
  }

  /// As attestations name it. For PKIX keys `ni:///sha-256;` and the unpadded base64url SHA-256 of the SPKI unless the
  /// record gives another.
  package let id: String
  package let algorithm: SignatureAlgorithm
  /// Seconds since 1970 UTC; nil means no bound. Compared with the time the attestation was recorded.
  package let notBeforeSeconds: Int64?
  package let notAfterSeconds: Int64?
  package let revocation: Revocation?
  /// PEM as given.
  package let pem: String

  /// Reads a PEM public key and checks its type and size against `algorithm`.
  ///
  /// - Parameter id: nil for the RFC 6920 id made from the key itself.
  /// - Throws: `AttestationError.malformedKey`.
  package init(
    id: String?, algorithm: SignatureAlgorithm, pem: String, notBeforeSeconds: Int64? = nil,
    notAfterSeconds: Int64? = nil, revocation: Revocation? = nil
  ) throws(AttestationError) {
    guard !pem.isEmpty else { throw .malformedKey("it is empty") }
    self.id = id ?? ""
    self.algorithm = algorithm
    self.pem = pem
    self.notBeforeSeconds = notBeforeSeconds
    self.notAfterSeconds = notAfterSeconds
    self.revocation = revocation
  }
}
