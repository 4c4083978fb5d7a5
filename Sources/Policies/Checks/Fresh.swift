import Attestations
import Images

/// Whether image and base image were made not too long ago, by what their configurations say.
///
/// Source: Binary Authorization ImageFreshnessCheck, which goes by the time of upload; OCI image-spec config.md, `created`.
struct Fresh: ImageCheck {
  static let name = "fresh"
  let needs: Set<CheckNeed>
  private let imageDays: Int?
  private let baseDays: Int?

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("imageDays", "baseDays")
    imageDays = try settings["imageDays"]?.int(in: 1...36_500)
    baseDays = try settings["baseDays"]?.int(in: 1...36_500)
    guard imageDays != nil || baseDays != nil else {
      throw settings.error("no age is limited", remedy: "Write imageDays, baseDays or both.")
    }
    needs = baseDays == nil ? [.contents] : imageDays == nil ? [.occurrences, .base] : [.contents, .occurrences, .base]
  }

  /// Limits the age of the image alone.
  init(imageDays: Int) { (self.imageDays, baseDays, needs) = (imageDays, nil, [.contents]) }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    var verdicts: [CheckVerdict] = []
    if let imageDays {
      verdicts.append(
        subject.variants.judged { variants in
          CheckVerdict(
            variants.compactMap { refusal($0, "The image for \($0.platform)", imageDays, nowSeconds) },
            evidence: variants.map { "The image for \($0.platform) was made \(printable($0.configuration.created ?? ""))." })
        })
    }
    if let baseDays {
      verdicts.append(
        subject.base.judged { base in
          CheckVerdict(
            [refusal(base, "The base image \(base.reference)", baseDays, nowSeconds)].compactMap(\.self),
            evidence: ["The base image \(base.reference) was made \(printable(base.configuration.created ?? ""))."])
        })
    }
    return verdicts.first { if case .failed = $0 { true } else { false } } ?? verdicts.first { !$0.isPassed }
      ?? .passed(
        evidence: verdicts.flatMap { verdict -> [String] in
          if case .passed(let evidence) = verdict { evidence } else { [] }
        })
  }

  private func refusal(_ variant: ImageVariant, _ what: String, _ days: Int, _ nowSeconds: Int64) -> Reason? {
    guard let written = variant.configuration.created, let created = secondsSince1970(rfc3339: written) else {
      return Reason(
        code: "age-unknown", problem: "\(what) does not say when it was made.",
        remedy: "Build it with a tool that writes the time into the configuration.")
    }
    return Age(what: what, madeAtSeconds: created, written: printable(written)).refusal(overDays: days, at: nowSeconds)
  }

  /// When something was made.
  struct Age {
    private let what: String
    private let madeAtSeconds: Int64
    private let written: String

    /// - Parameter written: as people read the time; RFC 3339 where nil.
    init(what: String, madeAtSeconds: Int64, written: String? = nil) {
      (self.what, self.madeAtSeconds) = (what, madeAtSeconds)
      self.written = written ?? rfc3339(madeAtSeconds)
    }

    var sentence: String { "\(what) was made \(written)." }

    /// Why it is too old, or cannot be of that age; nil when it is neither.
    func refusal(overDays days: Int, at nowSeconds: Int64) -> Reason? {
      let remedy = "Rebuild the image on a current base, and push it again."
      let age = nowSeconds.subtractingReportingOverflow(madeAtSeconds)
      guard !age.overflow, age.partialValue >= -300 else {
        return Reason(
          code: "made-in-the-future", problem: "\(what) was made \(written), which is yet to come.", remedy: remedy)
      }
      guard age.partialValue > Int64(days) * 86_400 else { return nil }
      return Reason(code: "too-old", problem: "\(what) was made \(written), more than \(days) days ago.", remedy: remedy)
    }
  }
}
