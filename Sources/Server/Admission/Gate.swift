package import Attestations
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
    /// Seconds since 1970 UTC.
    package var now: @Sendable () -> Int64
    package var logger: Logger

    package init(
      rulebook: @escaping @Sendable () -> Rulebook?, attestations: any AttestationSource,
      inspector: (any ManifestInspector)? = nil, breakGlassLog: (any BreakGlassLog)? = nil,
      now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
      self.rulebook = rulebook
      self.attestations = attestations
      self.inspector = inspector
      self.breakGlassLog = breakGlassLog
      self.now = now
      self.logger = logger
    }
  }

  package let settings: GateSettings
  package let metrics = GateMetrics()
  package let cache: EvidenceCache
  let surroundings: Surroundings
  let inquiry: Inquiry

  package init(settings: GateSettings, surroundings: Surroundings) {
    self.settings = settings
    self.surroundings = surroundings
    cache = EvidenceCache(settings)
    inquiry = Inquiry(
      settings: settings, cache: cache, source: surroundings.attestations, inspector: surroundings.inspector,
      inspected: InspectedManifests())
  }

  /// The answer to one request, counted and logged. Requests of a dry run are counted, never logged.
  ///
  /// - Parameter mayPatch: whether this is the mutating webhook, where tags may be turned into digests.
  package func answer(to request: AdmissionRequest, mayPatch: Bool) async -> AdmissionAnswer {
    let start = ContinuousClock.now
    let answer = await judge(request, mayPatch: mayPatch, by: start + settings.deadline)
    let took = start.duration(to: .now)
    metrics.add(answer, isDryRun: request.isDryRun, took: took)
    if !request.isDryRun { log(answer, to: request, took: took) }
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
    if workload.images.isEmpty { return AdmissionAnswer(.allowed) }
    if request.operation == .update, let old = request.oldObject.flatMap({ try? Workload($0) }),
      workload.runsTheSame(as: old)
    {
      return AdmissionAnswer(.allowed, codes: ["unchanged"])
    }
    guard let rulebook = surroundings.rulebook() else { return .denied(.noPolicy) }
    let place = Place(cluster: settings.cluster, namespace: request.namespace, trustDomain: settings.trustDomain)
    let resolves = mayPatch && settings.tags == .resolve
    let lookups = resolves ? await inquiry.lookups(workload.images.map(\.image), by: deadline) : [:]
    let decision = await decide(workload, in: place, lookups, under: rulebook, by: deadline)
    guard decision.isAllowed else { return await denial(decision, workload, request, rulebook) }
    return AdmissionAnswer(
      .allowed, codes: decision.wouldBeDenied.isEmpty ? [] : ["dry-run"], warnings: decision.warnings,
      decision: decision, patch: resolves ? digestPatch(decision) : nil, policy: "\(rulebook.digest)")
  }

  private func decide(
    _ workload: Workload, in place: Place, _ lookups: [String: Evidence.Lookup], under rulebook: Rulebook,
    by deadline: ContinuousClock.Instant
  ) async -> Decision {
    let policy = rulebook.policy
    let demands = policy.demands(of: workload, in: place, lookups: lookups)
    var evidence = Evidence(lookups: lookups)
    evidence.answers = await inquiry.answers(demands, under: rulebook, at: surroundings.now(), by: deadline)
    let decision = policy.decision(
      for: workload, in: place, evidence: evidence, requiresDigest: settings.requiresDigest)
    guard settings.inspectsManifests, decision.isAllowed, !demands.isEmpty else { return decision }
    // Only what is attested is fetched: nobody makes the gate dial by naming an image.
    evidence.unfit = await inquiry.unfit(Array(demands.keys), by: deadline)
    return policy.decision(for: workload, in: place, evidence: evidence, requiresDigest: settings.requiresDigest)
  }

  private func denial(
    _ decision: Decision, _ workload: Workload, _ request: AdmissionRequest, _ rulebook: Rulebook
  ) async -> AdmissionAnswer {
    func denied(_ more: Reason? = nil) -> AdmissionAnswer {
      let added = more.map { ["\($0.problem) \($0.remedy) [\($0.code)]"] } ?? []
      return AdmissionAnswer(
        .denied, codes: (more.map { [$0.code] } ?? []) + decision.codes,
        message: (added + decision.problems).joined(separator: " "), warnings: decision.warnings, decision: decision,
        policy: "\(rulebook.digest)")
    }
    guard let breakGlass = settings.breakGlass else { return denied() }
    switch breakGlass.claim(on: workload, by: request.requester) {
    case .none: return denied()
    case .refused(let reason): return denied(reason)
    case .granted(let reason):
      let glass = BrokenGlass(
        atSeconds: surroundings.now(), uid: request.uid, requester: request.requester, namespace: request.namespace,
        kind: workload.kind, name: workload.name ?? request.name, reason: reason,
        images: workload.images.map(\.image), codes: decision.codes, policy: "\(rulebook.digest)")
      guard await isRecorded(glass, isDryRun: request.isDryRun) else { return denied(.breakGlassUnrecorded) }
      return AdmissionAnswer(
        .brokenGlass, codes: decision.codes, warnings: ["The glass was broken; this is on record."] + decision.warnings,
        decision: decision, policy: "\(rulebook.digest)")
    }
  }

  /// A dry run uses nothing, so it leaves nothing on record.
  private func isRecorded(_ glass: BrokenGlass, isDryRun: Bool) async -> Bool {
    guard let log = surroundings.breakGlassLog else { return false }
    if isDryRun { return true }
    do {
      try await log.record(glass)
      return true
    } catch {
      surroundings.logger.error("break-glass could not be put on record", metadata: ["cause": "\(error)"])
      return false
    }
  }

  private func log(_ answer: AdmissionAnswer, to request: AdmissionRequest, took: Duration) {
    let microseconds = took.components.seconds &* 1_000_000 &+ took.components.attoseconds / 1_000_000_000_000
    surroundings.logger.info(
      "admission",
      metadata: [
        "verdict": "\(answer.verdict.rawValue)", "uid": "\(request.uid)", "operation": "\(request.operation.rawValue)",
        "resource": "\(request.resource)", "namespace": "\(request.namespace)", "name": "\(request.name)",
        "user": "\(request.requester.username)", "policy": "\(answer.policy)",
        "images": .array(answer.decision.images.prefix(20).map { "\($0.use.image)" }),
        "codes": .array(answer.codes.map { "\($0)" }), "microseconds": "\(microseconds)",
      ])
  }
}

/// Writes the digests that were judged over the tags that were written; nil when there was no tag.
private func digestPatch(_ decision: Decision) -> [UInt8]? {
  var out: [UInt8] = [UInt8(ascii: "[")]
  for image in decision.images {
    guard let pinned = image.image, let written = try? ImageReference(parsing: image.use.image), written.digest == nil
    else { continue }
    if out.count > 1 { out.append(UInt8(ascii: ",")) }
    out.append(contentsOf: Array(#"{"op":"replace","path":"#.utf8))
    appendQuoted(jsonPointer(image.use.imageField), to: &out)
    out.append(contentsOf: Array(#","value":"#.utf8))
    appendQuoted("\(ImageReference(repository: pinned.repository, tag: written.tag, digest: pinned.digest))", to: &out)
    out.append(UInt8(ascii: "}"))
  }
  out.append(UInt8(ascii: "]"))
  return out.count > 2 ? out : nil
}

/// `/spec/containers/0/image` for `spec.containers[0].image`. Known fields hold neither `~` nor `/`; those of unknown
/// kinds are escaped.
///
/// Source: RFC 6901.
private func jsonPointer(_ field: String) -> String {
  "/"
    + field.replacing("~", with: "~0").replacing("/", with: "~1").replacing("[", with: ".").replacing("]", with: "")
    .replacing(".", with: "/")
}

extension Reason {
  fileprivate static let noPolicy = Reason(
    code: "no-policy", problem: "There is no policy, and without one nothing is let in.",
    remedy: "Give the gate a policy file; its log says why the last one was refused.")

  fileprivate static let breakGlassUnrecorded = Reason(
    code: "break-glass-unrecorded", problem: "Breaking the glass could not be put on record, so it does not count.",
    remedy: "Mend the gate's break-glass log, then deploy again.")
}
