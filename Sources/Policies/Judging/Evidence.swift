package import Attestations
package import Images

/// Everything that was found out about the images of a workload before it is judged.
///
/// What is absent counts as not found: it never lets anything in.
package struct Evidence: Sendable {
  /// What came of asking for one attestor's attestations.
  package enum Answer: Hashable, Sendable {
    case verdict(AttestorVerdict)
    /// There was no answer; the text says why.
    case unavailable(String)
  }

  /// What came of looking up a tag, once.
  package enum Lookup: Hashable, Sendable {
    case digest(Digest)
    case failed(Reason)
  }

  /// Per image and full name of the attestor.
  package var answers: [PinnedReference: [String: Answer]]
  /// Per image as it was written; empty where tags are not looked up.
  package var lookups: [String: Lookup]
  /// Images whose manifest was looked at and cannot be trusted.
  package var unfit: [PinnedReference: Reason]
  /// What else was found out about images, for policies that name needs.
  package var subjects: [PinnedReference: CheckSubject]

  package init(
    answers: [PinnedReference: [String: Answer]] = [:], lookups: [String: Lookup] = [:],
    unfit: [PinnedReference: Reason] = [:], subjects: [PinnedReference: CheckSubject] = [:]
  ) {
    self.answers = answers
    self.lookups = lookups
    self.unfit = unfit
    self.subjects = subjects
  }
}
