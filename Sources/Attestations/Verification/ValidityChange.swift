package import Images

/// What a change of keys, or time passing, does to one attestor's word for one image.
package struct ValidityChange: Hashable, Sendable {
  /// What becomes of the word: it was good and is not, or it was not and is.
  package enum Direction: String, Sendable {
    case loses, gains
  }

  package let image: PinnedReference
  /// The attestor's full name.
  package let attestor: String
  package let direction: Direction
  /// Why the word does not count on the side where it does not; nil when nothing stands under its note there, or
  /// that side has no such attestor.
  package let cause: Rejection?
}

/// Attestors as they are, or would be, at one time.
package struct AttestorsInTime: Sendable {
  package let attestors: Attestors
  /// Seconds since 1970 UTC.
  package let atSeconds: Int64

  package init(_ attestors: Attestors, atSeconds: Int64) {
    self.attestors = attestors
    self.atSeconds = atSeconds
  }

  private func verdict(
    of name: String, on image: PinnedReference, _ offered: [UnverifiedAttestation]
  ) -> AttestorVerdict? {
    guard let attestor = attestors[name] else { return nil }
    return attestor.verdict(on: offered.filter { $0.note == attestor.note }, for: image, at: atSeconds)
  }

  /// What changes for `image` when these attestors, then, give way to `next`.
  ///
  /// - Parameter offered: everything recorded about the image under the notes of either side, newest last.
  /// - Returns: at most one change an attestor, by name. An attestor whose word is as good before as after is left out.
  package func changes(
    to next: AttestorsInTime, on image: PinnedReference, offered: [UnverifiedAttestation]
  ) -> [ValidityChange] {
    attestors.names.union(next.attestors.names).sorted().compactMap { name in
      let before = verdict(of: name, on: image, offered)
      let after = next.verdict(of: name, on: image, offered)
      let (was, willBe) = (before?.isSatisfied ?? false, after?.isSatisfied ?? false)
      guard was != willBe else { return nil }
      return ValidityChange(
        image: image, attestor: name, direction: was ? .loses : .gains,
        cause: (was ? after : before)?.refused.first?.rejection)
    }
  }
}
