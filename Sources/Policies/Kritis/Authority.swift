import Attestations
import Images
import Metadata

/// An attestation authority as a policy names it.
struct Authority: Hashable, Sendable {
  /// Full name of the attestor.
  let attestor: String
  /// Where its attestations stand; nil when it is not at hand.
  let note: NoteName?

  /// What its answer is worth: an attestation that counts, or why there is none and how to make one.
  func weigh(_ image: PinnedReference, by evidence: Evidence) -> (found: VerifiedAttestation?, reasons: [Reason]) {
    let (found, reasons) = evidence.weigh(attestor, on: image)
    guard let note else { return (found, reasons) }
    return (
      found,
      reasons.map { reason in
        // Without an answer there is nothing to sign.
        guard reason.code != "evidence-unavailable" else { return reason }
        return Reason(
          code: reason.code, problem: reason.problem,
          remedy: "Run `pratique attest \(image) --attestor \(note.project)/attestors/\(note.id)` once it has passed.",
          about: reason.about)
      }
    )
  }
}

extension Reason {
  /// For policies that judge nothing but a digest.
  static func tagOnly(_ image: ImageReference) -> Reason {
    Reason(
      code: "digest-missing",
      problem: "It has no digest, and what the tag \"\(image.tagOrLatest)\" names can change.",
      remedy: "Run `kubectl pratique resolve-tags -f FILE -a`, which writes the digest that \(image) names now.")
  }
}
