package import Attestations
package import Images

/// What one image of a workload comes to, and all that was weighed.
package struct ImageDecision: Hashable, Sendable {
  /// Whether the image may run.
  package enum Verdict: Hashable, Sendable {
    case allowed
    case denied(Denial)
    /// It would be denied, but its rule is a dry run.
    case wouldBeDenied(Denial)
  }

  package let use: Workload.ImageUse
  /// The image that was judged; nil when none could be told.
  package let image: PinnedReference?
  /// What decided, as the policy document has it: `defaultAdmissionRule`, `admissionWhitelistPatterns[2]`.
  package let rule: String
  /// Full names of the attestors the rule asks; empty when it asks none.
  package let demanded: [String]
  /// What counted, at most one attestation an attestor.
  package let found: [VerifiedAttestation]
  package let verdict: Verdict

  package init(
    use: Workload.ImageUse, image: PinnedReference?, rule: String, demanded: [String] = [],
    found: [VerifiedAttestation] = [], verdict: Verdict
  ) {
    self.use = use
    self.image = image
    self.rule = rule
    self.demanded = demanded
    self.found = found
    self.verdict = verdict
  }
}

/// The answer to "may this workload run here?", image by image.
package struct Decision: Hashable, Sendable {
  /// In the order of the workload.
  package let images: [ImageDecision]

  package init(images: [ImageDecision]) { self.images = images }

  package var isAllowed: Bool { denied.isEmpty }

  /// The images that keep the workload out, with the reasons of each.
  package var denied: [(image: ImageDecision, denial: Denial)] {
    images.compactMap { image in
      if case .denied(let denial) = image.verdict { (image, denial) } else { nil }
    }
  }

  /// The images that would keep it out were their rule not a dry run.
  package var wouldBeDenied: [(image: ImageDecision, denial: Denial)] {
    images.compactMap { image in
      if case .wouldBeDenied(let denial) = image.verdict { (image, denial) } else { nil }
    }
  }

  /// Codes of the reasons that keep it out, each once, in order.
  package var codes: [String] {
    var seen: Set<String> = []
    return denied.flatMap { $0.denial.all.map(\.code) }.filter { seen.insert($0).inserted }
  }

  /// One line an image for people: the image and where it stands, then each reason with its remedy.
  package var problems: [String] { denied.map { Self.line($0.image, $0.denial) } }

  /// The same for what a dry run let in.
  package var warnings: [String] { wouldBeDenied.map { "dry run: " + Self.line($0.image, $0.denial) } }

  private static func line(_ image: ImageDecision, _ denial: Denial) -> String {
    let reasons = denial.all.map { "\($0.problem) \($0.remedy) [\($0.code)]" }.joined(separator: " ")
    return
      "\(printable(image.use.image)) (\(image.use.field), \(image.use.kind.rawValue) \"\(printable(image.use.name))\"): \(reasons)"
  }
}
