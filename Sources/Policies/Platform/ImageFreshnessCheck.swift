import Images

/// Whether the image is not too old.
///
/// Google goes by the time of upload, which only its registry knows; here the time counts that the image's configuration
/// says it was made.
struct ImageFreshnessCheck: PlatformCheck {
  static let field = "imageFreshnessCheck"
  let needs: Set<CheckNeed>
  private let days: Int

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["maxUploadAgeDays"])
    days = try node.required("maxUploadAgeDays").int(in: 1...36_500)
    needs = Fresh(imageDays: days).needs
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    Fresh(imageDays: days).verdict(on: image.subject(recordedIn: []), at: nowSeconds)
  }

  /// By the builds that name this very image as what was built; of several the one that ended first counts.
  func recordedVerdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    image.subject(recordedIn: []).occurrences.judged { occurrences in
      let builds = BuildClaim.all(in: occurrences).filter { $0.subjects.contains(image.pinned.digest) }
      let ended = builds.compactMap { build in build.endedSeconds.map { (seconds: $0, occurrence: build.occurrence) } }
      guard let first = ended.min(by: { $0.seconds < $1.seconds }) else { return .failed(Denial(.ageNotRecorded)) }
      let age = Fresh.Age(what: "By \(printable(first.occurrence)) the image", madeAtSeconds: first.seconds)
      return CheckVerdict([age.refusal(overDays: days, at: nowSeconds)].compactMap(\.self), evidence: [age.sentence])
    }
  }
}

extension Reason {
  fileprivate static let ageNotRecorded = Reason(
    code: "age-unknown", problem: "No record says when the image was made, and its configuration is not read here.",
    remedy: "Build it with `pratique pipeline run`, which records the build and when it ended, or record its provenance as a "
      + "BUILD occurrence with the end of the build; the gate reads the configuration.")
}
