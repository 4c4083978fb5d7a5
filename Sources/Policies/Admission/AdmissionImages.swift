import Attestations
import Images
import Metadata
import Schemas

/// What expressions see of the images of a workload, and of what was found out about them.
struct AdmissionImages {
  /// Fields of `evidence` that rest on what is recorded of an image.
  static let recorded: Set<String> = ["vulnerabilities", "scanned", "builders"]

  let evidence: Evidence
  /// Full names of those that may be in `attestedBy`.
  let attestors: [String]
  /// Seconds since 1970 UTC.
  let nowSeconds: Int64

  /// One map an image, in the order of the workload.
  func value(of review: WorkloadReview) -> ExpressionValue {
    .list(
      review.workload.images.map { use in
        let pinned = pinned(use)
        return .object([
          "image": .string(use.image), "digest": .string(pinned.map { "\($0.digest)" } ?? ""),
          "repository": use.reference.map { .string("\($0.repository)") } ?? .unknown("the image has no readable name"),
          "registry": use.reference.map { .string($0.repository.host) } ?? .unknown("the image has no readable name"),
          "field": .string(use.field), "kind": .string(use.kind.rawValue), "name": .string(use.name),
          "evidence": pinned.map(facts) ?? .unknown("nothing is known of an image without a digest"),
        ])
      })
  }

  /// The digest that was written, or else the one that its tag was found to name.
  func pinned(_ use: Workload.ImageUse) -> PinnedReference? {
    guard let reference = use.reference else { return nil }
    if let pinned = reference.pinned { return pinned }
    guard case .digest(let digest)? = evidence.lookups[use.image] else { return nil }
    return PinnedReference(repository: reference.repository, digest: digest)
  }

  private func facts(_ image: PinnedReference) -> ExpressionValue {
    if let reason = evidence.unfit[image] { return .unknown(reason.problem) }
    let subject = evidence.subjects[image] ?? CheckSubject(image)
    let occurrences: [Occurrence]
    switch subject.occurrences {
    case .found(let all): occurrences = all
    case .refused(let reason), .missing(let reason, _):
      let unknown = ExpressionValue.unknown(reason.problem)
      return .object([
        "attestedBy": attestedBy(image), "scanned": unknown, "vulnerabilities": unknown, "builders": unknown,
      ])
    }
    let flaw = subject.unfinishedScan(occurrences, ageLimitDays: nil, at: nowSeconds)
    return .object([
      "attestedBy": attestedBy(image), "scanned": .bool(flaw == nil),
      "vulnerabilities": flaw.map { .unknown($0.problem) } ?? vulnerabilities(occurrences),
      "builders": .strings(Set(BuildClaim.all(in: occurrences).flatMap(\.builders)).sorted()),
    ])
  }

  /// Without an answer nobody can say that somebody has not vouched.
  private func attestedBy(_ image: PinnedReference) -> ExpressionValue {
    for name in attestors {
      if case .unavailable(let why)? = evidence.answers[image]?[name] {
        return .unknown("the attestations by \(name) could not be read: \(why)")
      }
    }
    return .strings(attestors.filter { evidence.weigh($0, on: image).found != nil })
  }

  private func vulnerabilities(_ occurrences: [Occurrence]) -> ExpressionValue {
    .list(
      occurrences.compactMap(FoundVulnerability.init).map { found in
        .object([
          "id": .string(found.id), "severity": .string(found.severity.word), "fixable": .bool(found.isFixable),
        ])
      })
  }
}
