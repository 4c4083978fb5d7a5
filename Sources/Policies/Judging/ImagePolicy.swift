package import Images
package import Metadata

/// Where a policy applies.
package enum PolicyScope: Hashable, Sendable {
  case everywhere
  case namespaces(Set<String>)
}

/// A policy that judges images one by one. It asks nobody: what it needs to know it names first, and is handed.
package protocol ImagePolicy: PolicyAnalysis {
  /// Unique in a rulebook.
  var name: String { get }
  /// Nothing outside is ever put to it.
  var scope: PolicyScope { get }
  /// Where it wants to know what is recorded about images, beside the project that is looked in anyway.
  var projects: Set<ProjectName> { get }
  /// The rule that an image comes under; nil when the policy has no say about it.
  func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule?
  /// What has to be found out before `judgement` can be made.
  func demand(of image: ImageQuestion) -> ImageDemand
  /// - Parameters:
  ///   - evidence: what `demand` named. What is absent counts as not found: it never lets anything in.
  ///   - nowSeconds: seconds since 1970 UTC.
  func judgement(of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64) -> Judgement
}

extension ImagePolicy {
  package var projects: Set<ProjectName> { [] }
}

/// A policy that judges what a workload may do while it runs.
package protocol WorkloadPolicy: PolicyAnalysis {
  /// Unique in a rulebook.
  var name: String { get }
  /// Nothing outside is ever put to it.
  var scope: PolicyScope { get }
  /// Resources it looks at, as `pods` or `pods/ephemeralcontainers`; nil for all. Nothing else is ever put to it.
  var resources: Set<String>? { get }
  /// Whether it may look at more than the pod that an object makes: then it is also asked about changes that make the same.
  var looksBeyondPods: Bool { get }
  /// What has to be found out about an image before `judgements` can be made.
  func demand(of image: ImageQuestion) -> ImageDemand
  /// One judgement for each thing it looks at; none when it has no say.
  ///
  /// - Parameter nowSeconds: seconds since 1970 UTC.
  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement]
}

extension WorkloadPolicy {
  /// All.
  package var resources: Set<String>? { nil }
  /// It does not.
  package var looksBeyondPods: Bool { false }
  /// Nothing: what an object says is enough for most.
  package func demand(of image: ImageQuestion) -> ImageDemand { ImageDemand() }
}

/// The rule of a policy that an image comes under.
package struct AppliedRule: Hashable, Sendable {
  /// As the document has it: `defaultAdmissionRule`.
  package let name: String
  package let enforcement: Enforcement

  package init(name: String, enforcement: Enforcement) {
    self.name = name
    self.enforcement = enforcement
  }
}

/// An image that is to be judged: well named, and pinned unless nothing is known of its digest.
package struct ImageQuestion: Sendable {
  package let use: Workload.ImageUse
  package let written: ImageReference
  /// The digest that was written, or else the one that its tag was found to name.
  package let pinned: PinnedReference?
  package let review: WorkloadReview

  package init(use: Workload.ImageUse, written: ImageReference, pinned: PinnedReference?, review: WorkloadReview) {
    self.use = use
    self.written = written
    self.pinned = pinned
    self.review = review
  }
}

/// What a policy needs to know of one image.
package struct ImageDemand: Hashable, Sendable {
  /// Full names.
  package var attestors: [String]
  package var needs: Set<CheckNeed>

  package init(attestors: [String] = [], needs: Set<CheckNeed> = []) {
    self.attestors = attestors
    self.needs = needs
  }

  package var isEmpty: Bool { attestors.isEmpty && needs.isEmpty }

  /// Both, each thing once, in the order of first mention.
  package mutating func add(_ other: ImageDemand) {
    if other.isEmpty { return }
    if isEmpty { return self = other }
    for name in other.attestors where !attestors.contains(name) { attestors.append(name) }
    needs.formUnion(other.needs)
  }
}
