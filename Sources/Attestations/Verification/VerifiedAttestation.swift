package import Images

/// A statement about one image, proved to be by one key of one attestor. Only `Attestor` makes it.
package struct VerifiedAttestation: Hashable, Sendable {
  /// What it vouches for.
  package let image: PinnedReference
  /// What was signed: the digest of `image`, or that of an index that holds it, or of an image in it.
  package let signed: Digest
  /// The attestor's full name, `projects/{project}/attestors/{id}`.
  package let attestor: String
  /// The key's id; for a certificate, whom it belongs to.
  package let keyID: String
  /// Name of the occurrence that carries it; empty when it has none.
  package let occurrence: String

  init(image: PinnedReference, signed: Digest, attestor: String, keyID: String, occurrence: String) {
    self.image = image
    self.signed = signed
    self.attestor = attestor
    self.keyID = keyID
    self.occurrence = occurrence
  }
}
