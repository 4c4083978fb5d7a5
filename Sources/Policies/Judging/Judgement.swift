package import Attestations

/// What one policy makes of one image, or of a workload as a whole.
package struct Judgement: Hashable, Sendable {
  /// What follows.
  package enum Verdict: Hashable, Sendable {
    case allowed
    case denied(Denial)
    /// It would be denied, but what judged it only tells.
    case wouldBeDenied(Denial, Enforcement)
  }

  /// Name of the policy: `projects/shop/policy`, `ImageSecurityPolicy prod/default`.
  package let policy: String
  /// What in it decided, as its document has it: `defaultAdmissionRule`, `checkSets[0].checks[2]`.
  package let rule: String
  /// Full names of the attestors it asks; empty when it asks none.
  package let demanded: [String]
  /// What counted, at most one attestation an attestor.
  package let found: [VerifiedAttestation]
  /// What else speaks for it, in sentences for people.
  package let evidence: [String]
  package let verdict: Verdict

  /// - Parameter reasons: against it; without any it is allowed.
  package init(
    policy: String, rule: String, demanded: [String] = [], found: [VerifiedAttestation] = [], evidence: [String] = [],
    reasons: [Reason], enforcement: Enforcement
  ) {
    self.policy = policy
    self.rule = rule
    self.demanded = demanded
    self.found = found
    self.evidence = evidence
    verdict =
      if let denial = Denial(reasons) {
        enforcement == .block ? .denied(denial) : .wouldBeDenied(denial, enforcement)
      } else { .allowed }
  }

  /// Why it keeps something out; nil when it does not.
  package var denial: Denial? { if case .denied(let denial) = verdict { denial } else { nil } }

  /// The lines for whoever asked, each a warning; empty unless it only tells, and to the asker.
  var warnings: [String] {
    guard case .wouldBeDenied(let denial, let enforcement) = verdict else { return [] }
    return switch enforcement {
    case .dryRun: ["dry run: " + denial.sentences]
    case .warn: [denial.sentences]
    case .audit, .block: []
    }
  }
}

/// What follows when what a rule demands does not hold.
package enum Enforcement: String, CaseIterable, Sendable {
  /// It is kept out.
  case block = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  /// It is let in; the denial is recorded, and told as a warning.
  case dryRun = "DRYRUN_AUDIT_LOG_ONLY"
  /// It is let in with a warning.
  case warn = "WARN"
  /// It is let in; the denial is only recorded.
  case audit = "AUDIT"

  /// As codes, records and metrics name it.
  package var mode: String {
    switch self {
    case .block: "block"
    case .dryRun: "dry-run"
    case .warn: "warn"
    case .audit: "audit"
    }
  }
}

extension Denial {
  /// All reasons with their remedies and codes, in one line.
  package var sentences: String { all.map { "\($0.problem) \($0.remedy) [\($0.code)]" }.joined(separator: " ") }
}
