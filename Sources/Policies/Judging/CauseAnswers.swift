/// Why evidence is missing, apart from what an image is or who signed it: what an operator may answer otherwise than no.
package enum EvidenceCause: String, CaseIterable, Sendable {
  /// Nobody whom a rule asks has vouched for the image.
  case unsigned
  /// No scan of the image is recorded.
  case notScanned = "not-scanned"
  /// The metadata server did not say.
  case storeUnreachable = "store-unreachable"
  /// No policy speaks of the place.
  case noPolicy = "no-policy"

  /// Nil for every reason that is about the image, its keys or its signatures: those have one answer.
  package init?(code: String) {
    switch code {
    case "attestation-missing": self = .unsigned
    case "not-scanned": self = .notScanned
    case "evidence-unavailable", "metadata-unavailable", "deadline-exceeded", "no-answer": self = .storeUnreachable
    case "no-matching-policy": self = .noPolicy
    default: return nil
    }
  }

  /// The code of an answer that lets something in although this is missing.
  package var letInCode: String { "let-in-\(rawValue)" }
}

/// What follows from each cause. Whatever is not said is denied.
///
/// It only ever softens a denial all of whose reasons are causes answered so. One reason of another kind, a bad signature
/// or a revoked key beside a missing one, and the denial stands.
package struct CauseAnswers: Hashable, Sendable {
  /// What is answered where a cause is all that speaks against an image.
  package enum Answer: String, CaseIterable, Sendable {
    case deny
    /// Let in, with a warning to whoever asked.
    case warn
    /// Let in; only the record says so.
    case allow
  }

  private var answers: [EvidenceCause: Answer]

  /// Denies all of them.
  package init() { answers = [:] }

  /// What follows from `cause`.
  package subscript(cause: EvidenceCause) -> Answer {
    get { answers[cause] ?? .deny }
    set { answers[cause] = newValue == .deny ? nil : newValue }
  }

  /// The decision with the denials softened that rest on nothing but such causes, and which causes they were, in the order
  /// of `EvidenceCause`.
  package func softened(_ decision: Decision) -> (decision: Decision, causes: [EvidenceCause]) {
    guard !answers.isEmpty, !decision.isAllowed else { return (decision, []) }
    var causes: Set<EvidenceCause> = []
    let images = decision.images.map { image in
      ImageDecision(use: image.use, image: image.image, judgements: image.judgements.map { softened($0, &causes) })
    }
    let workload = decision.workload.map { softened($0, &causes) }
    return (Decision(images: images, workload: workload), EvidenceCause.allCases.filter(causes.contains))
  }

  private func softened(_ judgement: Judgement, _ causes: inout Set<EvidenceCause>) -> Judgement {
    guard let denial = judgement.denial else { return judgement }
    var mildest = Answer.allow
    var found: Set<EvidenceCause> = []
    for reason in denial.all {
      guard let cause = EvidenceCause(code: reason.code) else { return judgement }
      switch self[cause] {
      case .deny: return judgement
      case .warn: mildest = .warn
      case .allow: break
      }
      found.insert(cause)
    }
    causes.formUnion(found)
    return Judgement(
      policy: judgement.policy, rule: judgement.rule, demanded: judgement.demanded, found: judgement.found,
      evidence: judgement.evidence, reasons: denial.all, enforcement: mildest == .warn ? .warn : .audit)
  }
}
