import Foundation
package import Metadata

/// The answers of a metadata store in one SQLite file, for one process.
///
/// What is written last may be lost when the power goes, but only from the end: a position never outlives what it forgot.
package final class SQLiteAnswerFile: AnswerFile {
  /// Of the tables, and of nobody else's; a file of another one is begun anew.
  private static let version: Int64 = 0x4556_0001

  private let engine: SQLiteEngine
  private let limitAnswers: Int

  /// Opens the file, or makes it for its owner alone.
  ///
  /// - Parameter limitAnswers: with more, the oldest go.
  /// - Throws: `StoreError.cannotOpen` for a file that is no such database, or is a damaged one.
  package init(path: String, limitAnswers: Int = 1_000_000) throws(StoreError) {
    self.limitAnswers = limitAnswers
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    engine = try SQLiteEngine(path: path, SQLiteSettings(), syncsEveryCommit: false)
    do {
      try engine.writeNow { try Self.prepare($0) }
    } catch {
      throw .cannotOpen(path: path, because: "it holds no evidence that can be read: \(error)")
    }
  }

  /// Opens the file; one that cannot be read is removed and begun anew, since all that it holds can be asked for again.
  ///
  /// - Returns: with the file, why the one that was there is gone; nil when it was used or there was none.
  /// - Throws: `StoreError.cannotOpen` when a new one cannot be made either.
  package static func open(
    path: String, limitAnswers: Int = 1_000_000
  ) throws(StoreError) -> (file: SQLiteAnswerFile, replaced: String?) {
    do {
      return (try SQLiteAnswerFile(path: path, limitAnswers: limitAnswers), nil)
    } catch {
      for part in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + part) }
      return (try SQLiteAnswerFile(path: path, limitAnswers: limitAnswers), error.problem)
    }
  }

  /// Ends the connections; nothing may be asked afterwards.
  package func close() async { await engine.close() }

  /// A large file is not read through first: what is damaged in it is met when it is asked for, and is no answer.
  private static let limitCheckedBytes: Int64 = 256 << 20

  private static func prepare(_ session: any SQLSession) throws {
    let pages = try session.rows("PRAGMA page_count", []).first?.integer(0) ?? 0
    if pages * 4096 <= limitCheckedBytes {
      let check = try session.rows("PRAGMA quick_check(1)", [])
      guard try check.first?.text(0) == "ok" else { throw SQLError.failed("it is damaged") }
    }
    let found = try session.rows("PRAGMA user_version", []).first?.integer(0) ?? 0
    if found == version { return }
    guard try session.rows("SELECT name FROM sqlite_master LIMIT 1", []).isEmpty else {
      throw SQLError.failed("it is of version \(found), and this program reads \(version)")
    }
    try session.execute(
      """
      CREATE TABLE answer (digest TEXT NOT NULL, question TEXT NOT NULL, note TEXT NOT NULL, atSeconds INTEGER NOT NULL, \
      bytes BLOB NOT NULL, PRIMARY KEY (digest, question)) STRICT
      """, [])
    try session.execute("CREATE INDEX answerByNote ON answer (note)", [])
    try session.execute("CREATE TABLE followed (position INTEGER NOT NULL, atSeconds INTEGER NOT NULL) STRICT", [])
    try session.execute("PRAGMA user_version = \(version)", [])
  }

  /// Point read; see `AnswerFile`.
  package func answer(to question: String, about digest: String) async throws -> KeptAnswer? {
    try await read { session in
      let rows = try session.rows(
        "SELECT note, atSeconds, bytes FROM answer WHERE digest = ? AND question = ?", [.text(digest), .text(question)])
      return try rows.first.map { row in
        KeptAnswer(
          digest: digest, question: question, note: try row.text(0), atSeconds: try row.integer(1), bytes: try row.blob(2))
      }
    }
  }

  /// One transaction; see `AnswerFile`.
  package func keep(_ answers: [KeptAnswer], unless isVoid: @escaping @Sendable () -> Bool) async throws {
    let limit = limitAnswers
    try await write { session in
      if isVoid() { return }
      for answer in answers {
        try session.execute(
          "INSERT OR REPLACE INTO answer (digest, question, note, atSeconds, bytes) VALUES (?, ?, ?, ?, ?)",
          [
            .text(answer.digest), .text(answer.question), .text(answer.note), .integer(answer.atSeconds), .blob(answer.bytes),
          ])
      }
      // Row ids grow in the order of keeping, so those that far behind the last are the oldest, and more than fit.
      try session.execute(
        "DELETE FROM answer WHERE rowid <= (SELECT max(rowid) FROM answer) - ?", [.integer(Int64(limit))])
    }
  }

  /// One transaction; see `AnswerFile`.
  package func forget(digests: Set<String>, notes: Set<String>, reaching position: FollowedPosition) async throws {
    try await write { session in
      for digest in digests { try session.execute("DELETE FROM answer WHERE digest = ?", [.text(digest)]) }
      for note in notes where !note.isEmpty { try session.execute("DELETE FROM answer WHERE note = ?", [.text(note)]) }
      try Self.set(position, session)
    }
  }

  /// One transaction; see `AnswerFile`.
  package func begin(at position: FollowedPosition) async throws {
    try await write { session in
      try session.execute("DELETE FROM answer", [])
      try Self.set(position, session)
    }
  }

  /// One row; see `AnswerFile`.
  package func followed() async throws -> FollowedPosition? {
    try await read { session in
      try session.rows("SELECT position, atSeconds FROM followed", []).first.map { row in
        FollowedPosition(position: try row.integer(0), atSeconds: try row.integer(1))
      }
    }
  }

  /// Counts them; see `AnswerFile`.
  package func count() async throws -> Int { try await read { try Self.count($0) } }

  private static func count(_ session: any SQLSession) throws -> Int {
    Int(try session.rows("SELECT count(*) FROM answer", []).first?.integer(0) ?? 0)
  }

  private static func set(_ position: FollowedPosition, _ session: any SQLSession) throws {
    try session.execute("DELETE FROM followed", [])
    try session.execute(
      "INSERT INTO followed (position, atSeconds) VALUES (?, ?)",
      [.integer(position.position), .integer(position.atSeconds)])
  }

  private func read<Answer: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Answer
  ) async throws -> Answer {
    do {
      return try await engine.read(work)
    } catch let error as SQLError {
      throw MetadataError(error)
    }
  }

  private func write(_ work: @escaping @Sendable (any SQLSession) throws -> Void) async throws {
    do {
      try await engine.write(work)
    } catch let error as SQLError {
      throw MetadataError(error)
    }
  }
}
