import Attestations
package import Images
import Policies
import Synchronization

/// Looks at a manifest in a registry once. The door adapts a registry client to it.
package protocol ManifestInspector: Sendable {
  /// Fetches the manifest of `image` by its digest, or else by its tag, and checks it.
  ///
  /// - Returns: the digest of the bytes that came.
  /// - Throws: `ImageError.ambiguousManifest` and the like for what cannot be trusted, anything else when there is no
  ///   answer. Heeds cancellation.
  func digest(of image: ImageReference) async throws -> Digest
}

/// Finds out what a review needs to know, from memory where it can.
struct Inquiry: Sendable {
  /// How many servers are asked at once for one review.
  static let width = 16

  let settings: GateSettings
  let cache: EvidenceCache
  let images: ImageInquiry
  let shared: SharedFetch<ImageQuest, ImageFinding>
  let inspector: (any ManifestInspector)?
  let inspected: InspectedManifests

  /// What memory says, and what it does not.
  struct Known: Sendable {
    var answers: [PinnedReference: AttestorAnswers] = [:]
    var subjects: [PinnedReference: CheckSubject] = [:]
    /// What has to be found out.
    var quests: [ImageQuest] = []
  }

  /// What `demands` asks for, as far as it is fresh in memory.
  func known(_ demands: [PinnedReference: ImageDemand], under rulebook: Digest, at time: EvidenceTime) -> Known {
    var known = Known()
    for (image, demand) in demands {
      let (answers, missing) = cache.freshAnswers(of: demand.attestors, on: image, under: rulebook, at: time)
      if !answers.isEmpty { known.answers[image] = answers }
      let needs = demand.needs.isEmpty ? [] : images.readable(demand.needs)
      var isKnown = needs.isEmpty
      if !needs.isEmpty, case .fresh(let subject) = cache.subject(image, needs: needs, at: time) {
        known.subjects[image] = subject
        isKnown = true
      }
      guard !missing.isEmpty || !isKnown else { continue }
      known.quests.append(
        ImageQuest(image: image, rulebook: rulebook, attestors: missing.sorted(), needs: isKnown ? [] : needs))
    }
    return known
  }

  /// Finds out what memory does not say, all at once.
  func complete(
    _ known: Known, _ attestors: Attestors, at time: EvidenceTime, by deadline: ContinuousClock.Instant
  ) async -> Known {
    let found = try? await mapAtOnce(known.quests, width: Self.width) { quest in
      await finding(quest, attestors, at: time, by: deadline)
    }
    var known = known
    for (quest, finding) in zip(known.quests, found ?? []) {
      for (name, answer) in finding.answers { known.answers[quest.image, default: [:]][name] = answer }
      if let subject = finding.subject { known.subjects[quest.image] = subject }
    }
    known.quests = []
    return known
  }

  /// Found out once for all who ask at the same time.
  private func finding(
    _ quest: ImageQuest, _ attestors: Attestors, at time: EvidenceTime, by deadline: ContinuousClock.Instant
  ) async -> ImageFinding {
    let images = images
    // A little earlier than whoever asks first gives up, so that they hear what there is besides.
    let end = ContinuousClock.now + settings.deadline * 3 / 4
    let found = await shared.value(for: quest, by: deadline) {
      await images.finding(quest, attestors, at: time, by: end)
    } then: { finding in
      await images.keep(finding)
    }
    return found ?? images.gaveUp(quest)
  }

  /// What the tags of images without a digest name, each looked up once.
  func lookups(_ images: [String], by deadline: ContinuousClock.Instant) async -> [String: Evidence.Lookup] {
    let tagged = Set(images).compactMap { text in
      (try? ImageReference(parsing: text)).flatMap { $0.digest == nil ? (text: text, image: $0) : nil }
    }
    let found = try? await mapAtOnce(tagged, width: Self.width) { entry -> (String, Evidence.Lookup) in
      switch await inspect(entry.image, by: deadline) {
      case .success(let digest): (entry.text, .digest(digest))
      case .failure(let refusal): (entry.text, .failed(refusal.reason))
      }
    }
    return Dictionary(found ?? []) { first, _ in first }
  }

  /// Those of `images` whose manifest cannot be trusted, or could not be looked at.
  func unfit(_ images: [PinnedReference], by deadline: ContinuousClock.Instant) async -> [PinnedReference: Reason] {
    let unknown = Set(images).filter { !inspected.isFit($0) }
    let found = try? await mapAtOnce(Array(unknown), width: Self.width) { image -> (PinnedReference, Reason)? in
      if let reason = inspected.fault(of: image) { return (image, reason) }
      let result = await inspect(ImageReference(repository: image.repository, digest: image.digest), by: deadline)
      switch result {
      case .success(image.digest):
        inspected.remember(image, nil)
        return nil
      case .success(let other):
        return (image, Reason(ImageError.digestMismatch(wanted: image.digest, got: other, origin: image.repository.host)))
      case .failure(let refusal):
        if refusal.isLasting { inspected.remember(image, refusal.reason) }
        return (image, refusal.reason)
      }
    }
    return Dictionary((found ?? []).compactMap { $0 }) { first, _ in first }
  }

  private struct Refusal: Error {
    let reason: Reason
    /// Whether the same digest will always be refused.
    let isLasting: Bool
  }

  private func inspect(
    _ image: ImageReference, by deadline: ContinuousClock.Instant
  ) async -> Result<Digest, Refusal> {
    guard let inspector, settings.registries.contains(image.repository.host) else {
      return .failure(
        Refusal(
          reason: Reason(
            code: "registry-not-allowed",
            problem: "The registry \(image.repository.host) is not one that the gate may ask.",
            remedy: "Use an image of an allowed registry, with its digest, or have the registry added to the gate's registries."),
          isLasting: false))
    }
    do {
      return .success(try await within(deadline) { try await inspector.digest(of: image) })
    } catch let error as ImageError {
      let isLasting =
        switch error {
        case .ambiguousManifest, .malformedDocument, .unsupported: true
        default: false
        }
      return .failure(Refusal(reason: Reason(error), isLasting: isLasting && image.digest != nil))
    } catch {
      return .failure(
        Refusal(
          reason: Reason(
            code: "registry-unavailable",
            problem: "\(image.repository.host) did not say what \(image) is: \(cause(error)).",
            remedy: "Deploy the image by digest, or try again once the registry answers."),
          isLasting: false))
    }
  }
}

/// What the manifests of digests came to; true for as long as digests are, so nothing here ages.
final class InspectedManifests: Sendable {
  private static let limit = 100_000
  private let seen = Mutex<[PinnedReference: Reason?]>([:])

  func isFit(_ image: PinnedReference) -> Bool {
    seen.withLock { if case .some(.none) = $0[image] { true } else { false } }
  }

  func fault(of image: PinnedReference) -> Reason? { seen.withLock { $0[image] ?? nil } }

  func remember(_ image: PinnedReference, _ fault: Reason?) {
    seen.withLock {
      if $0.count >= Self.limit { $0 = [:] }
      $0[image] = .some(fault)
    }
  }
}

/// What to tell of an error from outside: our own say it best, others only that they are.
func cause(_ error: any Error) -> String {
  if let problem = error as? any Problem {
    return problem.problem.hasSuffix(".") ? String(problem.problem.dropLast()) : problem.problem
  }
  return error is DeadlineExceeded ? "there was no answer in time" : "the server could not be asked"
}
