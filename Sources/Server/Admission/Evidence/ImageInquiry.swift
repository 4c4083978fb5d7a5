import Attestations
import Images
import Metadata
import Policies

/// What was found out about one image.
struct ImageFinding: Sendable {
  /// By full name of the attestor.
  var answers: [String: Evidence.Answer] = [:]
  /// Nil where nobody asked, or nobody can say.
  var subject: CheckSubject?
  /// What of it may be kept in the file.
  var kept: [KeptAnswer] = []
  /// As the cache knows the fetch.
  let fetch: Int
}

/// What has to be found out about one image, and under which rules: whoever asks the same at the same time shares it.
struct ImageQuest: Hashable, Sendable {
  let image: PinnedReference
  let rulebook: Digest
  /// Full names, sorted.
  let attestors: [String]
  /// Of those that can be read here.
  let needs: Set<CheckNeed>
}

/// Finds out about one image what memory does not say: from the file, else from the store, else from whatever is not too
/// old for a store that cannot be asked.
struct ImageInquiry: Sendable {
  private static let width = 8

  let settings: GateSettings
  let cache: EvidenceCache
  let source: any AttestationSource
  let records: RecordedEvidence?
  let shelf: EvidenceShelf?
  let outage: OutageGuard
  let counts: EvidenceTally

  /// - Parameter deadline: what the store has not answered by then, it has not answered.
  func finding(
    _ quest: ImageQuest, _ attestors: Attestors, at time: EvidenceTime, by deadline: ContinuousClock.Instant
  ) async -> ImageFinding {
    let fetch = cache.begin(quest.image.digest)
    var finding = ImageFinding(fetch: fetch)
    let keeping = records.map { KeepingReader($0.metadata, about: "\(quest.image.digest)", atSeconds: time.steadySeconds) }
    let ask = Ask(image: quest.image, time: time, deadline: deadline, keeping: keeping)
    async let subject = subject(quest.needs, ask, fetch)
    // Somebody may have found it out just now.
    var missing: [String] = []
    for name in quest.attestors {
      switch cache.answer(of: name, on: quest.image, under: quest.rulebook, at: time) {
      case .fresh(let answer): finding.answers[name] = answer
      case .aged, .nothing: missing.append(name)
      }
    }
    let known = missing.compactMap { attestors[$0] }
    for name in missing where attestors[name] == nil { finding.answers[name] = .unavailable("the attestor is not configured") }
    // One question for each note, whoever of them vouches under it.
    let notes = Array(Set(known.map(\.note)))
    let offers = (try? await mapAtOnce(notes, width: Self.width) { await offer(under: $0, ask) }) ?? []
    var words: [HeldWord] = []
    for (note, offer) in zip(notes, offers) {
      for attestor in known where attestor.note == note {
        let (answer, word) = judge(offer, attestor, quest, time)
        finding.answers[attestor.name] = answer
        if let word { words.append(word) }
      }
    }
    cache.settle(words, about: quest.image.digest, under: quest.rulebook, fetch)
    finding.subject = await subject
    finding.kept = keeping?.kept ?? []
    return finding
  }

  /// Writes what was found out into the file, unless a change came in between.
  func keep(_ finding: ImageFinding) async {
    defer { cache.end(finding.fetch) }
    guard let shelf, !finding.kept.isEmpty else { return }
    let (cache, fetch) = (cache, finding.fetch)
    do {
      try await shelf.file.keep(finding.kept) { cache.isVoid(fetch) }
      counts.add { $0.persisted += finding.kept.count }
    } catch {
      counts.add { $0.fileFaults += 1 }
    }
  }

  /// What there is for somebody who could not wait.
  func gaveUp(_ quest: ImageQuest) -> ImageFinding {
    var finding = ImageFinding(fetch: 0)
    for name in quest.attestors { finding.answers[name] = .unavailable(cause(DeadlineExceeded())) }
    if !quest.needs.isEmpty { finding.subject = unanswered(quest.image, DeadlineExceeded()) }
    return finding
  }

  struct Ask: Sendable {
    let image: PinnedReference
    let time: EvidenceTime
    let deadline: ContinuousClock.Instant
    let keeping: KeepingReader?
  }

  // MARK: Attestations

  private enum Offer: Sendable {
    case made([UnverifiedAttestation], sinceSeconds: Int64)
    /// What there is besides is too old to be fresh.
    case notMade(String, kept: [UnverifiedAttestation]?)
  }

  private func offer(under note: NoteName, _ ask: Ask) async -> Offer {
    let fresh = await kept(ask) { cache.isFresh($0, at: ask.time) }
    if let fresh, let offered = try? await attestations(in: fresh, under: note, ask), let since = fresh.sinceSeconds {
      counts.add { $0.fromFile += 1 }
      return .made(offered, sinceSeconds: since)
    }
    do {
      let source: any AttestationSource = ask.keeping.map { RecordedAttestations($0) } ?? self.source
      let limit = settings.limitAttestations
      let offered = try await asked(by: ask.deadline) {
        try await source.attestations(about: ask.image, under: note, atMost: limit)
      }
      return .made(offered, sinceSeconds: ask.time.steadySeconds)
    } catch {
      let old = await kept(ask) { isBelieved($0, at: ask.time) }
      var offered: [UnverifiedAttestation]?
      if let old { offered = try? await attestations(in: old, under: note, ask) }
      return .notMade(cause(error), kept: offered)
    }
  }

  private func attestations(
    in reader: KeptReader, under note: NoteName, _ ask: Ask
  ) async throws -> [UnverifiedAttestation] {
    try await RecordedAttestations(reader).attestations(about: ask.image, under: note, atMost: settings.limitAttestations)
  }

  /// The answer, and what of it is remembered: nothing that is only believed because the store cannot be asked.
  private func judge(
    _ offer: Offer, _ attestor: Attestor, _ quest: ImageQuest, _ time: EvidenceTime
  ) -> (Evidence.Answer, HeldWord?) {
    switch offer {
    case .made(let offered, let since):
      let answer = verified(offered, attestor, quest, time)
      let turn = attestor.nextTurn(after: time.calendarSeconds)
      return (
        answer,
        HeldWord(
          answer, by: attestor.name, on: quest.image, sinceSeconds: since, verifiedSeconds: time.calendarSeconds,
          untilSeconds: turn)
      )
    case .notMade(let why, let kept):
      if case .aged(let answer, let age) = cache.answer(of: attestor.name, on: quest.image, under: quest.rulebook, at: time),
        case .verdict = answer, age <= settings.outageAgeSeconds
      {
        counts.add { $0.believedPastAge += 1 }
        return (answer, nil)
      }
      if let kept {
        counts.add { $0.believedPastAge += 1 }
        return (verified(kept, attestor, quest, time), nil)
      }
      let answer = Evidence.Answer.unavailable(why)
      return (
        answer,
        HeldWord(
          answer, by: attestor.name, on: quest.image, sinceSeconds: time.steadySeconds, verifiedSeconds: time.calendarSeconds,
          untilSeconds: nil)
      )
    }
  }

  private func verified(
    _ offered: [UnverifiedAttestation], _ attestor: Attestor, _ quest: ImageQuest, _ time: EvidenceTime
  ) -> Evidence.Answer {
    counts.add { $0.verifications += offered.count }
    return .verdict(attestor.verdict(on: offered, for: quest.image, at: time.calendarSeconds))
  }

  // MARK: The store and the file

  /// Asks the store, unless it has just let somebody wait in vain.
  func asked<Answer: Sendable>(
    by deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    guard outage.mayAsk() else { throw MetadataError.unavailable("it has not answered lately, and is tried again in a moment") }
    counts.add { $0.fetches += 1 }
    do {
      let answer = try await within(deadline, work)
      outage.open()
      return answer
    } catch {
      counts.add { $0.failures += 1 }
      if ContinuousClock.now >= deadline { outage.close() }
      throw error
    }
  }

  func kept(_ ask: Ask, isBelieved: @escaping @Sendable (Int64) -> Bool) async -> KeptReader? {
    guard let shelf, shelf.isCurrent else { return nil }
    return KeptReader(shelf.file, about: "\(ask.image.digest)", isBelieved: isBelieved)
  }

  func isBelieved(_ sinceSeconds: Int64, at time: EvidenceTime) -> Bool {
    settings.outageAgeSeconds > 0 && (0...settings.outageAgeSeconds).contains(cache.age(sinceSeconds, at: time))
  }
}
