import Images

/// What the webhook that patches makes of an object: the patch, and the question as it stands once that is applied.
package struct Mutation: Sendable {
  package private(set) var patch = JSONPatch()
  /// About the object as it would be stored.
  package private(set) var review: WorkloadReview
  /// What was changed, and what was left alone, in sentences for whoever asked.
  package private(set) var warnings: [String] = []

  /// Nothing is changed.
  package init(_ review: WorkloadReview) { self.review = review }

  /// Takes `next`, which is about the object as it stands.
  ///
  /// - Returns: whether it fits.
  fileprivate mutating func apply(_ next: JSONPatch) -> Bool {
    guard !next.isEmpty, let object = review.object.flatMap({ next.applied(to: $0) }) else { return next.isEmpty }
    patch.append(next)
    review = review.asked(of: object)
    return true
  }

  fileprivate mutating func harden(by hardening: Hardening, _ evidence: Evidence) {
    guard let object = review.object, let plan = hardening.plan(for: object, in: review, knowing: evidence) else { return }
    guard apply(plan.patch) else { return }
    if let summary = plan.summary { warnings.append("\(hardening.name) set \(summary).") }
    warnings += plan.warnings.map { "\(hardening.name): \($0)" }
  }
}

extension Rulebook {
  /// Pins and hardens: first the images, then document by document. Done twice, it does nothing more.
  ///
  /// - Parameter evidence: with the lookups of tags.
  package func mutation(of review: WorkloadReview, evidence: Evidence, pinning: Pinning) -> Mutation {
    var mutation = Mutation(review)
    guard let object = review.object else { return mutation }
    _ = mutation.apply(pinning.patch(of: object, in: review, evidence.lookups))
    guard review.mayHarden else { return mutation }
    for case let hardening as Hardening in workloads[review.place.namespace, review.target.resource]
    where hardening.changes(review.workload.kind) {
      mutation.harden(by: hardening, evidence)
    }
    return mutation
  }
}

extension WorkloadReview {
  /// A pod that runs cannot be changed but for what joins it, nor can the template of a job; there it is only judged.
  fileprivate var mayHarden: Bool {
    oldObject == nil || resource.hasSuffix("/ephemeralcontainers") || !["Pod", "Job"].contains(workload.kind)
  }
}
