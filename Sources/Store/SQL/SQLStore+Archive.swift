package import Metadata
import Schemas
import SwiftProtobuf

extension SQLStore: ArchiveStore {
  /// One step; see `ArchiveStore`.
  @discardableResult
  package func restore(_ notes: [Note]) async throws -> Int {
    let rows = try unique(restored(notes).map { (row: try NoteRow($0.name, $0.note), name: $0.name, item: $0.note) })
    return try await change(positions: rows.count, rows: rows.count) { session, first in
      let new = try Self.new(rows, in: "note", session)
      if !new.isEmpty { try NoteRow.insert(new, at: first, session) }
      return new.count
    }
  }

  /// One step; see `ArchiveStore`.
  @discardableResult
  package func restore(_ occurrences: [Occurrence]) async throws -> Int {
    let rows = try unique(
      restored(occurrences).map { (row: try OccurrenceRow($0.name, $0.message), name: $0.name, item: $0.message) })
    return try await change(positions: rows.count, rows: rows.count) { session, first in
      let notes = try NoteRow.present(Set(rows.map(\.row.columns.note)), session)
      if let missing = rows.first(where: { !notes.contains($0.row.columns.note) }) {
        throw MetadataError.notFound(missing.row.columns.note.description)
      }
      let new = try Self.new(rows, in: "occurrence", session)
      try Tombstone.remove(Tombstone.occurrences, new.map { ($0.name.project.id, $0.name.id) }, session)
      try OccurrenceRow.insert(new.enumerated().map { (first + Int64($0), $1) }, session)
      return new.count
    }
  }

  /// Those rows that are not there yet.
  ///
  /// - Throws: `MetadataError.alreadyExists` when something else is there under the same name.
  private static func new<Row: NamedRow, Item: Message & Equatable>(
    _ rows: [(row: Row, name: Row.Name, item: Item)], in table: String, _ session: any SQLSession
  ) throws -> [Row] {
    let kept = try NameLookup(table: table, columns: ["project", "id", "message"]).rows(rows.map(\.row.key), session)
    var items: [String: Item] = [:]
    for row in kept { items["\(try row.text(0))/\(try row.text(1))"] = try Item(serializedBytes: row.blob(2)) }
    return try rows.filter { one in
      guard let kept = items["\(one.row.key.project)/\(one.row.key.id)"] else { return true }
      guard kept == one.item else { throw MetadataError.alreadyExists(one.name.description) }
      return false
    }.map(\.row)
  }

  /// Each name once.
  ///
  /// - Throws: `MetadataError.alreadyExists` when a name comes twice with different contents.
  private func unique<Row, Name: Hashable & CustomStringConvertible, Item: Equatable>(
    _ rows: [(row: Row, name: Name, item: Item)]
  ) throws(MetadataError) -> [(row: Row, name: Name, item: Item)] {
    var seen: [Name: Item] = [:]
    var unique: [(row: Row, name: Name, item: Item)] = []
    for one in rows {
      guard let before = seen.updateValue(one.item, forKey: one.name) else {
        unique.append(one)
        continue
      }
      guard before == one.item else { throw .alreadyExists(one.name.description) }
    }
    return unique
  }
}

/// A row that is found by its project and id.
private protocol NamedRow {
  associatedtype Name: CustomStringConvertible
  var key: (project: String, id: String) { get }
}

extension NoteRow: NamedRow {
  fileprivate typealias Name = NoteName
  fileprivate var key: (project: String, id: String) { (name.project.id, name.id) }
}

extension OccurrenceRow: NamedRow {
  fileprivate typealias Name = OccurrenceName
  fileprivate var key: (project: String, id: String) { (name.project.id, name.id) }
}
