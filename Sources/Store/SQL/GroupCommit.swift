import Metadata

/// One write that waits for its transaction.
struct QueuedWrite: Sendable {
  enum Work: Sendable {
    /// Adds occurrences of notes that must be there; all that wait are added together.
    case occurrences([OccurrenceRow])
    /// Anything else: under a savepoint, so that what fails fails alone. It is given its first position, and says with a
    /// `MetadataError` that it will not; any other error undoes the whole transaction.
    case alone(@Sendable (any SQLSession, _ first: Int64) throws -> Void)
  }

  let work: Work
  let positions: Int
  let rows: Int
  let caller: CheckedContinuation<Void, any Error>
}

/// Puts writes that come at the same time into one transaction, because what a durable commit costs is waiting for the
/// disk, not work: while one group is on its way, the next gathers.
///
/// Nobody is answered before the commit has returned, and a commit that fails fails everybody in it. A caller who is
/// cancelled still waits for its answer, and undoes nothing of others.
actor GroupCommit {
  static let mostWrites = 256
  static let mostRows = 2_000

  private let engine: any SQLEngine
  private var queue: [QueuedWrite] = []
  private var isRunning = false

  init(_ engine: any SQLEngine) { self.engine = engine }

  /// Returns when the write is durable.
  ///
  /// - Throws: `MetadataError` when the write will not do, `SQLError` when the database will not.
  func perform(_ work: QueuedWrite.Work, positions: Int, rows: Int) async throws {
    try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Void, any Error>) in
      queue.append(QueuedWrite(work: work, positions: positions, rows: rows, caller: caller))
      guard !isRunning else { return }
      isRunning = true
      // It belongs to no caller: whoever came first may be cancelled while others wait.
      Task { await self.run() }
    }
  }

  private func run() async {
    while !queue.isEmpty { await commit(nextGroup()) }
    isRunning = false
  }

  private func nextGroup() -> [QueuedWrite] {
    var rows = 0
    let count = queue.prefix(Self.mostWrites).prefix { write in
      defer { rows += write.rows }
      return rows == 0 || rows + write.rows <= Self.mostRows
    }.count
    defer { queue.removeFirst(count) }
    return Array(queue.prefix(count))
  }

  private func commit(_ group: [QueuedWrite]) async {
    do {
      let results = try await engine.write { try GroupTransaction(group).run($0) }
      for (write, result) in zip(group, results) { write.caller.resume(with: result) }
    } catch let error where group.count > 1 && Self.concernsOne(error) {
      for write in group { await commit([write]) }
    } catch {
      for write in group { write.caller.resume(throwing: error) }
    }
  }

  /// Whether the error may come from one write among many; a full disk or a lost connection concerns them all.
  private static func concernsOne(_ error: any Error) -> Bool {
    switch error as? SQLError {
    case .full, .readOnly, .unavailable: false
    case .unique, .failed, nil: true
    }
  }
}
