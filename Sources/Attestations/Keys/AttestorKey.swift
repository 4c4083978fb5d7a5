import Images

/// A public key, and when, how far and for what its signatures count.
package struct AttestorKey: Sendable {
  /// Since when the key no longer vouches, and for what.
  package struct Revocation: Hashable, Sendable {
    /// Why it was revoked.
    package enum Reason: Hashable, Sendable {
      /// Somebody else may have it since then. Only what a witness saw before that moment counts; nil when the moment is
      /// unknown, and then nothing the key ever signed counts.
      case compromise(sinceSeconds: Int64?)
      /// A newer key took over: what it signed before the revocation still counts.
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

  /// What a key past its `notAfter` is still good for.
  package enum Expiry: String, CaseIterable, Sendable {
    /// What it signed in time counts for ever.
    case goodWhenSigned = "GOOD_WHEN_SIGNED"
    /// Nothing: the key must be inside its time now.
    case goodNow = "GOOD_NOW"
  }

  enum Material: Sendable {
    case pkix(PublicKey)
    case openPGP(OpenPGPKey)
  }

  /// As attestations name it. For PKIX keys `ni:///sha-256;` and the unpadded base64url SHA-256 of the SPKI unless the
  /// record gives another.
  package let id: String
  package let algorithm: SignatureAlgorithm
  /// Seconds since 1970 UTC, both ends included; nil means no bound.
  package let notBeforeSeconds: Int64?
  package let notAfterSeconds: Int64?
  package let revocation: Revocation?
  package let purpose: KeyPurpose
  /// As given.
  package let pem: String
  let material: Material

  /// Reads a PEM public key and checks its type and size against `algorithm`.
  ///
  /// - Parameter id: nil for the RFC 6920 id made from the key itself.
  /// - Throws: `AttestationError.malformedKey`.
  package init(
    id: String?, algorithm: SignatureAlgorithm, pem: String, notBeforeSeconds: Int64? = nil,
    notAfterSeconds: Int64? = nil, revocation: Revocation? = nil, purpose: KeyPurpose = .unlimited
  ) throws(AttestationError) {
    let key = try PublicKey(pem: pem, algorithm: algorithm)
    try self.init(
      id: id ?? key.id, algorithm: algorithm, pem: pem, material: .pkix(key), notBeforeSeconds: notBeforeSeconds,
      notAfterSeconds: notAfterSeconds, revocation: revocation, purpose: purpose)
  }

  /// Reads an armored OpenPGP public key. Its id is its fingerprint, as in the Binary Authorization API, and its own time is
  /// a bound like those given.
  ///
  /// - Throws: `AttestationError.malformedKey`.
  package init(
    openPGP armored: String, notBeforeSeconds: Int64? = nil, notAfterSeconds: Int64? = nil,
    revocation: Revocation? = nil, purpose: KeyPurpose = .unlimited
  ) throws(AttestationError) {
    let key = try OpenPGPKey(armored: armored)
    if let reason = key.revocationReason { throw .malformedKey("it is revoked by itself: \(printable(reason))") }
    let end = key.expiresAtSeconds.map { $0 - 1 }
    try self.init(
      id: key.fingerprint, algorithm: .openPGP, pem: armored, material: .openPGP(key),
      notBeforeSeconds: max(notBeforeSeconds ?? .min, key.createdAtSeconds),
      notAfterSeconds: [notAfterSeconds, end].compactMap(\.self).min(), revocation: revocation, purpose: purpose)
  }

  private init(
    id: String, algorithm: SignatureAlgorithm, pem: String, material: Material, notBeforeSeconds: Int64?,
    notAfterSeconds: Int64?, revocation: Revocation?, purpose: KeyPurpose
  ) throws(AttestationError) {
    guard !id.isEmpty else { throw .malformedKey("its id is empty") }
    if let notBeforeSeconds, let notAfterSeconds, notBeforeSeconds > notAfterSeconds {
      throw .malformedKey("its notAfter lies before its notBefore")
    }
    self.id = id
    self.algorithm = algorithm
    self.pem = pem
    self.material = material
    self.notBeforeSeconds = notBeforeSeconds
    self.notAfterSeconds = notAfterSeconds
    self.revocation = revocation
    self.purpose = purpose
  }

  /// The key itself, whatever its id and wrapping, in the form of X.509: two records that have one in common are the same
  /// key. An OpenPGP key has one for each part that may sign.
  package var identities: [[UInt8]] {
    switch material {
    case .pkix(let key): [key.subjectPublicKeyInfo]
    case .openPGP(let key): key.subjectPublicKeyInfos
    }
  }

  /// Every id by which an attestation may mean this key.
  var names: [String] {
    switch material {
    case .pkix: [id]
    case .openPGP(let key):
      // Also in the form that Grafeas recommends for OpenPGP. Source: grafeas.v1.Signature.public_key_id.
      Set([id] + key.signerFingerprints).flatMap { [$0, "openpgp4fpr:\($0)"] }
    }
  }

  /// Whether its signatures claim a time of their own, so that it is known only after they were checked.
  var saysWhenItSigned: Bool { algorithm == .openPGP }

  /// Why the key does not vouch for something made then; nil when it does.
  ///
  /// What a witness saw decides. What a signature claims of itself counts only where no witness saw it and nothing ends the
  /// key's word, for whoever has an old key can write an old date. A time that nobody says, or one that lies in the future,
  /// cannot be placed before or after anything: where the key has a beginning or was revoked, it is refused. Before an end
  /// that has not come yet it lies in any case.
  func refusal(of made: SigningTime, nowSeconds: Int64, expiry: Expiry) -> Rejection? {
    if let contradiction = made.contradiction(nowSeconds: nowSeconds) { return contradiction }
    if let revocation, case .compromise(let since) = revocation.reason {
      guard let since, let seen = made.witnessedSeconds, seen < min(since, revocation.atSeconds) else {
        return .revoked(keyID: id)
      }
    }
    if expiry == .goodNow {
      if let first = notBeforeSeconds, nowSeconds < first { return .notYetValid(keyID: id) }
      if let last = notAfterSeconds, nowSeconds > last { return .expired(keyID: id) }
    }
    guard notBeforeSeconds != nil || notAfterSeconds != nil || revocation != nil else { return nil }
    let hasEnd = notAfterSeconds != nil || revocation != nil
    if made.witnessedSeconds == nil, revocation == nil, let last = notAfterSeconds, nowSeconds <= last {
      if let claimed = made.claimedSeconds, let first = notBeforeSeconds, claimed < first { return .notYetValid(keyID: id) }
      if made.claimedSeconds != nil || notBeforeSeconds == nil { return nil }
    }
    guard let moment = made.witnessedSeconds ?? (hasEnd ? nil : made.claimedSeconds) else {
      return .malformed("it has no time, and the key \(id) counts only for a time")
    }
    guard moment <= nowSeconds.addingReportingOverflow(SigningTime.skewSeconds).partialValue else {
      return .malformed("its time lies in the future, and the key \(id) counts only for a time")
    }
    if let revocation, moment >= revocation.atSeconds { return .revoked(keyID: id) }
    if let first = notBeforeSeconds, moment < first { return .notYetValid(keyID: id) }
    if let last = notAfterSeconds, moment > last { return .expired(keyID: id) }
    return nil
  }
}
