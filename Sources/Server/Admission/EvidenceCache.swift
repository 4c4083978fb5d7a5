import Attestations
import Images
import Policies
import Synchronization

/// What is known of images, in memory: one answer an image and attestor, each believed for a while.
///
/// Answers belong to one rulebook; another one starts with none. Whoever asks for what somebody else is just asking
/// for waits for that answer. The oldest half is forgotten when the cache is full.
package final class EvidenceCache: Sendable {
  struct Key: Hashable, Sendable {
    let image: PinnedReference
    let attestor: String
  }

  private struct Entry {
    let answer: Evidence.Answer
    let sinceSeconds: Int64
    let ageSeconds: Int64

    func isFresh(at now: Int64) -> Bool { now >= sinceSeconds && now - sinceSeconds < ageSeconds }
  }

  private struct State {
    var rulebook: Digest
    var young: [Key: Entry] = [:]
    var old: [Key: Entry] = [:]
    var asked: [Key: [CheckedContinuation<Evidence.Answer?, Never>]] = [:]
  }

  private enum Found {
    case known(Evidence.Answer)
    case somebodyAsks
    case nobodyKnows
  }

  private let state: Mutex<State?>
  private let limitEntries: Int
  private let evidenceAgeSeconds: Int64
  private let refusalAgeSeconds: Int64

  package init(_ settings: GateSettings) {
    state = Mutex(nil)
    limitEntries = max(2, settings.limitEntries)
    evidenceAgeSeconds = settings.evidenceAgeSeconds
    refusalAgeSeconds = settings.refusalAgeSeconds
  }

  /// Answers that are believed at the moment.
  package var count: Int { state.withLock { ($0?.young.count ?? 0) + ($0?.old.count ?? 0) } }

  /// The answer for `key` under the rulebook of that digest: from memory, or else by `ask`, once for all who wait.
  func answer(
    for key: Key, under rulebook: Digest, at now: Int64, ask: () async -> Evidence.Answer
  ) async -> Evidence.Answer {
    while true {
      switch find(key, rulebook, now) {
      case .known(let answer): return answer
      case .nobodyKnows:
        let answer = await ask()
        settle(key, rulebook, now, answer)
        return answer
      case .somebodyAsks:
        if let answer = await wait(key, rulebook) { return answer }
      }
    }
  }

  private func find(_ key: Key, _ rulebook: Digest, _ now: Int64) -> Found {
    state.withLock { held in
      var state = held.take() ?? State(rulebook: rulebook)
      defer { held = state }
      if state.rulebook != rulebook {
        // Those who wait were promised an answer under the old rules: they look again.
        for waiting in state.asked.values.joined() { waiting.resume(returning: nil) }
        state = State(rulebook: rulebook)
      }
      if let entry = state.young[key] ?? state.old[key], entry.isFresh(at: now) { return .known(entry.answer) }
      if state.asked[key] != nil { return .somebodyAsks }
      state.asked[key] = []
      return .nobodyKnows
    }
  }

  /// Nil when there is no answer to wait for any more.
  private func wait(_ key: Key, _ rulebook: Digest) async -> Evidence.Answer? {
    await withCheckedContinuation { continuation in
      let isAsked = state.withLock { state in
        guard state?.rulebook == rulebook, state?.asked[key] != nil else { return false }
        state?.asked[key]?.append(continuation)
        return true
      }
      if !isAsked { continuation.resume(returning: nil) }
    }
  }

  private func settle(_ key: Key, _ rulebook: Digest, _ now: Int64, _ answer: Evidence.Answer) {
    var isSatisfied = false
    if case .verdict(let verdict) = answer { isSatisfied = verdict.isSatisfied }
    let age = isSatisfied ? evidenceAgeSeconds : refusalAgeSeconds
    let waiting = state.withLock { state -> [CheckedContinuation<Evidence.Answer?, Never>] in
      guard state?.rulebook == rulebook, var held = state.take() else { return [] }
      defer { state = held }
      if held.young.count >= limitEntries / 2 {
        held.old = held.young
        held.young = [:]
      }
      held.young[key] = Entry(answer: answer, sinceSeconds: now, ageSeconds: age)
      return held.asked.removeValue(forKey: key) ?? []
    }
    for continuation in waiting { continuation.resume(returning: answer) }
  }
}
