package import Images

extension Attestor {
  /// What the keys make of everything offered about `image`: pure, and bounded whatever is offered.
  ///
  /// - Parameters:
  ///   - offered: newest last, as a store answers.
  ///   - nowSeconds: seconds since 1970 UTC.
  package func verdict(
    on offered: [UnverifiedAttestation], for image: PinnedReference, at nowSeconds: Int64
  ) -> AttestorVerdict {
    AttestorVerdict(
      attestor: name, verified: [],
      refused: offered.map { .init(occurrence: printable($0.occurrence), rejection: .unsupported("not yet verified")) })
  }
}
