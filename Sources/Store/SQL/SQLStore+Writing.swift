package import Metadata
import Schemas
import SwiftProtobuf

extension SQLStore: MetadataWriter {
  /// One step; see `MetadataWriter`.
  @discardableResult
  package func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note] {
    let recorded = try stamps.recorded(notes, in: project)
    let rows = try recorded.map { try NoteRow($0.name, $0.note) }
    try await change(positions: rows.count, rows: rows.count) { session, first in
      let taken = try NoteRow.present(Set(rows.map(\.name)), session)
      if let name = rows.first(where: { taken.contains($0.name) })?.name {
        throw MetadataError.alreadyExists(name.description)
      }
      try NoteRow.insert(rows, at: first, session)
    }
    return recorded.map(\.note)
  }

  /// One step; see `MetadataWriter`.
  @discardableResult
  package func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    let recorded = try stamps.recorded(occurrences, in: project)
    let rows = try recorded.map { try OccurrenceRow($0.name, $0.message) }
    try await commit(.occurrences(rows), positions: rows.count, rows: rows.count)
    return recorded.map(\.message)
  }

  /// One step; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: NoteName, with update: Update<Note>) async throws -> Note {
    try await change { [stamps] session, change in
      let (position, current) = try NoteRow.find(name, session)
      let changed = try update.applied(to: current, named: name, at: stamps.now())
      let row = try NoteRow(name, changed)
      try session.execute(
        "UPDATE note SET kind = ?, createTime = ?, updateTime = ?, changed = ?, message = ? WHERE position = ?",
        [
          .integer(row.columns.kind), .integer(row.columns.createTime), .integer(row.columns.updateTime),
          .integer(change), .blob(row.message), .integer(position),
        ])
      return changed
    }
  }

  /// One step; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: OccurrenceName, with update: Update<Occurrence>) async throws -> Occurrence {
    try await change { [stamps] session, change in
      let (position, current) = try OccurrenceRow.find(name, session)
      let changed = try update.applied(to: current, named: name, at: stamps.now())
      try Self.replace(OccurrenceRow(name, current), by: OccurrenceRow(name, changed), at: position, change, session)
      return changed
    }
  }

  private static func replace(
    _ before: OccurrenceRow, by after: OccurrenceRow, at position: Int64, _ change: Int64, _ session: any SQLSession
  ) throws {
    let columns = after.columns
    try session.execute(
      """
      UPDATE occurrence SET resource = ?, kind = ?, noteProject = ?, noteId = ?, createTime = ?, updateTime = ?, \
      severity = ?, changed = ?, message = ? WHERE position = ?
      """,
      [
        SQLValue(column: columns.resource), .integer(columns.kind), .text(columns.note.project.id), .text(columns.note.id),
        .integer(columns.createTime), .integer(columns.updateTime), .integer(columns.severity), .integer(change),
        .blob(after.message), .integer(position),
      ])
    if before.columns.resource == columns.resource && Set(before.columns.facts) == Set(columns.facts) { return }
    try before.deleteFacts(before.columns.facts, at: position, session)
    let facts = after.facts(at: position)
    if !facts.isEmpty { try session.insert(into: "fact", OccurrenceRow.factColumnNames, facts) }
  }

  /// One step, with the note's access policy; see `MetadataWriter`.
  package func delete(_ name: NoteName, etag: String?) async throws {
    try await change { session, change in
      let (position, current) = try NoteRow.find(name, session)
      if let etag, etag != Metadata.etag(of: current) { throw MetadataError.outdated(name.description) }
      try session.execute("DELETE FROM note WHERE position = ?", [.integer(position)])
      try Self.bury(
        Tombstone.notes, name.project, name.id, current.serializedBytes(), name.description, at: change, session)
    }
  }

  /// One step, with the occurrence's access policy; see `MetadataWriter`.
  package func delete(_ name: OccurrenceName, etag: String?) async throws {
    try await change { session, change in
      let (position, current) = try OccurrenceRow.find(name, session)
      if let etag, etag != Metadata.etag(of: current) { throw MetadataError.outdated(name.description) }
      let row = try OccurrenceRow(name, current)
      try session.execute("DELETE FROM occurrence WHERE position = ?", [.integer(position)])
      try row.deleteFacts(row.columns.facts, at: position, session)
      try Self.bury(
        Tombstone.occurrences, name.project, name.id, row.message, name.description, at: change, session)
    }
  }

  /// Whoever takes the name next must not inherit who may do what with it, so the policy goes too.
  private static func bury(
    _ collection: String, _ project: ProjectName, _ id: String, _ message: [UInt8], _ resource: String,
    at change: Int64, _ session: any SQLSession
  ) throws {
    try session.execute("DELETE FROM accessPolicy WHERE resource = ?", [.text(resource)])
    try Tombstone.insert(collection, project, id, message, at: change, session)
  }
}
