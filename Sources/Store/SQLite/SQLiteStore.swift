import Foundation
import GRDB
package import Images
package import Metadata
import Schemas
import SwiftProtobuf

/// Keeps metadata in one SQLite file: one writer, many readers, and nothing acknowledged before it is on the disk.
///
/// The file, its `-wal` and its `-shm` belong together. Reads and writes wait at most five seconds for another process.
package final class SQLiteStore: MetadataReader, MetadataWriter {
  private let database: DatabasePool
  private let stamps: Stamps

  /// The key that page tokens are sealed with; it is made with the database and stays with it, so tokens outlive a
  /// restart.
  package let pageTokenKey: Redacted<[UInt8]>

  /// Opens or creates the database at `path` and brings its shape up to date.
  ///
  /// - Throws: `StoreError`.
  package init(path: String, stamps: Stamps = .system) throws(StoreError) {
    do {
      let pool = try Self.open(path)
      guard try pool.read({ try !Migrations.all.hasBeenSuperseded($0) }) else { throw StoreError.newerSchema(path: path) }
      try Migrations.all.migrate(pool)
      let key = try pool.read { try Data.fetchOne($0, sql: "SELECT value FROM secret WHERE name = 'page-tokens'") }
      guard let key, key.count == 32 else { throw StoreError.cannotOpen(path: path, because: "its page token key is gone") }
      database = pool
      pageTokenKey = Redacted(Array(key))
      self.stamps = stamps
    } catch let error as StoreError {
      throw error
    } catch {
      throw .cannotOpen(path: path, because: "\(error)")
    }
  }

  private static func open(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "metadata"
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    let pool = try DatabasePool(path: path, configuration: configuration)
    // The pool chooses NORMAL, which may lose the last commits when the power goes; FULL syncs every commit.
    let isFull = try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      return try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2
    }
    guard isFull else { throw StoreError.cannotOpen(path: path, because: "it does not sync every commit") }
    return pool
  }

  /// What the readers and the writer say of a failed database.
  private func answering<Answer>(_ work: () async throws -> Answer) async throws -> Answer {
    do {
      return try await work()
    } catch let error as DatabaseError {
      throw MetadataError.unavailable("the database says \(error.resultCode) \(printable(error.message ?? ""))")
    }
  }

  /// One transaction, synced before it returns; see `MetadataWriter`.
  @discardableResult
  package func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note] {
    let recorded = try stamps.recorded(notes, in: project)
    let rows = try recorded.map { (name: $0.name, message: try $0.note.serializedData()) }
    try await answering {
      try await database.write { database in
        for row in rows { try Self.insert(row.message, named: row.name, database) }
      }
    }
    return recorded.map(\.note)
  }

  /// One transaction, synced before it returns; see `MetadataWriter`.
  @discardableResult
  package func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    let recorded = try stamps.recorded(occurrences, in: project)
    let rows = try recorded.map { (recorded: $0, message: try $0.message.serializedData()) }
    try await answering {
      try await database.write { database in
        for note in Set(rows.map(\.recorded.note)) { try Self.requireNote(note, database) }
        for row in rows { try Self.insert(row.message, row.recorded, database) }
      }
    }
    return recorded.map(\.message)
  }

  /// Point read by project and id; see `MetadataReader`.
  package func note(_ name: NoteName) async throws -> Note {
    let message = try await answering {
      try await database.read {
        try Data.fetchOne(
          $0.cachedStatement(sql: "SELECT message FROM note WHERE project = ? AND id = ?"),
          arguments: [name.project.id, name.id])
      }
    }
    guard let message else { throw MetadataError.notFound(name.description) }
    return try Note(serializedBytes: message)
  }

  /// Point read by project and id; see `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) async throws -> Occurrence {
    let message = try await answering {
      try await database.read {
        try Data.fetchOne(
          $0.cachedStatement(sql: "SELECT message FROM occurrence WHERE project = ? AND id = ?"),
          arguments: [name.project.id, name.id])
      }
    }
    guard let message else { throw MetadataError.notFound(name.description) }
    return try Occurrence(serializedBytes: message)
  }

  /// One range of one index; see `MetadataReader`.
  package func notes(in project: ProjectName, page: PageRequest) async throws -> Page<Note> {
    try await fetch(ListQuery(notesIn: project), page)
  }

  /// One range of one index; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    try await fetch(ListQuery(occurrencesIn: project, matching: filter), page)
  }

  /// One range of one index; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    try await fetch(ListQuery(occurrencesOf: note, matching: filter), page, under: note)
  }

  private func fetch<Item: Message & Sendable>(
    _ list: ListQuery, _ page: PageRequest, under note: NoteName? = nil
  ) async throws -> Page<Item> {
    let position = try page.position()
    let rows = try await answering {
      try await database.read { database in
        if let note { try Self.requireNote(note, database) }
        return try list.rows(after: position, atMost: page.size + 1, database)
      }
    }
    return Page(rows: try rows.map { ($0.position, try Item(serializedBytes: $0.message)) }, size: page.size)
  }
}
