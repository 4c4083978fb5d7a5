package import Attestations
import FoundationEssentials
import Images
package import Logging
package import Policies

/// The gate: answers the API server whether an object may be made, and says why when it may not.
///
/// Whatever goes wrong, the answer is a denial that says so. A warm answer asks nothing but memory.
package struct Gate: Sendable {
  /// What the gate is handed from outside.
  package struct Surroundings: Sendable {
    /// The rules of the moment; nil when there are none, and then everything is denied.
    package var rulebook: @Sendable () -> Rulebook?
    package var attestations: any AttestationSource
    /// Nil where neither tags nor manifests are looked up.
    package var inspector: (any ManifestInspector)?
    /// Nil where nobody may break glass.
    package var breakGlassLog: (any BreakGlassLog)?
    /// Nil where decisions are not put on record.
    package var decisions: DecisionRecorder?
    /// Seconds since 1970 UTC.
    package var now: @Sendable () -> Int64
    package var logger: Logger
    /// Takes one line of JSON for each answer; nil where they are not logged.
    package var lines: (@Sendable ([UInt8]) -> Void)?
    /// The store behind `attestations`, where its changes are followed and its answers kept; nil where they are not.
    package var records: RecordedEvidence?
    /// Seconds since 1970 UTC by a clock that never jumps while the gate runs, for the age of evidence.
    package var steadyNow: @Sendable () -> Int64
    /// Labels of a namespace, as far as they are known.
    package var namespaceLabels: @Sendable (String) -> [String: String]? = { _ in nil }

    package init(
      rulebook: @escaping @Sendable () -> Rulebook?, attestations: any AttestationSource,
      inspector: (any ManifestInspector)? = nil, breakGlassLog: (any BreakGlassLog)? = nil,
      decisions: DecisionRecorder? = nil, now: @escaping @Sendable () -> Int64, logger: Logger,
      lines: (@Sendable ([UInt8]) -> Void)? = nil
    ) {
      self.rulebook = rulebook
      self.attestations = attestations
      self.inspector = inspector
      self.breakGlassLog = breakGlassLog
      self.decisions = decisions
      self.now = now
      self.logger = logger
      self.lines = lines
      steadyNow = now
    }
  }

  package let settings: GateSettings
  package let metrics = GateMetrics()
  package let cache: EvidenceCache
  /// Nil where nobody tells what changes in the store. Whoever runs the gate runs it.
  package let feed: EvidenceFeed?
  let surroundings: Surroundings
  let inquiry: Inquiry

  package init(settings: GateSettings, surroundings: Surroundings) {
    self.settings = settings
    self.surroundings = surroundings
    cache = EvidenceCache(settings)
    (inquiry, feed) = Inquiry.following(settings, surroundings, cache)
  }

  /// The answer to one request, counted and logged. Requests of a dry run are counted, never logged.
  ///
  /// - Parameter mayPatch: whether this is the mutating webhook, where tags may be turned into digests.
  package func answer(to request: AdmissionRequest, mayPatch: Bool) async -> AdmissionAnswer {
    let start = ContinuousClock.now
    let answer = await judge(request, mayPatch: mayPatch, by: start + settings.deadline)
    let took = start.duration(to: .now)
    metrics.add(answer, isDryRun: request.isDryRun, took: took)
    if !request.isDryRun, let lines = surroundings.lines {
      let now = Duration.seconds(Date().timeIntervalSince1970)
      lines(AdmissionLine(request: request, answer: answer, took: took).bytes(at: now))
    }
    surroundings.decisions?.add(
      DecisionDraft(request: request, answer: answer, isMutation: mayPatch, atSeconds: surroundings.now(), took: took))
    return answer
  }

  private func judge(
    _ request: AdmissionRequest, mayPatch: Bool, by deadline: ContinuousClock.Instant
  ) async -> AdmissionAnswer {
    guard request.operation == .create || request.operation == .update, let object = request.object else {
      return AdmissionAnswer(.allowed)
    }
    if let refusal = settings.namespaceExemption?.refusal(of: object, old: request.oldObject) { return .denied(refusal) }
    if settings.exemptNamespaces.contains(request.namespace) || settings.exemptUsers.contains(request.requester.username) {
      return AdmissionAnswer(.allowed, codes: ["exempt"])
    }
    let workload: Workload
    do throws(WorkloadError) {
      workload = try Workload(object)
    } catch {
      return .denied(Reason(error))
    }
    let runsNothing = workload.images.isEmpty
    let old = request.operation == .update ? request.oldObject.flatMap { try? Workload($0) } : nil
    let runsTheSame = old.map { workload.runsTheSame(as: $0) } ?? false
    // Images that run already are let be; what else the pod may do can have changed.
    if runsTheSame, !runsNothing, PodPart.isSame(object, request.oldObject) {
      return AdmissionAnswer(.allowed, codes: ["unchanged"])
    }
    guard let rulebook = surroundings.rulebook() else {
      return runsNothing ? AdmissionAnswer(.allowed) : .denied(.noPolicy)
    }
    let review = WorkloadReview(
      workload, in: Place(cluster: settings.cluster, namespace: request.namespace, trustDomain: settings.trustDomain),
      object: object, oldObject: request.oldObject, requester: request.requester,
      namespaceLabels: surroundings.namespaceLabels(request.namespace), resource: request.resource,
      operation: request.operation.rawValue, isDryRun: request.isDryRun, requiresDigest: settings.requiresDigest,
      judgesImages: !runsTheSame)
    if runsNothing, !rulebook.judgesWorkload(of: review) { return AdmissionAnswer(.allowed) }
    let lookups = await lookups(review, mayPatch: mayPatch, by: deadline)
    let (judged, evidence, mutation) = await decide(review, lookups, under: rulebook, mayPatch: mayPatch, by: deadline)
    let (decision, causes) = settings.causes.softened(judged)
    if runsNothing, decision.judgements.isEmpty { return AdmissionAnswer(.allowed) }
    let basis = DecisionBasis(review: mutation.review, evidence: evidence, causes: settings.causes)
    guard decision.isAllowed else {
      return await denial(decision, basis, request, rulebook.name, isMutation: mayPatch, by: deadline)
    }
    return AdmissionAnswer(
      .allowed, codes: causes.isEmpty ? decision.mildModes : causes.map(\.letInCode),
      warnings: decision.warnings + mutation.warnings, decision: decision, patch: mutation.patch.bytes,
      policy: rulebook.name, basis: basis)
  }

  /// What the tags of the workload name; a template keeps the digests it has.
  private func lookups(
    _ review: WorkloadReview, mayPatch: Bool, by deadline: ContinuousClock.Instant
  ) async -> [String: Evidence.Lookup] {
    guard settings.appliedPinning.looksUp(review.workload.kind, mayPatch: mayPatch) else { return [:] }
    let old = review.oldObject.flatMap { try? Workload($0) }
    let kept = settings.appliedPinning.kept(in: review.workload, from: old)
    let unknown = review.workload.images.map(\.image).filter { kept[$0] == nil }
    return await inquiry.lookups(unknown, by: deadline).merging(kept) { $1 }
  }

  private func decide(
    _ review: WorkloadReview, _ lookups: [String: Evidence.Lookup], under rulebook: Rulebook, mayPatch: Bool,
    by deadline: ContinuousClock.Instant
  ) async -> (Decision, Evidence, Mutation) {
    let demands = rulebook.demands(of: review, lookups: lookups)
    var evidence = Evidence(lookups: lookups)
    let now = surroundings.now()
    let time = EvidenceTime(calendarSeconds: now, steadySeconds: surroundings.steadyNow())
    (evidence.answers, evidence.subjects) = await inquiry.evidence(for: demands, under: rulebook, at: time, by: deadline)
    // What is judged is the object as it will be stored.
    let mutation =
      mayPatch ? rulebook.mutation(of: review, evidence: evidence, pinning: settings.appliedPinning) : Mutation(review)
    let decision = rulebook.decision(on: mutation.review, evidence: evidence, at: now)
    guard settings.inspectsManifests, decision.isAllowed, !demands.isEmpty else { return (decision, evidence, mutation) }
    // Only what is attested is fetched: nobody makes the gate dial by naming an image.
    evidence.unfit = await inquiry.unfit(Array(demands.keys), by: deadline)
    return (rulebook.decision(on: mutation.review, evidence: evidence, at: now), evidence, mutation)
  }
}

extension Reason {
  fileprivate static let noPolicy = Reason(
    code: "no-policy", problem: "There is no policy, and without one nothing is let in.",
    remedy: "Give the gate a policy file; its log says why the last one was refused.")
}
