import CPostgres
import Dispatch

/// A thread of its own for an actor that blocks.
private final class PostgresThread: SerialExecutor {
  private let queue = DispatchQueue(label: "postgres")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

/// One connection and the thread that it blocks. It is opened when it is needed and let go when it fails.
actor PostgresConnection {
  /// What became of one try.
  enum Outcome<Answer: Sendable>: Sendable {
    case done(Answer)
    case failed(any Error)
    /// Nothing was done, and the same work may pass next time.
    case again(any Error)
    /// There is no connection.
    case notOpen
  }

  private let thread = PostgresThread()
  private let address: PostgresAddress
  private let settings: PostgresSettings
  private var session: PostgresSession?

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ address: PostgresAddress, _ settings: PostgresSettings) {
    self.address = address
    self.settings = settings
  }

  /// - Returns: why it could not be opened; nil when it is open.
  func open() -> SQLError? {
    guard session == nil else { return nil }
    do throws(PostgresFailure) {
      let wire = try PostgresWire.open(address, within: settings.connectTimeout, patience: settings.statementDeadline)
      if let encoding = wire.parameter("server_encoding"), encoding != "UTF8" {
        return .failed("the encoding of the database is \(encoding); create it with ENCODING 'UTF8'")
      }
      try prepare(wire)
      session = PostgresSession(
        wire, deadline: settings.statementDeadline, migrationDeadline: settings.migrationDeadline)
      return nil
    } catch {
      return .unavailable(error.message)
    }
  }

  /// The server gives up a statement when we do, and a transaction whose client stands still, so that nobody waits for its
  /// locks; and COMMIT means written. Settings that the server does not know are left out.
  private func prepare(_ wire: PostgresWire) throws(PostgresFailure) {
    let limit = settings.statementDeadline.milliseconds
    try wire.add(
      """
      SELECT set_config(known.name, wanted.setting, false) FROM pg_settings AS known JOIN (VALUES
        ('statement_timeout', '\(limit)'), ('idle_in_transaction_session_timeout', '\(2 * limit)'),
        ('client_connection_check_interval', '\(limit)'), ('standard_conforming_strings', 'on'),
        ('synchronous_commit', 'on')
      ) AS wanted (name, setting) ON known.name = wanted.name
      WHERE known.name <> 'synchronous_commit' OR known.setting = 'off'
      """)
    try wire.sync()
    for case .refused(let failure) in try wire.answers() { throw failure }
  }

  func close() { session = nil }

  /// Runs `work` as one transaction.
  func run<Answer: Sendable>(
    _ transaction: PostgresSession.Transaction, _ work: @Sendable (any SQLSession) throws -> Answer
  ) -> Outcome<Answer> {
    guard let session else { return .notOpen }
    do {
      try session.begin(transaction)
      let answer = try work(session)
      switch transaction {
      case .read: try session.leave()
      case .write: try session.commit()
      }
      return .done(answer)
    } catch {
      session.undo()
      switch session.fate {
      case .sound: return .failed(error)
      case .conflict: return .again(error)
      case .broken:
        self.session = nil
        return .again(error)
      case .gone:
        self.session = nil
        return .failed(error)
      }
    }
  }
}
