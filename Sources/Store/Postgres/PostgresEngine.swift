/// A PostgreSQL database, or one that speaks its protocol, over libpq.
///
/// Reads see one snapshot; a write is on disk when it returns, unless the server itself runs with `fsync` off. Nothing waits
/// longer than the deadlines of the settings. A transaction that met another one, or whose connection broke before COMMIT, is
/// run again, so work must be repeatable.
package final class PostgresEngine: SQLEngine {
  private static let tries = 8

  private let settings: PostgresSettings
  private let readers: PostgresPool
  private let writers: PostgresPool
  private let backoff = PostgresBackoff()

  /// Connects to nothing yet.
  ///
  /// - Throws: `StoreError.malformedDatabase`.
  package init(_ settings: PostgresSettings) throws(StoreError) {
    guard settings.readers >= 1, settings.writers >= 1 else {
      throw .malformedDatabase(because: "it needs at least one connection to read and one to write")
    }
    var settings = settings
    settings.statementDeadline = max(.milliseconds(500), settings.statementDeadline)
    let address = try PostgresAddress(settings.address)
    self.settings = settings
    let connections = [settings.readers, settings.writers].map { count in
      (0..<count).map { [settings] _ in PostgresConnection(address, settings) }
    }
    readers = PostgresPool(connections[0])
    writers = PostgresPool(connections[1])
  }

  package var dialect: SQLDialect {
    SQLDialect(
      integer: "BIGINT", text: "TEXT COLLATE \"C\"", blob: "BYTEA", tableEnd: "", keyedTableEnd: "",
      migrationLock: PostgresText.migrationLock, indexed: { _ in "" })
  }

  /// One round trip for one statement; see `SQLEngine`.
  package func read<Answer: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Answer
  ) async throws -> Answer {
    try await run(.read, on: readers, work)
  }

  /// READ COMMITTED; see `SQLEngine`.
  @discardableResult
  package func write<Answer: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Answer
  ) async throws -> Answer {
    try await run(.write, on: writers, work)
  }

  /// Waits for what runs, at most for the deadline of one statement; see `SQLEngine`.
  package func close() async {
    let deadline = ContinuousClock.now + settings.statementDeadline
    await readers.close(until: deadline)
    await writers.close(until: deadline)
  }

  private func run<Answer: Sendable>(
    _ transaction: PostgresSession.Transaction, on pool: PostgresPool,
    _ work: @escaping @Sendable (any SQLSession) throws -> Answer
  ) async throws -> Answer {
    let deadline = ContinuousClock.now + settings.statementDeadline
    var tries = 0
    while true {
      let connection = try await pool.take(until: deadline)
      var outcome = await connection.run(transaction, work)
      if case .notOpen = outcome {
        try await open(connection, of: pool)
        outcome = await connection.run(transaction, work)
      }
      pool.giveBack(connection)
      tries += 1
      switch outcome {
      case .done(let answer): return answer
      case .failed(let error): throw error
      case .notOpen: throw SQLError.unavailable("the connection was closed")
      case .again(let error):
        guard tries < Self.tries, ContinuousClock.now < deadline else { throw error }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<(2 << tries))))
      }
    }
  }

  /// Opens the connection, or gives it back to the pool and throws.
  ///
  /// libpq resolves names without a deadline. When that hangs, the caller goes and the connection comes back later.
  private func open(_ connection: PostgresConnection, of pool: PostgresPool) async throws {
    do {
      try backoff.check(at: .now)
    } catch {
      pool.giveBack(connection)
      throw error
    }
    let limit = settings.connectTimeout + .milliseconds(250)
    let (answers, source) = AsyncStream.makeStream(of: SQLError?.self, bufferingPolicy: .bufferingNewest(1))
    let backoff = backoff
    Task {
      let failure = await connection.open()
      backoff.record(failure, at: .now)
      if failure != nil { pool.giveBack(connection) }
      if case .terminated = source.yield(failure), failure == nil { pool.giveBack(connection) }
      source.finish()
    }
    let alarm = Task {
      try await Task.sleep(for: limit)
      source.finish()
    }
    defer { alarm.cancel() }
    for await failure in answers {
      if let failure { throw failure }
      return
    }
    throw SQLError.unavailable("the address of the database server could not be resolved in time")
  }
}
