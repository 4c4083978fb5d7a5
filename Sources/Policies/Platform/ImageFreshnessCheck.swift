/// Whether the image is not too old.
///
/// Google goes by the time of upload, which only its registry knows; here the time counts that the image's configuration
/// says it was made.
struct ImageFreshnessCheck: PlatformCheck {
  static let field = "imageFreshnessCheck"
  let needs: Set<CheckNeed>
  private let fresh: Fresh

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["maxUploadAgeDays"])
    fresh = Fresh(imageDays: try node.required("maxUploadAgeDays").int(in: 1...36_500))
    needs = fresh.needs
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    fresh.verdict(on: image.subject(recordedIn: []), at: nowSeconds)
  }
}
