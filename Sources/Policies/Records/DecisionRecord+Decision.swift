import Attestations
import Images
package import Metadata

extension DecisionRecord {
  /// Takes in what was judged, what by, and what was found and refused on the way.
  package mutating func take(_ decision: Decision, evidence: Evidence) {
    images = decision.images.map { Image($0, evidence) }
    workload = decision.workload.map(Judged.init)
    lookups = evidence.lookups.mapValues { lookup in
      switch lookup {
      case .digest(let digest): .digest("\(digest)")
      case .failed(let reason): .failed(Cause(reason))
      }
    }
  }
}

extension DecisionRecord.Image {
  fileprivate init(_ image: ImageDecision, _ evidence: Evidence) {
    self.init()
    written = image.use.image
    field = image.use.field
    kind = image.use.kind.rawValue
    name = image.use.name
    pinned = image.image?.description
    judged = image.judgements.map(DecisionRecord.Judged.init)
    guard let pinned = image.image else { return }
    unfit = evidence.unfit[pinned].map(DecisionRecord.Cause.init)
    asked = (evidence.answers[pinned] ?? [:]).sorted { $0.key < $1.key }.map(DecisionRecord.Asked.init)
  }
}

extension DecisionRecord.Asked {
  /// What came of asking for one attestor's attestations.
  package init(_ attestor: String, _ answer: Evidence.Answer) {
    self.init(attestor: attestor)
    switch answer {
    case .unavailable(let why): unavailable = why
    case .verdict(let verdict):
      counted = verdict.verified.map(DecisionRecord.Counted.init)
      refused = verdict.refused.map {
        DecisionRecord.Refused(occurrence: $0.occurrence, code: $0.rejection.code, problem: $0.rejection.problem)
      }
    }
  }
}

extension DecisionRecord.Counted {
  fileprivate init(_ attestation: VerifiedAttestation) {
    self.init(
      attestor: attestation.attestor, key: attestation.keyID, occurrence: attestation.occurrence,
      atSeconds: attestation.recordedAtSeconds)
  }
}

extension DecisionRecord.Cause {
  fileprivate init(_ reason: Reason) {
    self.init(code: reason.code, problem: reason.problem, remedy: reason.remedy)
  }
}

extension DecisionRecord.Judged {
  fileprivate init(_ judgement: Judgement) {
    self.init()
    policy = judgement.policy
    rule = judgement.rule
    demanded = judgement.demanded
    counted = judgement.found.map(DecisionRecord.Counted.init)
    evidence = judgement.evidence
    switch judgement.verdict {
    case .allowed: verdict = "allowed"
    case .denied(let denial): (verdict, causes) = ("denied", denial.all.map(DecisionRecord.Cause.init))
    case .wouldBeDenied(let denial, let enforcement):
      (verdict, causes) = (enforcement.mode, denial.all.map(DecisionRecord.Cause.init))
    }
  }
}
