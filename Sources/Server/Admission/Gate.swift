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
    /// The last rules that were good, while none are in force: what they looked at is not let in unseen.
    package var lastRulebook: @Sendable () -> Rulebook? = { nil }
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
    /// Nil where what runs is not known.
    package var runningPods: RunningPods?

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

  // Nothing is waited for where memory says all: what follows suspends only to ask somebody else.
  private func judge(
    _ request: AdmissionRequest, mayPatch: Bool, by deadline: ContinuousClock.Instant
  ) async -> AdmissionAnswer {
    let review: WorkloadReview
    let rulebook: Rulebook
    switch opening(request) {
    case .answered(let answer): return answer
    case .judged(let opened, let rules): (review, rulebook) = (opened, rules)
    }
    // Pods that stay as they are are neither pinned nor hardened.
    let patches = mayPatch && !review.makesSamePod
    var lookups: [String: Evidence.Lookup] = [:]
    if settings.appliedPinning.looksUp(review.workload.kind, mayPatch: patches) {
      lookups = await self.lookups(review, by: deadline)
    }
    let questions = rulebook.questions(of: review, lookups: lookups)
    let demands = questions.demands
    let now = surroundings.now()
    let time = EvidenceTime(calendarSeconds: now, steadySeconds: surroundings.steadyNow())
    var known = inquiry.known(demands, under: rulebook.digest, at: time)
    if !known.quests.isEmpty { known = await inquiry.complete(known, rulebook.attestors, at: time, by: deadline) }
    var finding = finding(
      questions, Evidence(answers: known.answers, lookups: lookups, subjects: known.subjects), rulebook, mayPatch: patches, now)
    if settings.inspectsManifests, finding.decision.isAllowed, !demands.isEmpty {
      // Only what is attested is fetched: nobody makes the gate dial by naming an image.
      finding.evidence.unfit = await inquiry.unfit(Array(demands.keys), by: deadline)
      finding.decision = rulebook.decision(on: finding.mutation.review, evidence: finding.evidence, at: now)
    }
    let (decision, causes) = settings.causes.softened(finding.decision)
    let told = warnings(of: rulebook.enforceChange(by: review))
    if review.workload.images.isEmpty, decision.judgements.isEmpty { return AdmissionAnswer(.allowed, warnings: told) }
    let basis = DecisionBasis(review: finding.mutation.review, evidence: finding.evidence, causes: settings.causes)
    guard decision.isAllowed else {
      return await denial(decision, basis, request, rulebook.name, isMutation: mayPatch, by: deadline)
    }
    return AdmissionAnswer(
      .allowed, codes: causes.isEmpty ? decision.mildModes : causes.map(\.letInCode),
      warnings: decision.warnings + finding.mutation.warnings + told, decision: decision, patch: finding.mutation.patch.bytes,
      policy: rulebook.name, basis: basis)
  }

  private enum Opening {
    case answered(AdmissionAnswer)
    case judged(WorkloadReview, Rulebook)
  }

  /// What can be answered without looking at any policy, and what is put to them else.
  private func opening(_ request: AdmissionRequest) -> Opening {
    guard request.operation == .create || request.operation == .update, let object = request.object else {
      return .answered(AdmissionAnswer(.allowed))
    }
    if let refusal = settings.namespaceExemption?.refusal(of: object, old: request.oldObject) {
      return .answered(.denied(refusal))
    }
    if settings.exemptNamespaces.contains(request.namespace) || settings.exemptUsers.contains(request.requester.username) {
      return .answered(AdmissionAnswer(.allowed, codes: ["exempt"]))
    }
    let workload: Workload
    do throws(WorkloadError) {
      workload = try Workload(object)
    } catch {
      return .answered(.denied(Reason(error)))
    }
    let runsNothing = workload.images.isEmpty
    let old = request.operation == .update ? request.oldObject.flatMap { try? Workload($0) } : nil
    let runsTheSame = old.map { workload.runsTheSame(as: $0) } ?? false
    let review = WorkloadReview(
      workload, in: Place(cluster: settings.cluster, namespace: request.namespace, trustDomain: settings.trustDomain),
      object: object, oldObject: request.oldObject, requester: request.requester,
      namespaceLabels: surroundings.namespaceLabels(request.namespace), resource: request.resource,
      operation: request.operation.rawValue, isDryRun: request.isDryRun, requiresDigest: settings.requiresDigest,
      judgesImages: !runsTheSame)
    // Images that run already are let be; what else the pod may do, and what the object says besides, can have changed.
    let mayPass = runsNothing || review.makesSamePod
    let inForce = surroundings.rulebook()
    if mayPass, (inForce ?? surroundings.lastRulebook())?.judgesWorkload(of: review) != true {
      return .answered(runsNothing ? AdmissionAnswer(.allowed) : AdmissionAnswer(.allowed, codes: ["unchanged"]))
    }
    guard let rulebook = inForce else { return .answered(.denied(.noPolicy)) }
    return .judged(review, rulebook)
  }

  /// What the tags of the workload name; a template keeps the digests it has.
  private func lookups(_ review: WorkloadReview, by deadline: ContinuousClock.Instant) async -> [String: Evidence.Lookup] {
    let old = review.oldObject.flatMap { try? Workload($0) }
    let kept = settings.appliedPinning.kept(in: review.workload, from: old)
    let unknown = review.workload.images.map(\.image).filter { kept[$0] == nil }
    return await inquiry.lookups(unknown, by: deadline).merging(kept) { $1 }
  }

  private struct Finding {
    var decision: Decision
    var evidence: Evidence
    let mutation: Mutation
  }

  /// What is judged is the object as it will be stored.
  private func finding(
    _ questions: ReviewQuestions, _ evidence: Evidence, _ rulebook: Rulebook, mayPatch: Bool, _ nowSeconds: Int64
  ) -> Finding {
    guard mayPatch else {
      let decision = rulebook.decision(on: questions, evidence: evidence, at: nowSeconds)
      return Finding(decision: decision, evidence: evidence, mutation: Mutation(questions.review))
    }
    let mutation = rulebook.mutation(of: questions.review, evidence: evidence, pinning: settings.appliedPinning)
    let decision = rulebook.decision(on: mutation.review, evidence: evidence, at: nowSeconds)
    return Finding(decision: decision, evidence: evidence, mutation: mutation)
  }
}

extension Reason {
  fileprivate static let noPolicy = Reason(
    code: "no-policy", problem: "There is no policy, and without one nothing is let in.",
    remedy: "Give the gate a policy file; its log says why the last one was refused.")
}
