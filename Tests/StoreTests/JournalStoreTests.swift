import Contracts
import GRDB
import Images
import Metadata
import Store
import TestSupport
import Testing

@Suite("The journal in SQLite")
struct SQLiteJournalTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("decisions.sqlite")
  }

  @Test("keeps the contract", arguments: DecisionJournalContract.clauses)
  func contract(_ clause: DecisionJournalContract.Clause) async throws { try await clause.check(SQLiteStore(path: path)) }

  @Test(
    "shows what was done to its file behind its back",
    arguments: [
      ("UPDATE journal SET message = x'7b7d' WHERE sequence = 3", [ChainCheck.Fault.altered(3)]),
      ("DELETE FROM journal WHERE sequence IN (2, 3)", [.missing(from: 2, through: 3)]),
      ("DELETE FROM journal WHERE sequence = 5", [.noEnd(noted: 5, found: 4)]),
      ("UPDATE journal SET hash = 'nonsense' WHERE sequence = 2", [.altered(2), .untied(3)]),
    ])
  func tampering(_ statement: String, _ faults: [ChainCheck.Fault]) async throws {
    let store = try SQLiteStore(path: path)
    try await store.append((1...5).map { Decisions.decision("u-\($0)", at: Int64($0)) })
    try await DatabaseQueue(path: path).write { try $0.execute(sql: statement) }
    #expect(try await DecisionJournalContract.faults(of: store) == faults)
  }

  @Test("goes on where it was when it is opened again, and refuses when it is full without losing what it has")
  func reopening() async throws {
    try await SQLiteStore(path: path).append([Decisions.decision("u-1", at: 1)])
    let store = try SQLiteStore(path: path, settings: SQLiteSettings(limitBytes: 300_000))
    var kept: Int64 = 1
    await #expect(throws: MetadataError.self) {
      for _ in 0..<500 {
        let large = (0..<10).map { Decisions.decision("v-\($0)", at: 2) }
        kept = try await store.append(large).sequence
      }
    }
    #expect(kept > 1)
    #expect(try await store.head().sequence == kept)
    #expect(try await DecisionJournalContract.faults(of: store).isEmpty)
  }

  @Test("asks an index for what it is asked often")
  func indices() async throws {
    let store = try SQLiteStore(path: path)
    try await store.append([Decisions.broken("u-1", at: 1)])
    let plans = try await DatabaseQueue(path: path).read { database in
      try [
        "SELECT message FROM journal INDEXED BY journalById WHERE sequence > 0 AND id >= 'a' AND id < 'b' ORDER BY sequence",
        "SELECT message FROM journal WHERE sequence > 0 AND kind IN ('decision') AND verdict = 'broken-glass' ORDER BY sequence DESC",
      ].map { try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + $0).map { "\($0["detail"] ?? "")" }.joined() }
    }
    #expect(plans[0].contains("journalById") && plans[1].contains("journalByVerdict"), "\(plans)")
  }
}

@Suite("The journal in PostgreSQL", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgresJournalTests {
  @Test("keeps the contract", arguments: DecisionJournalContract.clauses)
  func contract(_ clause: DecisionJournalContract.Clause) async throws {
    let store = try await SQLStore(
      engine: PostgresEngine(
        PostgresSettings(
          address: Redacted(SharedPostgres.makeDatabase()), readers: 2, writers: 2, statementDeadline: .seconds(120))))
    try await clause.check(store)
    await store.close()
  }
}
