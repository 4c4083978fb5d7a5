/// When an attestation was made, as far as anybody says so.
package struct SigningTime: Hashable, Sendable {
  /// Seconds since 1970 UTC at which somebody other than the signer saw it: the store that recorded it, a log, a timestamp
  /// authority. The earliest, where there are several; nil when nobody did.
  package var witnessedSeconds: Int64?
  /// What the signature says of itself. Whoever holds the key can write anything here.
  package var claimedSeconds: Int64?

  package init(witnessedSeconds: Int64?, claimedSeconds: Int64? = nil) {
    self.witnessedSeconds = witnessedSeconds
    self.claimedSeconds = claimedSeconds
  }

  /// How far the clock of a witness or of a signer may run ahead, in seconds.
  static let skewSeconds: Int64 = 300

  /// Why these times cannot be: in the future, or seen before it was made. Nil when they can.
  func contradiction(nowSeconds: Int64) -> Rejection? {
    let latest = nowSeconds.addingReportingOverflow(Self.skewSeconds).partialValue
    if let claimedSeconds, claimedSeconds > latest {
      return .malformed("it says it was made in the future")
    }
    if let claimedSeconds, let witnessedSeconds,
      claimedSeconds > witnessedSeconds.addingReportingOverflow(Self.skewSeconds).partialValue
    {
      return .malformed("it says it was made after it had been recorded")
    }
    return nil
  }
}
