import Images

/// Whether the build named its base images by digest: every image among the materials of its provenance.
///
/// Source: SLSA provenance 0.2 `materials` and 1.0 `resolvedDependencies`, with package URLs as BuildKit writes them.
struct Pinned: ImageCheck {
  static let name = "pinned"
  let needs: Set<CheckNeed> = [.occurrences]

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) { try settings.onlyCheckKeys() }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.judgedBuild(refusals) { claim in
      (claim.materials ?? []).filter(\.isImage).map { "The build used \(printable($0.uri))." }
    }
  }

  private func refusals(_ claim: BuildClaim) -> [Reason] {
    let images = (claim.materials ?? []).filter(\.isImage)
    guard !images.isEmpty else {
      return [
        Reason(
          code: "base-unknown", problem: "The provenance names no image that the build started from.",
          remedy: "Record SLSA provenance with the base image among its materials.")
      ]
    }
    return images.filter { !$0.isPinned }.prefix(5).map { image in
      Reason(
        code: "base-not-pinned", problem: "The build used \(printable(image.uri)) without one digest.",
        remedy: "Write FROM repository@sha256:… in the Dockerfile.")
    }
  }
}

extension BuildClaim.Material {
  fileprivate var isImage: Bool {
    ["pkg:docker/", "pkg:oci/", "docker://", "oci://", "docker-image://"].contains(where: uri.hasPrefix)
  }

  /// Whether all digests that it gives are digests, and are one for each algorithm.
  fileprivate var isPinned: Bool {
    var found = digests.map { "\($0.key):\($0.value)" }
    for mark in ["sha256:", "sha256%3A", "sha256%3a"] {
      for range in uri.ranges(of: mark) { found.append("sha256:" + uri[range.upperBound...].prefix { $0.isHexDigit }) }
    }
    let read = found.compactMap { try? Digest(parsing: $0) }
    let algorithms = Dictionary(grouping: Set(read), by: \.algorithm)
    return !read.isEmpty && read.count == found.count && algorithms.values.allSatisfy { $0.count == 1 }
  }
}
