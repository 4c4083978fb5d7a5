import Attestations
import Images
import Policies

/// What one attestor says of one image, as it is held by the hundred thousand: the usual answer, one attestation that
/// counts, is held without a box around it.
struct HeldWord: Sendable {
  private enum Content: Sendable {
    case attested(VerifiedAttestation)
    case other(Other)
  }

  private final class Other: Sendable {
    let repository: Repository
    let attestor: String
    let answer: Evidence.Answer

    init(_ repository: Repository, _ attestor: String, _ answer: Evidence.Answer) {
      (self.repository, self.attestor, self.answer) = (repository, attestor, answer)
    }
  }

  private let content: Content
  /// When the store said what it rests on, on the steady clock.
  private let sinceSeconds: Int64
  /// By the calendar: between these two the keys are worth what they were when it was verified.
  private let verifiedSeconds: Int64
  private let untilSeconds: Int64

  init(
    _ answer: Evidence.Answer, by attestor: String, on image: PinnedReference, sinceSeconds: Int64, verifiedSeconds: Int64,
    untilSeconds: Int64?
  ) {
    (self.sinceSeconds, self.verifiedSeconds) = (sinceSeconds, verifiedSeconds)
    self.untilSeconds = untilSeconds ?? .max
    if case .verdict(let verdict) = answer, verdict.threshold == 1, verdict.verified.count == 1, verdict.refused.isEmpty,
      verdict.verified[0].image == image, verdict.verified[0].attestor == attestor, verdict.attestor == attestor
    {
      content = .attested(verdict.verified[0])
    } else {
      content = .other(Other(image.repository, attestor, answer))
    }
  }

  var answer: Evidence.Answer {
    switch content {
    case .attested(let one): .verdict(AttestorVerdict(attestor: one.attestor, verified: [one], refused: []))
    case .other(let other): other.answer
    }
  }

  var attestor: String {
    switch content {
    case .attested(let one): one.attestor
    case .other(let other): other.attestor
    }
  }

  private var repository: Repository {
    switch content {
    case .attested(let one): one.image.repository
    case .other(let other): other.repository
    }
  }

  var isSatisfied: Bool {
    switch content {
    case .attested: true
    case .other(let other): if case .verdict(let verdict) = other.answer { verdict.isSatisfied } else { false }
    }
  }

  /// Whether it only says that there was no answer.
  var isUnavailable: Bool {
    if case .other(let other) = content, case .unavailable = other.answer { true } else { false }
  }

  /// - Parameter image: of the digest under which it is held.
  func isBy(_ attestor: String, on image: PinnedReference) -> Bool {
    self.attestor == attestor && repository == image.repository
  }

  func isLike(_ other: HeldWord) -> Bool { attestor == other.attestor && repository == other.repository }

  /// Negative when it cannot be told.
  func age(at time: EvidenceTime, _ followedSeconds: Int64) -> Int64 { time.steadySeconds - max(sinceSeconds, followedSeconds) }

  func holds(at time: EvidenceTime) -> Bool {
    (verifiedSeconds..<max(verifiedSeconds, untilSeconds)).contains(time.calendarSeconds)
  }
}
