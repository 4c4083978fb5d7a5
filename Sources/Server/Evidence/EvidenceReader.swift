import Attestations
package import Images
package import Metadata
package import Policies

/// Finds out what a rulebook has to know of images, from what is recorded: what attestors say, and what policies need.
///
/// It asks about each image once and never again, for one run of a command or one call; the gate, which lives long, has a
/// memory of its own that ages.
package actor EvidenceReader {
  /// For all that policies need to know of one image.
  private static let deadline = Duration.seconds(30)
  /// Answers of each sort that are remembered; when there are more, all are forgotten.
  private static let limitAnswers = 5_000

  private struct Offer: Hashable {
    let image: PinnedReference
    let note: NoteName
  }

  private let attestations: RecordedAttestations
  private let reader: SubjectReader
  private var offers: [Offer: [UnverifiedAttestation]] = [:]
  private var subjects: [PinnedReference: CheckSubject] = [:]

  /// From a metadata store alone: what needs a registry or a forge stays unknown.
  ///
  /// - Parameter projects: where vulnerabilities and builds are recorded; attestations stand under their own notes.
  package init(_ metadata: any MetadataReader, projects: [ProjectName]) {
    attestations = RecordedAttestations(metadata)
    reader = SubjectReader(
      projects: projects, registries: [], images: { throw ImageError.notFound("\($0)") }, metadata: metadata)
  }

  /// Everything that `rulebook` demands for a review, beside what is known of it already.
  ///
  /// - Parameter nowSeconds: seconds since 1970 UTC.
  /// - Throws: what the store throws, and `NoAnswer`: a decision on half of the evidence would be worth nothing.
  package func evidence(
    for review: WorkloadReview, under rulebook: Rulebook, knowing known: Evidence = Evidence(), at nowSeconds: Int64
  ) async throws -> Evidence {
    var evidence = known
    for (image, demand) in rulebook.demands(of: review, lookups: known.lookups) {
      for name in demand.attestors {
        guard let attestor = rulebook.attestors[name] else { continue }
        let offered = try await offered(Offer(image: image, note: attestor.note))
        evidence.answers[image, default: [:]][name] = .verdict(attestor.verdict(on: offered, for: image, at: nowSeconds))
      }
      guard !demand.needs.isEmpty else { continue }
      let subject = await subject(image, needs: demand.needs)
      if case .missing(let reason, .answer) = subject.occurrences { throw NoAnswer(reason: reason) }
      evidence.subjects[image] = subject
    }
    return evidence
  }

  /// What is recorded of one image; that there was no answer is told in it.
  ///
  /// - Parameter end: earlier than the deadline that every image has; nil for that.
  package func subject(
    _ image: PinnedReference, needs: Set<CheckNeed>, by end: ContinuousClock.Instant? = nil
  ) async -> CheckSubject {
    guard needs.contains(.occurrences) else { return CheckSubject(image) }
    if let known = subjects[image] { return known }
    let own = ContinuousClock.now + Self.deadline
    let subject = await reader.subject(image, needs: [.occurrences], by: min(end ?? own, own))
    if case .missing(_, .answer) = subject.occurrences { return subject }
    if subjects.count >= Self.limitAnswers { subjects = [:] }
    subjects[image] = subject
    return subject
  }

  private func offered(_ offer: Offer) async throws -> [UnverifiedAttestation] {
    if let known = offers[offer] { return known }
    let found = try await attestations.attestations(
      about: offer.image, under: offer.note, atMost: Attestor.Limits.attestations)
    if offers.count >= Self.limitAnswers { offers = [:] }
    offers[offer] = found
    return found
  }
}

/// That somebody who was asked about an image did not answer.
package struct NoAnswer: Problem {
  let reason: Reason

  package var code: String { reason.code }
  package var problem: String { reason.problem }
  package var remedy: String { reason.remedy }
}
