import GRDB
import Images

/// SQLite on one file: one writer, four readers, and nothing acknowledged before it is on the disk, unless it is told that
/// the last commits may be lost.
struct SQLiteEngine: SQLEngine {
  private let pool: DatabasePool
  private let settings: SQLiteSettings
  private let prepared = PreparedTexts()

  let dialect = SQLDialect(
    integer: "INTEGER", text: "TEXT", blob: "BLOB", tableEnd: " STRICT", keyedTableEnd: " STRICT, WITHOUT ROWID",
    migrationLock: nil, indexed: { " INDEXED BY \($0)" }, beganWithFirstSchema: true)

  /// - Throws: `StoreError.cannotOpen`.
  init(path: String, _ settings: SQLiteSettings, syncsEveryCommit: Bool = true) throws(StoreError) {
    self.settings = settings
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
      guard syncsEveryCommit else { return }
      // The pool chooses NORMAL, which may lose the last commits when the power goes; FULL syncs every commit.
      let isFull = try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2
      }
      guard isFull else { throw StoreError.cannotOpen(path: path, because: "it does not sync every commit") }
    } catch let error as StoreError {
      throw error
    } catch {
      throw .cannotOpen(path: path, because: "\(error)")
    }
  }

  private static func configuration(_ settings: SQLiteSettings) -> Configuration {
    var configuration = Configuration()
    configuration.label = "metadata"
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA cache_size = -16384")
      guard !database.configuration.readonly else { return }
      // The log is carried over into the file at 16 MiB, and cut back to 64 where a long read had kept it from that.
      try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864")
      if let limit = settings.limitBytes {
        let pageBytes = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, limit / pageBytes))")
      }
    }
    return configuration
  }

  func read<Answer: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> Answer) async throws -> Answer {
    do {
      return try await pool.read { try work(session($0)) }
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  func write<Answer: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> Answer) async throws -> Answer {
    do {
      return try await pool.write { try work(session($0)) }
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  /// As `read`, on this thread.
  func readNow<Answer>(_ work: (any SQLSession) throws -> Answer) throws -> Answer {
    do {
      return try pool.read { try work(session($0)) }
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  /// As `write`, on this thread.
  func writeNow<Answer>(_ work: (any SQLSession) throws -> Answer) throws -> Answer {
    do {
      return try pool.write { try work(session($0)) }
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  func close() async { try? pool.close() }

  private func session(_ database: Database) -> SQLiteSession {
    SQLiteSession(database: database, prepared: prepared, onStatement: settings.onStatement)
  }
}

extension SQLError {
  init(_ error: DatabaseError) {
    let reason = "SQLite \(error.extendedResultCode.rawValue), \(printable(error.message ?? "no message"))"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full(reason)
    case .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_PERM: self = .readOnly(reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .unavailable("another process has held the database for 5 seconds: \(reason)")
    case .SQLITE_CANTOPEN, .SQLITE_MISUSE: self = .unavailable(reason)
    case .SQLITE_CONSTRAINT where Self.uniqueness.contains(error.extendedResultCode): self = .unique(reason)
    default: self = .failed(reason)
    }
  }

  private static let uniqueness: [ResultCode] = [
    .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID,
  ]
}
