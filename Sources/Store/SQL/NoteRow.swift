import Metadata
import Schemas
import SwiftProtobuf

/// A note as it is kept.
struct NoteRow: Sendable {
  let name: NoteName
  let columns: NoteColumns
  let message: [UInt8]

  init(_ name: NoteName, _ note: Note) throws {
    self.name = name
    columns = NoteColumns(note)
    message = try note.serializedBytes()
  }

  static let columnNames = ["position", "project", "id", "kind", "createTime", "updateTime", "changed", "message"]

  /// - Parameter change: the position of the change; that of the row unless it was taken over from an older database.
  func values(at position: Int64, change: Int64) -> [SQLValue] {
    [
      .integer(position), .text(name.project.id), .text(name.id), .integer(columns.kind), .integer(columns.createTime),
      .integer(columns.updateTime), .integer(change), .blob(message),
    ]
  }

  /// Adds notes that are not there yet, and their projects.
  ///
  /// - Parameter first: the position of the first; the others follow.
  static func insert(_ rows: [NoteRow], at first: Int64, _ session: any SQLSession) throws {
    let placed = rows.enumerated().map { (position: first + Int64($0), row: $1) }
    try ProjectRow.ensure(placed.map { ($0.position, $0.row.name.project) }, session)
    try Tombstone.remove(Tombstone.notes, rows.map { ($0.name.project.id, $0.name.id) }, session)
    try session.insert(into: "note", columnNames, placed.map { $0.row.values(at: $0.position, change: $0.position) })
  }

  /// - Throws: `MetadataError.notFound`.
  static func find(_ name: NoteName, _ session: any SQLSession) throws -> (position: Int64, note: Note) {
    let rows = try session.rows(
      "SELECT position, message FROM note WHERE project = ? AND id = ?", [.text(name.project.id), .text(name.id)])
    guard let row = rows.first else { throw MetadataError.notFound(name.description) }
    return (try row.integer(0), try Note(serializedBytes: row.blob(1)))
  }

  /// Those of `names` that are there.
  static func present(_ names: Set<NoteName>, _ session: any SQLSession) throws -> Set<NoteName> {
    let rows = try NameLookup(table: "note", columns: ["project", "id"])
      .rows(names.map { ($0.project.id, $0.id) }, session)
    return Set(try rows.map { try NoteName(project: ProjectName(id: $0.text(0)), id: $0.text(1)) })
  }
}
