import Contracts
import Foundation
import GRDB
import Images
import Metadata
import Schemas
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite("A database of the first version")
struct OldDatabaseTests {
  private let folder: TemporaryFolder
  private let path: String
  private let note: NoteName

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("metadata.sqlite")
    note = try NoteName(parsing: "projects/shop/notes/qa")
  }

  /// Writes what the first version wrote: its tables, a note, and `count` attestations in two projects by turns.
  private func write(_ count: Int) throws -> [Occurrence] {
    let stamps = Stamps.counting()
    let kept = try stamps.recorded([note.id: Facts.attestationNote], in: note.project)[0].note
    let tenant = try ProjectName(id: "tenant")
    let occurrences = try (0..<count).map { number in
      let written = Facts.attestation(of: note.description, about: number == 3 ? Facts.otherImage : Facts.image)
      return try stamps.recorded([written], in: number % 2 == 0 ? note.project : tenant)[0]
    }
    try DatabaseQueue(path: path).write { database in
      try database.execute(sql: Self.tables)
      try database.execute(
        sql: "INSERT INTO note (project, id, message) VALUES (?, ?, ?)",
        arguments: [note.project.id, note.id, try kept.serializedData()])
      for one in occurrences {
        try database.execute(
          sql: """
            INSERT INTO occurrence (project, id, resource, kind, noteProject, noteId, message) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            one.name.project.id, one.name.id, one.message.resourceKey, one.message.kind.rawValue, note.project.id, note.id,
            try one.message.serializedData(),
          ])
      }
    }
    return occurrences.map(\.message)
  }

  @Test("is opened with everything in it, and is found by what the first version did not know")
  func opened() async throws {
    let written = try write(1_005)
    let store = try SQLiteStore(path: path)
    #expect(store.pageTokenKey.revealed == [UInt8](repeating: 7, count: 32))
    #expect(try await store.note(note).name == note.description)
    let first = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest())
    // The token that the first version would have given: positions are the same.
    let rest = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest(token: "1000"))
    #expect(first.items + rest.items == written && rest.items.count == 5)
    #expect(try await store.projects(page: PageRequest()).items.map(\.id) == ["shop", "tenant"])
    let signed = try await store.images(
      with: .key("ni:///sha-256;abc"), in: ProjectName(id: "tenant"), page: PageRequest())
    #expect(signed.items.map(\.resourceURI) == [Facts.image, Facts.otherImage])
    #expect(signed.items.last?.occurrences == [written[3]])
  }

  @Test("tells all that is in it as changes, and goes on from there")
  func changes() async throws {
    let written = try write(5)
    let store = try SQLiteStore(path: path)
    let before = try await store.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1000)
    #expect(before.changes.map(\.name) == [note.description] + written.map(\.name) && before.isLast)
    try await store.delete(OccurrenceName(parsing: written[0].name), etag: nil)
    let added = try await store.create([Facts.attestation(of: note.description)], in: note.project)
    let after = try await store.changes(in: nil, matching: OccurrenceFilter(), after: before.position, atMost: 1000)
    #expect(after.changes.map(\.name) == [written[0].name, added[0].name])
    #expect(after.changes.map(\.isDeletion) == [true, false])
  }

  @Test("is not opened by the first version any more")
  func newer() throws {
    _ = try write(1)
    _ = try SQLiteStore(path: path)
    let applied = try DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
    }
    // Its migrator refuses what it has not heard of.
    #expect(
      applied == ["0001-notes-and-occurrences", "0002-complete-store", "0003-managed-documents", "0004-decision-journal"])
  }

  /// As the first version left them.
  private static let tables = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('0001-notes-and-occurrences');
    CREATE TABLE note (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      project TEXT NOT NULL,
      id TEXT NOT NULL,
      message BLOB NOT NULL,
      UNIQUE (project, id)
    ) STRICT;
    CREATE INDEX noteByProject ON note (project);
    CREATE TABLE occurrence (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      project TEXT NOT NULL,
      id TEXT NOT NULL,
      resource TEXT NOT NULL,
      kind INTEGER NOT NULL,
      noteProject TEXT NOT NULL,
      noteId TEXT NOT NULL,
      message BLOB NOT NULL,
      UNIQUE (project, id)
    ) STRICT;
    CREATE INDEX occurrenceByProject ON occurrence (project);
    CREATE INDEX occurrenceByKind ON occurrence (project, kind);
    CREATE INDEX occurrenceByResource ON occurrence (project, resource);
    CREATE INDEX occurrenceByNote ON occurrence (noteProject, noteId);
    CREATE INDEX occurrenceByNoteAndResource ON occurrence (noteProject, noteId, resource);
    CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    INSERT INTO secret VALUES ('page-tokens', x'0707070707070707070707070707070707070707070707070707070707070707');
    """
}
