import Images

/// A rule for pods beyond the standards, as audits of manifests have them.
///
/// Source: the auditors of kubeaudit and the rules of kubesec, whose names stand at each.
struct PodRule: Sendable {
  /// What it looks at.
  struct Subject {
    let pod: PodFields
    let review: WorkloadReview
    /// Of the document, for rules that take some: `sensitiveHostPaths`.
    let values: [String]
  }

  let id: String
  /// Whether its document may give it values of its own.
  var takesValues = false
  /// Whether a text can be one of them.
  var isValue: @Sendable (String) -> Bool = { _ in true }
  /// What is wrong, for `ControlViolation`; nil when nothing is.
  let violation: @Sendable (Subject) -> ControlViolation?

  /// In the order of the guide.
  static let all: [PodRule] =
    [serviceAccountToken, serviceAccountName, deprecatedServiceAccount] + filesystem + resources + claims + confinement
    + images + environment + identities + [deprecatedAPI]

  static func named(_ id: String) -> PodRule? { all.first { $0.id == id } }

  /// A rule that holds for each container.
  static func eachContainer(
    _ id: String, _ must: String, unless isFit: @escaping @Sendable (PodFields.Container, PodFields) -> Bool
  ) -> PodRule {
    PodRule(id: id) { subject in
      let names = subject.pod.containers.filter { !isFit($0, subject.pod) }.map(\.name)
      return names.isEmpty ? nil : lacking(id, "\(ControlWording.containers(names)) \(must)")
    }
  }

  static func lacking(_ id: String, _ detail: String, _ values: [ControlValue]? = nil) -> ControlViolation {
    ControlViolation(reason: id, detail: detail, values: values ?? [ControlValue(nil, id)])
  }
}
