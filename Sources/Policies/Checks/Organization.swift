import Images

/// Whether a trusted builder says that the image was built from a repository of an organisation: `is_shop` for `organization: github.com/shop`.
///
/// Source: Voucher, `is_` checks.
struct Organization: ImageCheck {
  static let name = "is_"
  let needs: Set<CheckNeed> = [.occurrences]
  private let place: SourcePattern
  private let builders: Set<String>

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("organization", "builders")
    let node = try settings.required("organization")
    let text = try node.string()
    guard let place = SourceRepository(text), text.firstRange(of: "://") == nil else {
      throw node.error("\"\(printable(text))\" is no organisation", remedy: "Write host/organisation: github.com/shop.")
    }
    self.place = SourcePattern(below: place)
    builders = try settings.required("builders").builders()
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.judgedBuild {
      $0.lacksBuilder(of: builders) + $0.lacksSource(of: [place])
    } evidence: {
      $0.evidence
    }
  }
}
