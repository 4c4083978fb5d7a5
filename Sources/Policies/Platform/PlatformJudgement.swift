import Attestations
import Images

/// What a platform policy makes of one image, check by check.
///
/// Source: binaryauthorization.v1 (REST), ImageResult, CheckSetResult, CheckResult; ContinuousValidationEvent.
package struct PlatformResult: Sendable {
  /// One check of the set that was evaluated.
  package struct Check: Sendable {
    /// Of the check in its set.
    package let index: Int
    package let displayName: String
    /// The field that it is in the document.
    package let field: String
    /// Nil where the image is exempt from it.
    package let verdict: CheckVerdict?
    /// The pattern that exempts the image from it.
    package let exemptBy: String?

    /// In sentences, for people.
    package var explanation: String {
      switch verdict {
      case .passed(let evidence): evidence.joined(separator: " ")
      case .failed, .undecided: (verdict?.reasons ?? []).map { "\($0.problem) \($0.remedy)" }.joined(separator: " ")
      case nil: "The image is exempt: it matches \(exemptBy ?? "")."
      }
    }
  }

  /// Of the check set in the policy.
  package let setIndex: Int
  package let setName: String
  /// `unscoped`, `kubernetesNamespace shop`, `kubernetesServiceAccount shop:web`.
  package let scope: String
  /// The pattern that lets the image through before any check; nil when none does.
  package let exemptBy: String?
  /// Whether that pattern is the policy's, and not the check set's.
  package let isExemptFromPolicy: Bool
  /// Each check of the set; empty when the image is exempt.
  package let checks: [Check]
}

extension PlatformPolicy {
  /// What the check set of the place makes of an image; nil when none covers it.
  ///
  /// - Parameters:
  ///   - byRecords: whether no registry was asked, and what is recorded alone counts.
  ///   - nowSeconds: seconds since 1970 UTC.
  package func result(
    of image: ImageQuestion, evidence: Evidence, byRecords: Bool = false, at nowSeconds: Int64
  ) -> PlatformResult? {
    guard let (index, set) = checkSet(for: image.use, in: image.review.place) else { return nil }
    let own = allowlist.matching(image.written)
    let exempt = own ?? set.allowlist.matching(image.written)
    let checks = exempt == nil ? set.checks : []
    return PlatformResult(
      setIndex: index, setName: set.displayName, scope: set.scope.description, exemptBy: exempt,
      isExemptFromPolicy: own != nil,
      checks: checks.enumerated().map { number, entry in
        let pattern = entry.allowlist.matching(image.written)
        return PlatformResult.Check(
          index: number, displayName: entry.displayName, field: entry.field,
          verdict: pattern == nil ? Self.verdict(of: entry.check, on: image, evidence, byRecords, nowSeconds) : nil,
          exemptBy: pattern)
      })
  }

  private static func verdict(
    of check: any PlatformCheck, on image: ImageQuestion, _ evidence: Evidence, _ byRecords: Bool, _ nowSeconds: Int64
  ) -> CheckVerdict {
    guard let pinned = image.pinned ?? (check.needsDigest ? nil : image.written.standIn) else {
      return .failed(Denial(.digestMissing(image.written)))
    }
    let known = PlatformImage(written: image.written, pinned: pinned, evidence: evidence)
    return byRecords ? check.recordedVerdict(on: known, at: nowSeconds) : check.verdict(on: known, at: nowSeconds)
  }
}

extension ImageReference {
  /// For checks that look at the name alone.
  fileprivate var standIn: PinnedReference { PinnedReference(repository: repository, digest: Digest(sha256Of: [])) }
}

extension PlatformPolicy: ImagePolicy {
  /// Its check sets choose the place themselves.
  package var scope: PolicyScope { .everywhere }

  /// The check set of the place.
  package func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    checkSet(for: use, in: review.place).map { AppliedRule(name: "checkSets[\($0.index)]", enforcement: enforcement) }
  }

  /// What the checks that the image is not exempt from have to know.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    guard let (_, set) = checkSet(for: image.use, in: image.review.place), allowlist.matching(image.written) == nil,
      set.allowlist.matching(image.written) == nil
    else { return ImageDemand() }
    var demand = ImageDemand()
    for entry in set.checks where entry.allowlist.matching(image.written) == nil {
      demand.add(ImageDemand(attestors: entry.check.attestors, needs: entry.check.needs))
    }
    return demand
  }

  /// Allowed when every check passes that the image is not exempt from.
  package func judgement(
    of image: ImageQuestion, under applied: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    let demanded = demand(of: image).attestors
    let found = image.pinned.map { pinned in demanded.compactMap { evidence.weigh($0, on: pinned).found } } ?? []
    let result = result(of: image, evidence: evidence, at: nowSeconds)
    var sentences: [String] = []
    var reasons: [Reason] = []
    if let pattern = result?.exemptBy { sentences.append("It matches \(pattern) of an image allowlist.") }
    for check in result?.checks ?? [] {
      let place = "\(applied.name).checks[\(check.index)] (\(check.title))"
      let against = check.verdict?.reasons ?? []
      if against.isEmpty { sentences.append("\(place): \(check.explanation)") }
      reasons += against.map {
        Reason(code: $0.code, problem: "\(place): \($0.problem)", remedy: $0.remedy, about: $0.about)
      }
    }
    return Judgement(
      policy: name, rule: applied.name, demanded: demanded, found: found, evidence: sentences, reasons: reasons,
      enforcement: applied.enforcement)
  }
}

extension PlatformResult.Check {
  /// The field, and what its author calls it.
  fileprivate var title: String { displayName.isEmpty ? field : "\(field) \"\(printable(displayName))\"" }
}
