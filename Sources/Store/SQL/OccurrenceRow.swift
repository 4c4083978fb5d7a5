import Images
import Metadata
import Schemas
import SwiftProtobuf

/// An occurrence as it is kept.
struct OccurrenceRow: Sendable {
  let name: OccurrenceName
  let columns: OccurrenceColumns
  let message: [UInt8]

  init(_ name: OccurrenceName, _ occurrence: Occurrence) throws {
    self.name = name
    columns = try OccurrenceColumns(occurrence)
    message = try occurrence.serializedBytes()
  }

  static let columnNames = [
    "position", "project", "id", "resource", "kind", "noteProject", "noteId", "createTime", "updateTime", "severity",
    "changed", "message",
  ]
  static let factColumnNames = ["type", "value", "resource", "project", "position"]

  /// - Parameter change: the position of the change; that of the row unless it was taken over from an older database.
  func values(at position: Int64, change: Int64) -> [SQLValue] {
    [
      .integer(position), .text(name.project.id), .text(name.id), SQLValue(column: columns.resource),
      .integer(columns.kind), .text(columns.note.project.id), .text(columns.note.id), .integer(columns.createTime),
      .integer(columns.updateTime), .integer(columns.severity), .integer(change), .blob(message),
    ]
  }

  func facts(at position: Int64) -> [[SQLValue]] {
    columns.facts.map { factValues($0, position) }
  }

  /// The whole key of the row of a fact, and nothing else is in it.
  func factValues(_ fact: Fact, _ position: Int64) -> [SQLValue] {
    [
      .integer(fact.code), fact.column, SQLValue(column: columns.resource), .text(name.project.id), .integer(position),
    ]
  }

  /// Adds occurrences that are not there yet, their facts and their projects.
  static func insert(_ rows: [(position: Int64, row: OccurrenceRow)], _ session: any SQLSession) throws {
    guard !rows.isEmpty else { return }
    try ProjectRow.ensure(rows.map { ($0.position, $0.row.name.project) }, session)
    try session.insert(into: "occurrence", columnNames, rows.map { $0.row.values(at: $0.position, change: $0.position) })
    let facts = rows.flatMap { $0.row.facts(at: $0.position) }
    if !facts.isEmpty { try session.insert(into: "fact", factColumnNames, facts) }
  }

  /// - Throws: `MetadataError.notFound`.
  static func find(
    _ name: OccurrenceName, _ session: any SQLSession
  ) throws -> (position: Int64, occurrence: Occurrence) {
    let rows = try session.rows(
      "SELECT position, message FROM occurrence WHERE project = ? AND id = ?", [.text(name.project.id), .text(name.id)])
    guard let row = rows.first else { throw MetadataError.notFound(name.description) }
    return (try row.integer(0), try Occurrence(serializedBytes: row.blob(1)))
  }

  /// Takes the facts at `position` back.
  func deleteFacts(_ facts: some Sequence<Fact>, at position: Int64, _ session: any SQLSession) throws {
    for fact in facts {
      try session.execute(
        "DELETE FROM fact WHERE type = ? AND value = ? AND resource = ? AND project = ? AND position = ?",
        factValues(fact, position))
    }
  }
}

extension Fact {
  private static let limitBytes = 256

  /// The value as it is kept: a long one by its digest, because engines bound the size of a key.
  var column: SQLValue {
    value.utf8.count <= Self.limitBytes ? SQLValue(column: value) : .text(Digest(sha256Of: Array(value.utf8)).description)
  }
}
