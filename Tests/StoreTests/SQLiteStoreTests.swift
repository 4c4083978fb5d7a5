import Contracts
import Foundation
import GRDB
import Images
import Metadata
import Store
import Testing

@Suite("The SQLite store")
struct SQLiteStoreTests {
  @Test("keeps the contract", arguments: MetadataStoreContract.clauses)
  func contract(_ clause: MetadataStoreContract.Clause) async throws {
    try await withFolder { try await clause.check(try SQLiteStore(path: $0 + "/metadata.sqlite")) }
  }

  @Test("still has everything, and honours its page tokens, when it is opened again")
  func reopening() async throws {
    try await withFolder { folder in
      let path = folder + "/metadata.sqlite"
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
  }

  @Test("refuses a database that a newer version has changed")
  func newerSchema() async throws {
    try await withFolder { folder in
      let path = folder + "/metadata.sqlite"
      _ = try SQLiteStore(path: path)
      try DatabaseQueue(path: path).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-from-the-future')")
      }
      #expect(throws: StoreError.newerSchema(path: path)) { try SQLiteStore(path: path) }
    }
  }

  @Test("says what is wrong with a path it cannot open")
  func unopenable() async throws {
    #expect { try SQLiteStore(path: "/nonexistent/folder/metadata.sqlite") } throws: { error in
      (error as? StoreError)?.code == "store-cannot-open"
    }
    try await withFolder { folder in
      let path = folder + "/metadata.sqlite"
      try Data(repeating: 7, count: 4096).write(to: URL(fileURLWithPath: path))
      #expect { try SQLiteStore(path: path) } throws: { ($0 as? StoreError)?.code == "store-cannot-open" }
    }
  }
}

/// Runs `body` with a new folder, which is gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pratique-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder.path)
}
