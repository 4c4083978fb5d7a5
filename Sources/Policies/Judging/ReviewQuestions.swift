package import Images

/// A review as the policies of one rulebook look at it: each image read once, and which policies have a say about it.
package struct ReviewQuestions: Sendable {
  enum Asked: Sendable {
    case image(ImageQuestion)
    /// It names no image, or none that could be found.
    case unfit(Reason)
  }

  struct Image: Sendable {
    let use: Workload.ImageUse
    let asked: Asked
    /// In the order of the rulebook; empty where images are not judged.
    let rules: [(policy: any ImagePolicy, rule: AppliedRule)]

    var pinned: PinnedReference? { if case .image(let question) = asked { question.pinned } else { nil } }
  }

  package let review: WorkloadReview
  /// In the order of the workload.
  let images: [Image]
  let workloadPolicies: [any WorkloadPolicy]

  /// What has to be found out about which images before they can be answered.
  package var demands: [PinnedReference: ImageDemand] {
    var demands: [PinnedReference: ImageDemand] = [:]
    for image in images {
      guard case .image(let question) = image.asked, let pinned = question.pinned else { continue }
      var demand = ImageDemand()
      for (policy, _) in image.rules { demand.add(policy.demand(of: question)) }
      for policy in workloadPolicies { demand.add(policy.demand(of: question)) }
      if !demand.isEmpty { demands[pinned, default: ImageDemand()].add(demand) }
    }
    return demands
  }
}
