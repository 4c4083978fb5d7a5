/// Rules in CEL over a workload, its images and what was found out about them.
///
/// It has a say where a binding gives it one. Source: Kubernetes admissionregistration.k8s.io/v1, ValidatingAdmissionPolicy.
package struct AdmissionPolicy: WorkloadPolicy {
  /// One thing that must hold.
  struct Validation: Sendable {
    let expression: Expression
    let message: String?
    let messageExpression: Expression?
    /// `Invalid` and its like; nil when none is written.
    let reason: String?
  }

  /// Where the policy holds, and what follows.
  struct Binding: Sendable {
    let name: String
    let resources: MatchResources
    let enforcement: Enforcement
  }

  package let name: String
  let constraints: MatchResources
  /// All must be true before the policy has a say.
  let conditions: [(name: String, expression: Expression)]
  let variables: [Expression]
  let validations: [Validation]
  let annotations: [(key: String, expression: Expression)]
  /// Whether an error lets a workload in, with a warning.
  let ignoresErrors: Bool
  /// Full names of the attestors that its expressions name.
  let attestors: [String]
  /// Whether it asks for what is recorded of images.
  let needsRecord: Bool
  var bindings: [Binding] = []

  /// Where all its bindings together hold, as far as names of namespaces tell.
  package var scope: PolicyScope {
    var names: Set<String> = []
    for binding in bindings {
      switch (constraints.scope, binding.resources.scope) {
      case (.everywhere, .everywhere): return .everywhere
      case (.everywhere, .namespaces(let some)), (.namespaces(let some), .everywhere): names.formUnion(some)
      case (.namespaces(let some), .namespaces(let others)): names.formUnion(some.intersection(others))
      }
    }
    return .namespaces(names)
  }

  package var resources: Set<String>? { constraints.resources }

  /// Its expressions see the whole object.
  package var looksBeyondPods: Bool { true }

  /// All its expressions, in the order of the document.
  var expressions: [Expression] {
    conditions.map(\.expression) + variables
      + validations.flatMap { [$0.expression] + ($0.messageExpression.map { [$0] } ?? []) } + annotations.map(\.expression)
  }

  /// The attestors that it names, and the record of the image where it asks for what stands in it.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    guard !attestors.isEmpty || needsRecord else { return ImageDemand() }
    guard enforcement(for: image.review) != nil else { return ImageDemand() }
    return ImageDemand(attestors: attestors, needs: needsRecord ? [.occurrences] : [])
  }

  /// What follows when it does not hold: the strictest of the bindings; nil when none gives it a say.
  func enforcement(for review: WorkloadReview) -> Enforcement? {
    guard constraints.matches(review) else { return nil }
    var strictest: Enforcement?
    for binding in bindings where binding.resources.matches(review) {
      if strictest.map({ binding.enforcement.isStricter(than: $0) }) ?? true { strictest = binding.enforcement }
    }
    return strictest
  }

  /// One judgement, and one more for errors that are let pass.
  package func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let enforcement = enforcement(for: review) else { return [] }
    let images = AdmissionImages(evidence: evidence, attestors: attestors, nowSeconds: nowSeconds)
    var evaluation = AdmissionEvaluation(AdmissionNames(review: review, images: images), variables: variables)
    guard evaluation.run(self) else { return [] }
    let found =
      attestors.isEmpty
      ? []
      : review.workload.images.compactMap(images.pinned).flatMap { image in
        attestors.compactMap { evidence.weigh($0, on: image).found }
      }
    let isSound = evaluation.errors.isEmpty
    var judgements = [
      Judgement(
        policy: name, rule: evaluation.rule, demanded: attestors, found: found, evidence: evaluation.annotations,
        reasons: ignoresErrors || isSound ? evaluation.reasons : evaluation.reasons + evaluation.errors, enforcement: enforcement)
    ]
    if ignoresErrors, !isSound {
      judgements.append(
        Judgement(policy: name, rule: "failurePolicy", reasons: evaluation.errors, enforcement: .warn))
    }
    return judgements
  }
}

extension Enforcement {
  /// Blocking before telling the asker, and that before only recording.
  fileprivate func isStricter(than other: Enforcement) -> Bool { rank < other.rank }

  private var rank: Int {
    switch self {
    case .block: 0
    case .dryRun: 1
    case .warn: 2
    case .audit: 3
    }
  }
}
