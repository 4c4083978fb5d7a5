import Images
import Logging
import Metadata
import Policies

extension Gate {
  /// The answer to a workload that the policies keep out: why, or that the glass was broken for it.
  ///
  /// - Parameter policy: digest of the rulebook.
  func denial(
    _ decision: Decision, _ basis: DecisionBasis, _ request: AdmissionRequest, _ policy: String, isMutation: Bool,
    by deadline: ContinuousClock.Instant
  ) async -> AdmissionAnswer {
    func denied(_ more: Reason? = nil) -> AdmissionAnswer {
      let isExplained = surroundings.decisions != nil && !request.isDryRun
      let message = DenialMessage(decision: decision, more: more, uid: isExplained ? request.uid : nil)
      return AdmissionAnswer(
        .denied, codes: (more.map { [$0.code] } ?? []) + decision.codes, message: message.text,
        warnings: decision.warnings, decision: decision, policy: policy, basis: basis)
    }
    guard let breakGlass = settings.breakGlass else { return denied() }
    let now = surroundings.now()
    let name = basis.review.workload.name ?? request.name
    let outcome = await BreakGlassDesk(settings: breakGlass, journal: surroundings.decisions?.journal, deadline: deadline)
      .outcome(for: basis.review, decision, by: request.requester, name: name, isMutation: isMutation, at: now)
    switch outcome {
    case .nobodyAsks: return denied()
    case .refused(let reason): return denied(reason)
    case .mayBreak(let glass):
      var basis = basis
      (basis.glass, basis.isRecorded) = (glass, true)
      let told =
        request.isDryRun ? "The glass would be broken, and that put on record." : "The glass was broken; this is on record."
      let answer = AdmissionAnswer(
        .brokenGlass, codes: decision.codes, warnings: [told] + decision.warnings, decision: decision, policy: policy,
        basis: basis)
      let took = (deadline - settings.deadline).duration(to: .now)
      let draft = DecisionDraft(request: request, answer: answer, isMutation: isMutation, atSeconds: now, took: took)
      return await isRecorded(draft, glass, name) ? answer : denied(.breakGlassUnrecorded)
    }
  }

  /// Whether the use is on record, everywhere that one is kept. A dry run uses nothing, so it leaves nothing on record.
  private func isRecorded(_ draft: DecisionDraft, _ glass: DecisionRecord.Glass, _ name: String) async -> Bool {
    let (request, decision) = (draft.request, draft.answer.decision)
    guard surroundings.breakGlassLog != nil || surroundings.decisions != nil else { return false }
    if request.isDryRun { return true }
    do {
      try await surroundings.breakGlassLog?.record(
        BrokenGlass(
          atSeconds: draft.atSeconds, uid: request.uid, requester: request.requester, namespace: request.namespace,
          kind: draft.answer.basis?.review.workload.kind ?? "", name: name, reason: glass.reason,
          images: decision.images.map(\.use.image), codes: decision.codes, policy: draft.answer.policy))
      // Last, because the gate itself goes by what the journal says.
      try await surroundings.decisions?.record(draft)
      return true
    } catch {
      surroundings.logger.error("break-glass could not be put on record", metadata: ["cause": "\(error)"])
      return false
    }
  }
}

extension Reason {
  fileprivate static let breakGlassUnrecorded = Reason(
    code: "break-glass-unrecorded", problem: "Breaking the glass could not be put on record, so it does not count.",
    remedy: "Mend the gate's journal and break-glass log, then deploy again.")
}
