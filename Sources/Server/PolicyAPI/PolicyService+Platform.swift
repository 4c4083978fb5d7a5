import Attestations
import Images
import Metadata
import Policies

/// Platform policies of Kubernetes, as JSON.
///
/// Source: binaryauthorization.v1 (REST), projects.platforms.policies and projects.platforms.gke.policies.evaluate.
extension PolicyService {
  /// Needs `platformPolicies.create` on the project.
  func createPlatformPolicy(_ root: JSONNode, as name: ManagedName, by caller: Caller) async throws -> String {
    try await metadata.require(.createPlatformPolicies, on: .project(name.project), caller)
    let text = try PlatformPolicyText(root, named: name)
    return PlatformPolicyText.answer(try await store.put(text.bytes, as: name, over: .nothing))
  }

  /// Needs `platformPolicies.get`.
  func getPlatformPolicy(_ name: ManagedName, by caller: Caller) async throws -> String {
    try await metadata.require(.getPlatformPolicies, on: .managed(name), caller)
    return PlatformPolicyText.answer(try await store.managed(name))
  }

  /// Needs `platformPolicies.list` on the project.
  func listPlatformPolicies(
    in project: ProjectName, pageSize: Int32, pageToken: String, by caller: Caller
  ) async throws -> (policies: [String], nextPageToken: String) {
    try await metadata.require(.listPlatformPolicies, on: .project(project), caller)
    let collection = "\(project)/platforms/gke/policies"
    let page = try await store.managed(in: collection, page: metadata.pageRequest(pageSize, pageToken, of: [collection]))
    return (page.items.map(PlatformPolicyText.answer), metadata.nextToken(page, of: [collection]))
  }

  /// Needs `platformPolicies.replace`. Replaces the whole policy, which must be there.
  func replacePlatformPolicy(_ root: JSONNode, as name: ManagedName, by caller: Caller) async throws -> String {
    try await metadata.require(.replacePlatformPolicies, on: .managed(name), caller)
    let text = try PlatformPolicyText(root, named: name)
    return PlatformPolicyText.answer(try await metadata.put(text.bytes, as: name, etag: text.etag))
  }

  /// Needs `platformPolicies.delete`.
  ///
  /// - Parameter etag: of the policy that is meant; empty for whatever is there.
  func deletePlatformPolicy(_ name: ManagedName, etag: String, by caller: Caller) async throws {
    try await metadata.require(.deletePlatformPolicies, on: .managed(name), caller)
    try await store.remove(name, etag: etag.isEmpty ? nil : etag)
  }

  /// Needs `platformPolicies.evaluatePolicy`, and the rights to see what the answer tells of: `occurrences.list` in every
  /// project that the policy looks in, `notes.listOccurrences` on the note of each attestor that a check asks. Judges the pod
  /// of a Kubernetes object by what is recorded, with the gate's own code; no registry is asked.
  func evaluate(_ root: JSONNode, by name: ManagedName, caller: Caller) async throws -> PlatformEvaluation {
    try await metadata.require(.evaluatePlatformPolicies, on: .managed(name), caller)
    let text = try PlatformPolicyText(await store.managed(name))
    for project in text.policy.projects.sorted(by: { $0.id < $1.id }) {
      try await metadata.require(.listOccurrences, on: .project(project), caller)
    }
    let review = try Self.review(root)
    let questions = review.workload.images.map { use in
      use.reference.map { ImageQuestion(use: use, written: $0, pinned: $0.pinned, review: review) }
    }
    let evidence = try await recorded(of: questions.compactMap(\.self), for: text, caller)
    let seconds = now()
    return PlatformEvaluation(
      review,
      images: zip(review.workload.images, questions).map { use, question in
        let result = question.flatMap { text.policy.result(of: $0, evidence: evidence, byRecords: true, at: seconds) }
        return PlatformEvaluation.ImageResult(use, result)
      })
  }

  /// What is recorded of the images, as far as the policy asks. That the store did not answer is told in it.
  private func recorded(
    of questions: [ImageQuestion], for text: PlatformPolicyText, _ caller: Caller
  ) async throws -> Evidence {
    let facts = EvidenceReader(store, projects: text.policy.projects.sorted { $0.id < $1.id })
    let deadline = ContinuousClock.now + Self.deadline
    var evidence = Evidence()
    for question in questions {
      guard let image = question.pinned, evidence.subjects[image] == nil else { continue }
      let demand = text.policy.demand(of: question)
      if !demand.needs.isEmpty { evidence.subjects[image] = await facts.subject(image, needs: [.occurrences], by: deadline) }
      for attestor in demand.attestors.compactMap({ text.attestors[$0] }) {
        try await metadata.require(.listNoteOccurrences, on: .note(attestor.note), caller)
        evidence.answers[image, default: [:]][attestor.name] = await answer(of: attestor, on: image, by: deadline)
      }
    }
    return evidence
  }

  private func answer(
    of attestor: Attestor, on image: PinnedReference, by deadline: ContinuousClock.Instant
  ) async -> Evidence.Answer {
    do {
      return .verdict(
        try await within(deadline) { try await RecordedAttestations(store).verdict(of: attestor, on: image, at: now()) })
    } catch {
      return .unavailable(noAnswer(error).problem)
    }
  }

  /// For all that is asked of the store.
  private static let deadline = Duration.seconds(30)
  private static let limitImages = 100

  private static func review(_ root: JSONNode) throws -> WorkloadReview {
    func refused(_ reason: String) -> MetadataError { .invalid(what: "resource", reasons: [reason]) }
    if let stray = root.members.first(where: { $0.key != "resource" && $0.key != "name" }) {
      throw refused("the field \"\(printable(stray.key))\" is unknown")
    }
    guard let object = root["resource"] else { throw refused("it is missing; send a Pod or an object with a pod template") }
    let workload: Workload
    do throws(WorkloadError) {
      workload = try Workload(object)
    } catch {
      throw refused("\(error.problem) \(error.remedy)")
    }
    guard (1...limitImages).contains(workload.images.count) else {
      throw refused("it runs \(workload.images.count) images; 1 to \(limitImages) are judged at once")
    }
    return WorkloadReview(workload, in: Place(namespace: workload.namespace ?? "default"), object: object)
  }
}
