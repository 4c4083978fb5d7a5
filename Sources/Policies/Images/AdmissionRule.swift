/// What a policy demands of the images it is applied to.
///
/// Source: google.cloud.binaryauthorization.v1.AdmissionRule.
package struct AdmissionRule: Hashable, Sendable {
  /// What must hold before an image may run.
  package enum Evaluation: Hashable, Sendable {
    case alwaysAllow
    case alwaysDeny
    /// Attestations by these attestors, by full name and never none; at least `atLeast` of them, 1 to all.
    case requireAttestations(by: [String], atLeast: Int)
  }

  package let evaluation: Evaluation
  package let enforcement: Enforcement

  /// A rule that demands an attestation by every one of `attestors`, or by `atLeast` of them.
  ///
  /// - Returns: nil when `attestors` is empty or repeats a name, or `atLeast` is not from 1 to their count: such a rule
  ///   would demand nothing, or what cannot be.
  package static func requiring(
    _ attestors: [String], atLeast: Int? = nil, enforcement: Enforcement = .block
  ) -> AdmissionRule? {
    let least = atLeast ?? attestors.count
    guard !attestors.isEmpty, Set(attestors).count == attestors.count, (1...attestors.count).contains(least) else {
      return nil
    }
    return AdmissionRule(
      evaluation: .requireAttestations(by: attestors, atLeast: least), enforcement: enforcement)
  }

  /// A rule that lets everything in.
  package static func allowing(enforcement: Enforcement = .block) -> AdmissionRule {
    AdmissionRule(evaluation: .alwaysAllow, enforcement: enforcement)
  }

  /// A rule that lets nothing in.
  package static func denying(enforcement: Enforcement = .block) -> AdmissionRule {
    AdmissionRule(evaluation: .alwaysDeny, enforcement: enforcement)
  }
}
