package import Attestations
package import Images

/// What one image of a workload comes to, and all that was weighed.
package struct ImageDecision: Hashable, Sendable {
  package let use: Workload.ImageUse
  /// The image that was judged; nil when none could be told.
  package let image: PinnedReference?
  /// One of each policy that has a say about it, in the order of the rulebook. Never none: an image that nobody has a
  /// say about is denied for that.
  package let judgements: [Judgement]

  package init(use: Workload.ImageUse, image: PinnedReference?, judgements: [Judgement]) {
    self.use = use
    self.image = image
    self.judgements = judgements
  }

  /// What counted for it, of all policies.
  package var found: [VerifiedAttestation] { judgements.flatMap(\.found) }
}

/// The answer to "may this workload run here?", image by image and for the workload as a whole.
package struct Decision: Hashable, Sendable {
  /// In the order of the workload.
  package let images: [ImageDecision]
  /// What was judged of the workload itself; empty where no policy looks at it.
  package let workload: [Judgement]

  package init(images: [ImageDecision], workload: [Judgement] = []) {
    self.images = images
    self.workload = workload
  }

  package var isAllowed: Bool {
    images.allSatisfy { $0.judgements.allSatisfy { $0.denial == nil } } && workload.allSatisfy { $0.denial == nil }
  }

  /// All that was judged, the images first.
  package var judgements: [Judgement] { images.flatMap(\.judgements) + workload }

  /// Codes of the reasons that keep it out, each once, in order.
  package var codes: [String] {
    var seen: Set<String> = []
    return judgements.flatMap { $0.denial?.all.map(\.code) ?? [] }.filter { seen.insert($0).inserted }
  }

  /// The modes in which something was let in only because what judged it does not block: none, or some of `dry-run`,
  /// `warn` and `audit`, each once.
  package var mildModes: [String] {
    var modes: Set<Enforcement> = []
    func add(_ judgement: Judgement) {
      if case .wouldBeDenied(_, let enforcement) = judgement.verdict { modes.insert(enforcement) }
    }
    for image in images { image.judgements.forEach(add) }
    workload.forEach(add)
    return modes.isEmpty ? [] : Enforcement.allCases.filter(modes.contains).map(\.mode)
  }

  /// One line an image for people: the image and where it stands, then each reason with its remedy. After them one line a
  /// judgement of the workload.
  package var problems: [String] {
    images.compactMap { image in
      var seen: Set<Reason> = []
      let reasons = image.judgements.flatMap { $0.denial?.all ?? [] }.filter { seen.insert($0).inserted }
      return Denial(reasons).map { "\(image.name): \($0.sentences)" }
    } + workload.compactMap { judgement in judgement.denial.map { "\(judgement.policy): \($0.sentences)" } }
  }

  /// The same for what was let in and is told of.
  package var warnings: [String] {
    images.flatMap { image in image.judgements.flatMap(\.warnings).map { image.line($0) } } + workload.flatMap(\.warnings)
  }
}

extension ImageDecision {
  /// The image and where it stands.
  package var name: String {
    "\(printable(use.image)) (\(use.field), \(use.kind.rawValue) \"\(printable(use.name))\")"
  }

  /// A warning with the image in it, behind the words that say what kind of warning it is.
  fileprivate func line(_ warning: String) -> String {
    let dryRun = "dry run: "
    return warning.hasPrefix(dryRun) ? "\(dryRun)\(name): \(warning.dropFirst(dryRun.count))" : "\(name): \(warning)"
  }
}
