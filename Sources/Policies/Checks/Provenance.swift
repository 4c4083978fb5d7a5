/// Whether a trusted builder built the image from a trusted source, all by one record.
///
/// Source: Voucher, `provenance`; Binary Authorization SlsaCheck; SLSA provenance 0.2 and 1.0.
struct Provenance: ImageCheck {
  static let name = "provenance"
  let needs: Set<CheckNeed> = [.occurrences]
  private let builders: Set<String>
  private let sources: [SourcePattern]

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("builders", "sources")
    builders = try settings.required("builders").builders()
    sources = try settings.required("sources").sourcePatterns()
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.judgedBuild {
      $0.lacksBuilder(of: builders) + $0.lacksSource(of: sources)
    } evidence: {
      $0.evidence
    }
  }
}
