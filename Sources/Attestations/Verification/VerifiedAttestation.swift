package import Images

/// A statement about one image, proved to be by one key of one attestor. Only `Attestor` makes it.
package struct VerifiedAttestation: Hashable, Sendable {
  package let image: PinnedReference
  /// The attestor's full name, `projects/{project}/attestors/{id}`.
  package let attestor: String
  package let keyID: String
  /// Name of the occurrence that carries it; empty when it has none.
  package let occurrence: String

  init(image: PinnedReference, attestor: String, keyID: String, occurrence: String) {
    self.image = image
    self.attestor = attestor
    self.keyID = keyID
    self.occurrence = occurrence
  }
}
