package import Images

/// The labels and annotations that Kritis gives pods that run against its policies, for those who look for them.
///
/// Source: Kritis, pkg/kritis/constants and docs/resources.md.
package struct PodMarks: Hashable, Sendable {
  static let violation = "kritis.grafeas.io/invalidImageSecPolicy"
  static let attestation = "kritis.grafeas.io/attestation"

  /// Which marks a pod has.
  struct Seen: Hashable, Sendable {
    let isViolating: Bool
    /// Nil when it has no mark of attestation.
    let isAttested: Bool?

    init(isViolating: Bool, isAttested: Bool?) {
      self.isViolating = isViolating
      self.isAttested = isAttested
    }

    init(_ pod: JSONNode) {
      let labels = pod["metadata"]?["labels"]
      isViolating = labels?[PodMarks.violation] != nil
      let label = labels?[PodMarks.attestation]?.string
      isAttested = label == "attested" ? true : label == "notAttested" ? false : nil
    }
  }

  /// What is wrong, for people; nil when nothing is.
  package let violation: String?
  package let isAttested: Bool

  /// The merge patch that gives a pod these marks, and takes from it what no longer holds.
  package var patch: JSONValue {
    let note =
      isAttested ? "Previously attested." : "No valid attestations present. This pod will not be able to restart in future"
    return [
      "metadata": [
        "labels": .object([
          (Self.violation, violation == nil ? .null : "invalidImageSecPolicy"),
          (Self.attestation, .text(isAttested ? "attested" : "notAttested")),
        ]),
        "annotations": .object([
          (Self.violation, violation.map { .text($0) } ?? .null), (Self.attestation, .text(note)),
        ]),
      ]
    ]
  }
}
