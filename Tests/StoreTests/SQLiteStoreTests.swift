import Contracts
import GRDB
import Images
import Metadata
import Store
import TestSupport
import Testing

@Suite("The SQLite store")
struct SQLiteStoreTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("metadata.sqlite")
  }

  @Test("keeps the contract", arguments: MetadataStoreContract.clauses)
  func contract(_ clause: MetadataStoreContract.Clause) async throws { try await clause.check(SQLiteStore(path: path)) }

  @Test("keeps the contract of a complete store", arguments: CompleteStoreContract.clauses)
  func completeContract(_ clause: CompleteStoreContract.Clause) async throws {
    try await clause.check(SQLiteStore(path: path))
  }

  @Test("still has everything, and goes on paging, when it is opened again")
  func reopening() async throws {
    let note = try NoteName(parsing: "projects/shop/notes/qa")
    func firstRun() async throws -> (stored: [Occurrence], token: String?, key: [UInt8]) {
      let store = try SQLiteStore(path: path)
      try await store.create(Facts.attestationNote, named: note)
      let batch = (0..<5).map { Facts.finding(of: note.description, "\($0)") }
      let stored = try await store.create(batch, in: note.project)
      let page = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest(size: 2))
      return (stored, page.nextToken, store.pageTokenKey.revealed)
    }
    let before = try await firstRun()
    let store = try SQLiteStore(path: path)
    let rest = try await store.occurrences(
      of: note, matching: OccurrenceFilter(), page: PageRequest(size: 10, token: before.token))
    #expect(rest.items == Array(before.stored.dropFirst(2)))
    #expect(store.pageTokenKey.revealed == before.key && before.key.count == 32)
  }

  @Test("refuses a database that a newer version has changed")
  func newerSchema() throws {
    _ = try SQLiteStore(path: path)
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-from-the-future')")
    }
    #expect(throws: StoreError.newerSchema(path: path)) { try SQLiteStore(path: path) }
  }

  @Test("says what is wrong with a path it cannot open")
  func unopenable() throws {
    try folder.write(["metadata.sqlite": [UInt8](repeating: 7, count: 4096)])
    for path in [path, "/nonexistent/folder/metadata.sqlite"] {
      #expect { try SQLiteStore(path: path) } throws: { ($0 as? StoreError)?.code == "store-cannot-open" }
    }
  }
}
