package import Images
package import Policies

/// The evidence of the gate, with time enough for what is asked of a whole cluster.
package struct GateEvidence: RunningEvidence {
  private let gate: Gate
  private let deadline: Duration

  /// - Parameter deadline: for what is asked about one batch of images.
  package init(_ gate: Gate, deadline: Duration = .seconds(30)) {
    self.gate = gate
    self.deadline = deadline
  }

  /// What attestors have vouched for and what else is demanded, from memory where it is known.
  package func evidence(
    for demands: [PinnedReference: ImageDemand], under rulebook: Rulebook, at now: Int64
  ) async -> Evidence {
    let time = EvidenceTime(calendarSeconds: now, steadySeconds: gate.surroundings.steadyNow())
    var known = gate.inquiry.known(demands, under: rulebook.digest, at: time)
    if !known.quests.isEmpty {
      known = await gate.inquiry.complete(known, rulebook.attestors, at: time, by: .now + deadline)
    }
    return Evidence(answers: known.answers, subjects: known.subjects)
  }
}
