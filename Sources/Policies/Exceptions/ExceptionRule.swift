import Attestations
import Images

extension [Exception] {
  /// What is left of a judgement of a workload.
  ///
  /// One exception must cover all that speaks against the workload. Two that cover a part each excuse nothing: each was
  /// granted for something else, and what both allow together nobody has agreed to.
  func excusing(_ judgement: Judgement, in review: WorkloadReview, at nowSeconds: Int64) -> Judgement {
    guard !isEmpty, case let reasons = judgement.reasons, !reasons.isEmpty else { return judgement }
    let covering = filter { exception in exception.covers(reasons) && exception.matches(review) }
    guard let exception = covering.first(where: { !$0.isExpired(at: nowSeconds) }) else {
      return covering.first.map { judgement.adding($0.expiry) } ?? judgement
    }
    return judgement.excused(by: [exception], leaving: [])
  }

  /// What is left of a judgement of an image: each vulnerability may be excused by an exception of its own.
  func excusing(
    _ judgement: Judgement, of use: Workload.ImageUse, in review: WorkloadReview, at nowSeconds: Int64
  ) -> Judgement {
    guard !isEmpty, !judgement.reasons.isEmpty else { return judgement }
    var used: [Exception] = []
    let left = judgement.reasons.filter { reason in
      guard case .vulnerability(let id) = reason.about,
        let exception = first(where: {
          $0.allow.vulnerabilities.contains(id) && !$0.isExpired(at: nowSeconds) && $0.matches(review, image: use)
        })
      else { return true }
      if !used.contains(exception) { used.append(exception) }
      return false
    }
    return used.isEmpty ? judgement : judgement.excused(by: used, leaving: left)
  }
}

extension Exception {
  fileprivate func covers(_ reasons: [Reason]) -> Bool {
    reasons.allSatisfy { reason in
      guard case .controls(let controls) = reason.about else { return false }
      return controls.allSatisfy(allow.covers)
    }
  }

  /// - Parameter image: the one it is about; nil when it is about the workload, and then each of its images must be meant.
  fileprivate func matches(_ review: WorkloadReview, image: Workload.ImageUse? = nil) -> Bool {
    if let namespaces = match.namespaces, !namespaces.contains(review.place.namespace) { return false }
    if let users = match.users, !(review.requester.map { users.contains($0.username) } ?? false) { return false }
    if let patterns = match.images {
      let uses = image.map { [$0] } ?? review.workload.images
      let areMeant = uses.allSatisfy { use in
        use.reference.map { reference in patterns.contains { $0.matches(reference) } } ?? false
      }
      guard areMeant, !uses.isEmpty else { return false }
    }
    guard !match.labels.isEmpty else { return true }
    let labels = review.object.flatMap { PodPart(in: $0)?.metadata?.present("labels") }
    return match.labels.allSatisfy { labels?[$0.key]?.string == $0.value }
  }

  fileprivate var sentence: String {
    "The exception \(name) of \(owner) excuses it until \(rfc3339(expiresSeconds)) (\(ticket))."
  }

  fileprivate var expiry: String {
    "The exception \(name) of \(owner) would excuse it, but it expired at \(rfc3339(expiresSeconds)) (\(ticket))."
  }
}

extension Judgement {
  fileprivate var reasons: [Reason] {
    switch verdict {
    case .allowed: []
    case .denied(let denial), .wouldBeDenied(let denial, _): denial.all
    }
  }

  private var enforcement: Enforcement {
    if case .wouldBeDenied(_, let enforcement) = verdict { enforcement } else { .block }
  }

  fileprivate func adding(_ sentence: String) -> Judgement {
    Judgement(
      policy: policy, rule: rule, demanded: demanded, found: found, evidence: evidence + [sentence], reasons: reasons,
      enforcement: enforcement)
  }

  fileprivate func excused(by exceptions: [Exception], leaving reasons: [Reason]) -> Judgement {
    Judgement(
      policy: policy, rule: rule, demanded: demanded, found: found, evidence: evidence + exceptions.map(\.sentence),
      reasons: reasons, enforcement: enforcement)
  }
}
