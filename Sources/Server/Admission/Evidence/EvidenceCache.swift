import Attestations
import Images
import Policies
import Schemas
import Synchronization

/// When something is asked for: once by the calendar, which keys go by, and once by a clock that never jumps, which the age
/// of evidence goes by. Both in seconds since 1970 UTC.
struct EvidenceTime: Sendable {
  let calendarSeconds: Int64
  let steadySeconds: Int64
}

/// What is known of images, in memory: what each attestor's keys make of it, and what else is recorded.
///
/// Answers belong to one rulebook, so to its policies, keys and revocations; another one starts with none. An answer is as
/// old as the last moment at which it was known to hold: when it was fetched, or when the changes of the store were last
/// followed to their end and none of them was about its image. The oldest half is forgotten when the cache is full; answers
/// against images, of which anybody can cause any number, have a bound of their own.
package final class EvidenceCache: Sendable {
  /// What memory says.
  enum Found<Value: Sendable>: Sendable {
    case fresh(Value)
    /// Believed only where the store cannot be asked.
    case aged(Value, ageSeconds: Int64)
    case nothing
  }

  private struct Subject {
    let subject: CheckSubject
    let needs: Set<CheckNeed>
    let sinceSeconds: Int64
  }

  private struct State {
    var rulebook: Digest?
    var words: Generations<Digest, [HeldWord]>
    var refusals: Generations<Digest, [HeldWord]>
    var subjects: Generations<PinnedReference, Subject>
    /// What is being fetched at the moment, and has not been overtaken by a change.
    var fetches: [Int: Digest] = [:]
    var lastFetch = 0
    /// When the changes of the store were last known to the end.
    var followedSeconds = Int64.min
  }

  private let state: Mutex<State>
  private let evidenceAgeSeconds: Int64
  private let refusalAgeSeconds: Int64

  package init(_ settings: GateSettings) {
    state = Mutex(
      State(
        words: Generations(limit: settings.limitEntries) { $0.count },
        refusals: Generations(limit: settings.limitEntries / 10) { $0.count },
        subjects: Generations(limit: settings.limitFacts) { held in
          if case .found(let occurrences) = held.subject.occurrences { 1 + occurrences.count } else { 1 }
        }))
    evidenceAgeSeconds = settings.evidenceAgeSeconds
    refusalAgeSeconds = settings.refusalAgeSeconds
  }

  /// Answers that are held at the moment.
  package var count: Int { state.withLock { $0.words.count + $0.refusals.count } }

  /// Images and occurrences that are held for policies that look at what is recorded.
  var factCount: Int { state.withLock { $0.subjects.count } }

  // MARK: Asking

  /// The answer of one attestor.
  func answer(
    of attestor: String, on image: PinnedReference, under rulebook: Digest, at time: EvidenceTime
  ) -> Found<Evidence.Answer> {
    state.withLock { state in
      Self.turn(&state, to: rulebook)
      return answer(of: attestor, on: image, state.words[image.digest] ?? [], state, at: time)
    }
  }

  /// The fresh answers of attestors about one image, and the names of those of whom there is none.
  func freshAnswers(
    of attestors: [String], on image: PinnedReference, under rulebook: Digest, at time: EvidenceTime
  ) -> (answers: AttestorAnswers, missing: [String]) {
    var answers = AttestorAnswers()
    var missing: [String] = []
    if attestors.isEmpty { return (answers, missing) }
    state.withLock { state in
      Self.turn(&state, to: rulebook)
      let words = state.words[image.digest] ?? []
      for attestor in attestors {
        switch answer(of: attestor, on: image, words, state, at: time) {
        case .fresh(let answer): answers[attestor] = answer
        case .aged, .nothing: missing.append(attestor)
        }
      }
    }
    return (answers, missing)
  }

  /// - Parameter words: those in favour, of the digest of `image`.
  private func answer(
    of attestor: String, on image: PinnedReference, _ words: [HeldWord], _ state: borrowing State, at time: EvidenceTime
  ) -> Found<Evidence.Answer> {
    if let word = words.first(where: { $0.isBy(attestor, on: image) }) {
      return found(word.answer, word.age(at: time, state.followedSeconds), evidenceAgeSeconds, isInTime: word.holds(at: time))
    }
    guard let word = state.refusals[image.digest]?.first(where: { $0.isBy(attestor, on: image) }) else { return .nothing }
    // That there was no answer says nothing about the store as it is, however well its changes are followed.
    let followed = word.isUnavailable ? Int64.min : state.followedSeconds
    return found(word.answer, word.age(at: time, followed), refusalAgeSeconds, isInTime: word.holds(at: time))
  }

  /// What is recorded of an image, as far as `needs` goes.
  func subject(_ image: PinnedReference, needs: Set<CheckNeed>, at time: EvidenceTime) -> Found<CheckSubject> {
    state.withLock { state in
      guard let held = state.subjects[image], held.needs.isSuperset(of: needs) else { return .nothing }
      let age = time.steadySeconds - max(held.sinceSeconds, state.followedSeconds)
      let isRecorded = if case .found(let all) = held.subject.occurrences { !all.isEmpty } else { false }
      return found(held.subject, age, isRecorded ? evidenceAgeSeconds : refusalAgeSeconds, isInTime: true)
    }
  }

  private func found<Value>(_ value: Value, _ age: Int64, _ limit: Int64, isInTime: Bool) -> Found<Value> {
    guard age >= 0, isInTime else { return .nothing }
    return age < limit ? .fresh(value) : .aged(value, ageSeconds: age)
  }

  /// Whether what the store said at that moment still counts as fresh.
  func isFresh(_ sinceSeconds: Int64, at time: EvidenceTime) -> Bool {
    (0..<evidenceAgeSeconds).contains(age(sinceSeconds, at: time))
  }

  /// How old what the store said at `sinceSeconds` is; negative when it cannot be told.
  func age(_ sinceSeconds: Int64, at time: EvidenceTime) -> Int64 {
    time.steadySeconds - max(sinceSeconds, state.withLock { $0.followedSeconds })
  }

  private static func turn(_ state: inout State, to rulebook: Digest) {
    guard state.rulebook != rulebook else { return }
    state.rulebook = rulebook
    state.words.removeAll()
    state.refusals.removeAll()
  }

  // MARK: Fetching

  /// Is told before something about an image is fetched.
  ///
  /// - Returns: what `isVoid` and `end` are asked with.
  func begin(_ digest: Digest) -> Int {
    state.withLock { state in
      state.lastFetch += 1
      state.fetches[state.lastFetch] = digest
      return state.lastFetch
    }
  }

  /// Whether a change about the image came after the fetch began: then what was fetched is not kept.
  func isVoid(_ fetch: Int) -> Bool { state.withLock { $0.fetches[fetch] == nil } }

  func end(_ fetch: Int) { state.withLock { $0.fetches[fetch] = nil } }

  /// Remembers answers about one image, unless a change came in between or other rules hold by now. That a store did not
  /// answer replaces no answer that it once gave.
  func settle(_ words: [HeldWord], about digest: Digest, under rulebook: Digest, _ fetch: Int) {
    state.withLock { state in
      guard state.rulebook == rulebook, state.fetches[fetch] != nil else { return }
      var good = state.words[digest] ?? []
      var bad = state.refusals[digest] ?? []
      for word in words {
        if word.isUnavailable, good.contains(where: { $0.isLike(word) }) { continue }
        good.removeAll { $0.isLike(word) }
        bad.removeAll { $0.isLike(word) }
        if word.isSatisfied { good.append(word) } else { bad.append(word) }
      }
      state.words.set(good.isEmpty ? nil : good, for: digest)
      state.refusals.set(bad.isEmpty ? nil : bad, for: digest)
    }
  }

  /// The same for what is recorded.
  func settle(_ subject: CheckSubject, needs: Set<CheckNeed>, sinceSeconds: Int64, _ fetch: Int) {
    state.withLock { state in
      guard state.fetches[fetch] != nil else { return }
      state.subjects.set(Subject(subject: subject, needs: needs, sinceSeconds: sinceSeconds), for: subject.image)
    }
  }

  // MARK: Following

  /// Forgets what is known of images, by digest.
  func forget(_ digests: Set<Digest>) {
    guard !digests.isEmpty else { return }
    state.withLock { state in
      for digest in digests {
        state.words.set(nil, for: digest)
        state.refusals.set(nil, for: digest)
      }
      // An image may be known under several names.
      for image in state.subjects.keys(where: { digests.contains($0.subject.image.digest) }) {
        state.subjects.set(nil, for: image)
      }
      state.fetches = state.fetches.filter { !digests.contains($0.value) }
    }
  }

  /// Forgets what rests on notes that have changed.
  func forget(attestors: Set<String>, notes: Set<String>) {
    state.withLock { state in
      if !attestors.isEmpty {
        let isMeant = { (words: [HeldWord]) in words.contains { attestors.contains($0.attestor) } }
        for digest in state.words.keys(where: isMeant) { state.words.set(nil, for: digest) }
        for digest in state.refusals.keys(where: isMeant) { state.refusals.set(nil, for: digest) }
      }
      let rests = state.subjects.keys { held in
        guard case .found(let occurrences) = held.subject.occurrences else { return false }
        return occurrences.contains { notes.contains($0.noteName) }
      }
      for image in rests { state.subjects.set(nil, for: image) }
      state.fetches = [:]
    }
  }

  /// Forgets everything: nothing is known any more of what has changed.
  func forgetAll() {
    state.withLock { state in
      state.words.removeAll()
      state.refusals.removeAll()
      state.subjects.removeAll()
      state.fetches = [:]
      state.followedSeconds = .min
    }
  }

  /// All changes up to that moment are known, and what they were about is forgotten.
  func follow(to steadySeconds: Int64) { state.withLock { $0.followedSeconds = steadySeconds } }
}
