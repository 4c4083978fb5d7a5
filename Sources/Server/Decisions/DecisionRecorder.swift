import Images
package import Logging
package import Metadata
import ServiceLifecycle
import Synchronization

/// Puts decisions on record behind the answers: they wait in a bounded queue and are written in groups. When the queue is
/// full, or the journal will not have them, admission goes on, and what is not on record is counted.
package final class DecisionRecorder: Service {
  /// What became of the decisions so far.
  package struct Tally: Equatable, Sendable {
    package var recorded = 0
    package var waiting = 0
    /// Not on record, for good.
    package var lost = 0
    /// Why the last group could not be written; nil once one could.
    package var fault: String?

    package init(recorded: Int = 0, waiting: Int = 0, lost: Int = 0, fault: String? = nil) {
      (self.recorded, self.waiting, self.lost, self.fault) = (recorded, waiting, lost, fault)
    }
  }

  private struct State {
    var queue: [DecisionDraft] = []
    var bytes = 0
    var tally = Tally()
  }

  private static let groupSize = 256
  private static let gathering = Duration.milliseconds(20)
  private static let patience = Duration.seconds(1)
  private static let retaining = Duration.seconds(3_600)

  package let journal: any DecisionJournal
  private let settings: DecisionSettings
  private let now: @Sendable () -> Int64
  private let logger: Logger
  private let state = Mutex(State())
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  /// - Parameter now: seconds since 1970 UTC.
  package init(
    _ journal: any DecisionJournal, settings: DecisionSettings, now: @escaping @Sendable () -> Int64, logger: Logger
  ) {
    self.journal = journal
    self.settings = settings
    self.now = now
    self.logger = logger
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  package var tally: Tally {
    state.withLock { state in
      var tally = state.tally
      tally.waiting = state.queue.count
      return tally
    }
  }

  /// What those who look whether the gate is well should know; nil when everything is on record.
  package var note: String? {
    let tally = tally
    guard tally.lost > 0 || tally.fault != nil else { return nil }
    let cause = tally.fault.map { ": \($0)" } ?? ""
    return "\(tally.lost) decisions were not recorded, \(tally.waiting) wait\(cause)"
  }

  /// Takes a decision for the record; never waits.
  func add(_ draft: DecisionDraft) {
    guard draft.isDecision else { return }
    let isFirst = state.withLock { state in
      guard state.queue.count < settings.limitWaiting, state.bytes + draft.bytes <= settings.limitWaitingBytes else {
        state.tally.lost += 1
        return false
      }
      state.queue.append(draft)
      state.bytes += draft.bytes
      return state.queue.count == 1
    }
    if isFirst { wake.yield() }
  }

  /// Puts a decision on record; durable when it returns.
  ///
  /// - Throws: what the journal throws.
  func record(_ draft: DecisionDraft) async throws {
    try await journal.append([.decision(draft.record(settings))])
    state.withLock { $0.tally.recorded += 1 }
  }

  /// Writes until the surrounding service group shuts down, and then what is left.
  package func run() async {
    await cancelWhenGracefulShutdown { await self.write() }
    await flush()
    let left = state.withLock { state in
      defer { state.queue = [] }
      state.tally.lost += state.queue.count
      return state.queue.count
    }
    if left > 0 { logger.error("decisions were not recorded", metadata: ["count": "\(left)"]) }
  }

  private func write() async {
    var retained = ContinuousClock.now - Self.retaining
    for await _ in wakes {
      try? await Task.sleep(for: Self.gathering)
      while await !flush(), !Task.isCancelled { try? await Task.sleep(for: Self.patience) }
      guard ContinuousClock.now - retained >= Self.retaining else { continue }
      retained = .now
      await retain()
    }
  }

  /// Writes all that waits, group by group.
  ///
  /// - Returns: whether nothing is left.
  @discardableResult
  func flush() async -> Bool {
    while true {
      let group = state.withLock { Array($0.queue.prefix(Self.groupSize)) }
      if group.isEmpty { return true }
      do {
        try await journal.append(group.map { .decision($0.record(settings)) })
        state.withLock { state in
          state.queue.removeFirst(group.count)
          state.bytes -= group.reduce(0) { $0 + $1.bytes }
          state.tally.recorded += group.count
          state.tally.fault = nil
        }
      } catch {
        tell(error)
        return false
      }
    }
  }

  private func retain() async {
    do {
      try await journal.retain(settings.retention, atSeconds: now())
    } catch {
      tell(error)
    }
  }

  private func tell(_ error: any Error) {
    let fault = (error as? any Problem)?.problem ?? "the journal could not be written"
    let isNews = state.withLock { state in
      defer { state.tally.fault = fault }
      return state.tally.fault != fault
    }
    if isNews { logger.error("decisions cannot be recorded", metadata: ["cause": "\(error)"]) }
  }
}

extension DecisionRecorder.Tally {
  /// Name, help and value, for the metrics.
  var gauges: [(name: String, help: String, value: Int)] {
    [
      ("pratique_admission_decisions_recorded", "Decisions put on record since the start.", recorded),
      ("pratique_admission_decisions_waiting", "Decisions that wait to be put on record.", waiting),
      ("pratique_admission_decisions_lost", "Decisions that are not on record, since the start.", lost),
    ]
  }
}
