package import Images

/// A statement about one image, proved to be by one key of one attestor. Only `Attestor` makes it.
///
/// One object, as everything that is weighed with it carries it.
package final class VerifiedAttestation: Hashable, Sendable {
  /// What it vouches for.
  package let image: PinnedReference
  /// What was signed: the digest of `image`, or that of an index that holds it, or of an image in it.
  package var signed: Digest { otherSigned.first ?? image.digest }
  // Empty where it is the digest of `image`, as nearly always: the gate holds very many of these.
  private let otherSigned: [Digest]
  /// The attestor's full name, `projects/{project}/attestors/{id}`.
  package let attestor: String
  /// The key's id; for a certificate, whom it belongs to.
  package let keyID: String
  /// Name of the occurrence that carries it; empty when it has none.
  package let occurrence: String
  /// When it was recorded, in seconds since 1970 UTC, as whoever carried it said; nil when nobody did.
  package let recordedAtSeconds: Int64?

  init(
    image: PinnedReference, signed: Digest, attestor: String, keyID: String, occurrence: String, recordedAtSeconds: Int64?
  ) {
    self.image = image
    otherSigned = signed == image.digest ? [] : [signed]
    self.attestor = attestor
    self.keyID = keyID
    self.occurrence = occurrence
    self.recordedAtSeconds = recordedAtSeconds
  }

  /// Whether both say the same.
  package static func == (one: VerifiedAttestation, other: VerifiedAttestation) -> Bool {
    one === other
      || (one.image == other.image && one.otherSigned == other.otherSigned && one.attestor == other.attestor
        && one.keyID == other.keyID && one.occurrence == other.occurrence && one.recordedAtSeconds == other.recordedAtSeconds)
  }

  /// By image, attestor and key.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(image)
    hasher.combine(attestor)
    hasher.combine(keyID)
  }
}
