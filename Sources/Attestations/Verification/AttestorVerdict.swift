/// What an attestor's keys make of everything that was offered about one image.
package struct AttestorVerdict: Hashable, Sendable {
  /// One offer that did not count, and why.
  package struct Refused: Hashable, Sendable {
    /// Name of the occurrence; empty when it has none.
    package let occurrence: String
    package let rejection: Rejection

    package init(occurrence: String, rejection: Rejection) {
      self.occurrence = occurrence
      self.rejection = rejection
    }
  }

  package let attestor: String
  /// One for each distinct key or identity that vouches; where each image of an index must be signed, those of each.
  package let verified: [VerifiedAttestation]
  /// At most a few of each kind; what was offered beyond that is not listed.
  package let refused: [Refused]
  /// How many distinct keys must vouch.
  package let threshold: Int

  package init(attestor: String, verified: [VerifiedAttestation], refused: [Refused], threshold: Int = 1) {
    self.attestor = attestor
    self.verified = verified
    self.refused = refused
    self.threshold = threshold
  }

  package var isSatisfied: Bool { !verified.isEmpty && verified.count >= threshold }
}
