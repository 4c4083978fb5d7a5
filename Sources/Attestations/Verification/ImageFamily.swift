package import Images

/// Where an image stands among those of other platforms, as manifests say whose bytes were hashed.
package struct ImageFamily: Hashable, Sendable {
  /// What is deployed.
  package let image: PinnedReference
  /// Indexes in the same repository that list `image`.
  package let enclosing: [Digest]
  /// The images that `image` lists, when it is an index: all of them, or the rule for leaves must not be asked.
  package let leaves: [Digest]

  /// Indexes and leaves that are looked at; with more of either, that rule is not met.
  package static let limit = 32

  package init(_ image: PinnedReference, enclosing: [Digest] = [], leaves: [Digest] = []) {
    self.image = image
    self.enclosing = enclosing
    self.leaves = leaves
  }
}

extension Attestor {
  /// What the keys make of an image of several platforms, by the attestor's own rule.
  ///
  /// - Parameter offered: what was recorded about the image itself and about each relative, by digest, newest last.
  /// - Returns: the verdict on the image itself, unless only its relatives are vouched for in the way the rule wants.
  package func verdict(
    on offered: [Digest: [UnverifiedAttestation]], for family: ImageFamily, at nowSeconds: Int64
  ) -> AttestorVerdict {
    func verdict(on digest: Digest) -> AttestorVerdict {
      var verification = Verification(attestor: self, image: family.image, signed: digest, nowSeconds: nowSeconds)
      verification.consider(offered[digest] ?? [])
      return verification.verdict
    }
    let own = verdict(on: family.image.digest)
    guard !own.isSatisfied else { return own }
    switch platforms {
    case .exactDigest: return own
    case .enclosingIndex:
      guard family.enclosing.count <= ImageFamily.limit else { return own }
      return family.enclosing.lazy.map(verdict).first { $0.isSatisfied } ?? own
    case .everyLeaf:
      guard !family.leaves.isEmpty, family.leaves.count <= ImageFamily.limit else { return own }
      let leaves = family.leaves.map(verdict)
      if let missing = leaves.first(where: { !$0.isSatisfied }) {
        return AttestorVerdict(
          attestor: name, verified: own.verified, refused: own.refused + missing.refused, threshold: threshold)
      }
      return AttestorVerdict(attestor: name, verified: leaves.flatMap(\.verified), refused: [], threshold: threshold)
    }
  }
}
