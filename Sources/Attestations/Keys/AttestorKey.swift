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
  /// Seconds since 1970 UTC, both ends included; nil means no bound. Compared with the time the attestation was recorded.
  package let notBeforeSeconds: Int64?
  package let notAfterSeconds: Int64?
  package let revocation: Revocation?
  /// PEM as given.
  package let pem: String
  let publicKey: PublicKey

  /// Reads a PEM public key and checks its type and size against `algorithm`.
  ///
  /// - Parameter id: nil for the RFC 6920 id made from the key itself.
  /// - Throws: `AttestationError.malformedKey`.
  package init(
    id: String?, algorithm: SignatureAlgorithm, pem: String, notBeforeSeconds: Int64? = nil,
    notAfterSeconds: Int64? = nil, revocation: Revocation? = nil
  ) throws(AttestationError) {
    publicKey = try PublicKey(pem: pem, algorithm: algorithm)
    self.id = id ?? publicKey.id
    guard !self.id.isEmpty else { throw .malformedKey("its id is empty") }
    self.algorithm = algorithm
    self.pem = pem
    self.notBeforeSeconds = notBeforeSeconds
    self.notAfterSeconds = notAfterSeconds
    self.revocation = revocation
  }

  /// Why the key does not vouch for something recorded then; nil when it does.
  ///
  /// A record without a time, or with one that lies in the future, cannot be placed before or after anything: where the
  /// key has a window or was superseded, it is refused.
  func refusal(createdAtSeconds: Int64?, nowSeconds: Int64) -> Rejection? {
    if revocation?.reason == .compromise { return .revoked(keyID: id) }
    guard notBeforeSeconds != nil || notAfterSeconds != nil || revocation != nil else { return nil }
    guard let created = createdAtSeconds else {
      return .malformed("it has no time, and the key \(id) counts only for a time")
    }
    guard created <= nowSeconds.addingReportingOverflow(Self.skewSeconds).partialValue else {
      return .malformed("its time lies in the future, and the key \(id) counts only for a time")
    }
    if let revocation, created >= revocation.atSeconds { return .revoked(keyID: id) }
    if let first = notBeforeSeconds, created < first { return .notYetValid(keyID: id) }
    if let last = notAfterSeconds, created > last { return .expired(keyID: id) }
    return nil
  }

  /// How far the clock of a store may run ahead of ours.
  private static let skewSeconds: Int64 = 300
}
