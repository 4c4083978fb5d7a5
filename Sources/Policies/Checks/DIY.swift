import Images

/// Whether the image comes from our own repositories, and is really there.
///
/// Source: Voucher, `diy`; its `valid_repos` are prefixes of text, ours are patterns of whole segments.
struct DIY: ImageCheck {
  static let name = "diy"
  let needs: Set<CheckNeed> = [.contents]
  private let repositories: [NamePattern]

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("repositories")
    var patterns: [NamePattern] = []
    for (_, node) in try settings.required("repositories").filledList() { patterns.append(try NamePattern(node)) }
    repositories = patterns
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    let image = ImageReference(repository: subject.image.repository, digest: subject.image.digest)
    guard let pattern = repositories.first(where: { $0.matches(image) }) else {
      return .failed(
        Denial(
          Reason(
            code: "foreign-repository", problem: "\(subject.image.repository) is none of our repositories.",
            remedy: "Push the image to one of: \(repositories.map(\.description).joined(separator: ", ")).")))
    }
    return subject.variants.judged { variants in
      .passed(evidence: ["\(subject.image) is in \(pattern), for \(variants.map(\.platform).joined(separator: ", "))."])
    }
  }
}
