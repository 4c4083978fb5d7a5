package import Attestations
package import Images
package import Metadata

/// All policies that hold, the attestors they ask, and the digest that names them together in every decision.
package struct Rulebook: Sendable {
  package let attestors: Attestors
  /// Of the text of all documents: whoever has the files can tell which rules a decision was made by.
  package let digest: Digest
  /// The same as a text, for every answer and record.
  package let name: String
  let images: PolicyIndex<any ImagePolicy>
  let workloads: PolicyIndex<any WorkloadPolicy>
  /// In the order of the documents, expired ones too.
  package let exceptions: [Exception]

  package init(
    images: [any ImagePolicy], workloads: [any WorkloadPolicy] = [], exceptions: [Exception] = [],
    attestors: Attestors, digest: Digest
  ) {
    self.images = PolicyIndex(images) { $0.scope }
    self.workloads = PolicyIndex(workloads) {
      $0.scope
    } resources: {
      $0.resources
    }
    self.exceptions = exceptions
    self.attestors = attestors
    self.digest = digest
    name = digest.description
  }

  /// In the order of the documents.
  package var imagePolicies: [any ImagePolicy] { images.all }
  /// In the order of the documents.
  package var workloadPolicies: [any WorkloadPolicy] { workloads.all }

  /// Every project in which policies want to know what is recorded about images, `project` first.
  package func projects(with project: ProjectName) -> [ProjectName] {
    let named = imagePolicies.reduce(into: Set<ProjectName>()) { $0.formUnion($1.projects) }
    return [project] + named.subtracting([project]).sorted { $0.id < $1.id }
  }

  /// Whether any policy looks at what a workload may do, there and of that kind.
  package func judgesWorkload(of review: WorkloadReview) -> Bool {
    !judging(review).isEmpty
  }

  /// Those that look at the workload; where the pods stay as they are, only those that look at more.
  private func judging(_ review: WorkloadReview) -> [any WorkloadPolicy] {
    let policies = workloads[review.place.namespace, review.target.resource]
    return review.makesSamePod ? policies.filter(\.looksBeyondPods) : policies
  }

  /// What has to be found out about which images before `decision` can be made.
  ///
  /// - Parameter lookups: what tags were found to name, by image as written; such an image counts as pinned.
  package func demands(
    of review: WorkloadReview, lookups: [String: Evidence.Lookup] = [:]
  ) -> [PinnedReference: ImageDemand] {
    questions(of: review, lookups: lookups).demands
  }

  /// Judges a workload: a function of its arguments, so the gate, `policy test`, continuous validation and a replay agree.
  ///
  /// - Parameters:
  ///   - evidence: for every image that `demands` names. What is absent counts as not found.
  ///   - nowSeconds: seconds since 1970 UTC.
  package func decision(on review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> Decision {
    decision(on: questions(of: review, lookups: evidence.lookups), evidence: evidence, at: nowSeconds)
  }

  /// The questions that a review comes to: one an image, with the policies that have a say about it.
  ///
  /// - Parameter lookups: as for `demands`.
  package func questions(of review: WorkloadReview, lookups: [String: Evidence.Lookup] = [:]) -> ReviewQuestions {
    let workloads = judging(review)
    guard review.judgesImages else {
      // Images that run already are not judged again, but what judges the workload may want to know about them.
      let asked = review.workload.images.map { ReviewQuestions.Image(use: $0, asked: ask($0, review, lookups), rules: []) }
      return ReviewQuestions(review: review, images: asked, workloadPolicies: workloads)
    }
    let policies = images[review.place.namespace, review.target.resource]
    let asked = review.workload.images.map { use in
      ReviewQuestions.Image(
        use: use, asked: ask(use, review, lookups),
        rules: policies.compactMap { policy in policy.rule(for: use, in: review).map { (policy, $0) } })
    }
    return ReviewQuestions(review: review, images: asked, workloadPolicies: workloads)
  }

  /// The decision on a review whose questions were put before.
  package func decision(on questions: ReviewQuestions, evidence: Evidence, at nowSeconds: Int64) -> Decision {
    let review = questions.review
    var workload: [Judgement] = []
    workload.reserveCapacity(questions.workloadPolicies.count)
    for policy in questions.workloadPolicies {
      let judgements = policy.judgements(of: review, evidence: evidence, at: nowSeconds)
      workload += exceptions.isEmpty ? judgements : judgements.map { exceptions.excusing($0, in: review, at: nowSeconds) }
    }
    return Decision(
      images: review.judgesImages ? questions.images.map { decision(on: $0, review, evidence, nowSeconds) } : [],
      workload: workload)
  }

  private func decision(
    on image: ReviewQuestions.Image, _ review: WorkloadReview, _ evidence: Evidence, _ nowSeconds: Int64
  ) -> ImageDecision {
    var judgements: [Judgement] = []
    judgements.reserveCapacity(max(1, image.rules.count))
    for (policy, rule) in image.rules {
      func refused(_ reason: Reason) -> Judgement {
        Judgement(policy: policy.name, rule: rule.name, reasons: [reason], enforcement: rule.enforcement)
      }
      switch image.asked {
      case .unfit(let reason): judgements.append(refused(reason))
      case .image(let question):
        if !evidence.unfit.isEmpty, let pinned = question.pinned, let reason = evidence.unfit[pinned] {
          judgements.append(refused(reason))
        } else {
          let judgement = policy.judgement(of: question, under: rule, evidence: evidence, at: nowSeconds)
          judgements.append(exceptions.excusing(judgement, of: image.use, in: review, at: nowSeconds))
        }
      }
    }
    if judgements.isEmpty {
      judgements.append(Judgement(policy: "", rule: "", reasons: [.noPolicyMatches(review.place)], enforcement: .block))
    }
    return ImageDecision(use: image.use, image: image.pinned, judgements: judgements)
  }

  private func ask(
    _ use: Workload.ImageUse, _ review: WorkloadReview, _ lookups: [String: Evidence.Lookup]
  ) -> ReviewQuestions.Asked {
    guard let written = use.reference else {
      do throws(ImageError) {
        _ = try ImageReference(parsing: use.image)
        return .unfit(.unreadable)
      } catch {
        return .unfit(Reason(error))
      }
    }
    // The digest that was written decides; else the one its tag was found to name.
    var pinned = written.pinned
    if pinned == nil {
      switch lookups[use.image] {
      case .digest(let digest): pinned = PinnedReference(repository: written.repository, digest: digest)
      case .failed(let reason): return .unfit(reason)
      case nil where review.requiresDigest: return .unfit(.digestMissing(written))
      case nil: break
      }
    }
    return .image(ImageQuestion(use: use, written: written, pinned: pinned, review: review))
  }
}

extension Reason {
  fileprivate static func noPolicyMatches(_ place: Place) -> Reason {
    Reason(
      code: "no-matching-policy", problem: "No policy says what may run in \(printable(place.namespace)).",
      remedy: "Add a policy for the namespace, or one for all.")
  }

  fileprivate static let unreadable = Reason(
    code: "malformed-reference", problem: "It names no image.", remedy: "Write it as registry/path@sha256:….")
}
