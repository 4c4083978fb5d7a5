import Metadata
import Schemas
import SwiftProtobuf

extension Migration {
  /// All that a complete store keeps. `message` holds the protobuf bytes as stored; every other column is derived from it.
  /// `position` is when a row came, and what page tokens hold; `changed` is the position of its latest change, which the
  /// change feed goes by. `resource` has no scheme. Every list has an index that ends in what it is ordered by.
  static let completeStore = Migration(number: 2, name: "complete-store") { session, dialect in
    if dialect.beganWithFirstSchema {
      for statement in setFirstTablesAside { try session.execute(statement, []) }
    }
    for statement in statements(dialect) { try session.execute(statement, []) }
    var taken: Int64 = 0
    if dialect.beganWithFirstSchema { taken = try FirstTables(session).takeOver() }
    try session.insert(into: "counter", ["name", "value"], [[.text("position"), .integer(taken)]])
  }

  private static let setFirstTablesAside = [
    "DROP INDEX noteByProject", "DROP INDEX occurrenceByProject", "DROP INDEX occurrenceByKind",
    "DROP INDEX occurrenceByResource", "DROP INDEX occurrenceByNote", "DROP INDEX occurrenceByNoteAndResource",
    "ALTER TABLE note RENAME TO firstNote", "ALTER TABLE occurrence RENAME TO firstOccurrence",
  ]

  private static func statements(_ dialect: SQLDialect) -> [String] {
    let (integer, text, blob) = (dialect.integer, dialect.text, dialect.blob)
    func table(_ name: String, _ columns: [String], key: String? = nil) -> String {
      let lines = columns.map { "\($0) NOT NULL" } + (key.map { ["PRIMARY KEY (\($0))"] } ?? [])
      return "CREATE TABLE \(name) (\(lines.joined(separator: ", ")))\(dialect.tableEnd)"
    }
    return [
      table("counter", ["name \(text) PRIMARY KEY", "value \(integer)"]),
      table("project", ["position \(integer) PRIMARY KEY", "name \(text) UNIQUE"]),
      table(
        "note",
        [
          "position \(integer) PRIMARY KEY", "project \(text)", "id \(text)", "kind \(integer)", "createTime \(integer)",
          "updateTime \(integer)", "changed \(integer)", "message \(blob)",
        ]),
      "CREATE UNIQUE INDEX noteById ON note (project, id)",
      "CREATE INDEX noteByProject ON note (project, position)",
      "CREATE INDEX noteByKind ON note (project, kind, position)",
      "CREATE UNIQUE INDEX noteByChange ON note (changed)",
      table(
        "occurrence",
        [
          "position \(integer) PRIMARY KEY", "project \(text)", "id \(text)", "resource \(text)", "kind \(integer)",
          "noteProject \(text)", "noteId \(text)", "createTime \(integer)", "updateTime \(integer)",
          "severity \(integer)", "changed \(integer)", "message \(blob)",
        ]),
      "CREATE UNIQUE INDEX occurrenceById ON occurrence (project, id)",
      "CREATE INDEX occurrenceByProject ON occurrence (project, position)",
      "CREATE INDEX occurrenceByKind ON occurrence (project, kind, position)",
      "CREATE INDEX occurrenceByResource ON occurrence (resource, project, position)",
      "CREATE INDEX occurrenceByNote ON occurrence (noteProject, noteId, position)",
      "CREATE INDEX occurrenceByNoteAndResource ON occurrence (noteProject, noteId, resource, position)",
      "CREATE UNIQUE INDEX occurrenceByChange ON occurrence (changed)",
      """
      CREATE TABLE fact (type \(integer) NOT NULL, value \(text) NOT NULL, resource \(text) NOT NULL, \
      project \(text) NOT NULL, position \(integer) NOT NULL, \
      PRIMARY KEY (type, value, resource, project, position))\(dialect.keyedTableEnd)
      """,
      table(
        "tombstone",
        ["position \(integer) PRIMARY KEY", "project \(text)", "collection \(text)", "id \(text)", "message \(blob)"]),
      "CREATE INDEX tombstoneById ON tombstone (project, id)",
      table("accessPolicy", ["resource \(text) PRIMARY KEY", "etag \(text)", "message \(blob)"]),
      table("document", ["project \(text)", "digest \(text)", "bytes \(blob)"], key: "project, digest"),
    ]
  }
}

/// Carries the rows of 0001 over. Their positions stay, because page tokens hold them; their place in the change feed is
/// new, because notes and occurrences had counted apart.
private final class FirstTables {
  private static let chunk: Int64 = 1_000

  private let session: any SQLSession
  private var change: Int64 = 0
  private var last: Int64 = 0
  private var projects: Set<String> = []

  init(_ session: any SQLSession) { self.session = session }

  /// - Returns: the last position that is taken.
  func takeOver() throws -> Int64 {
    try each("firstNote") { position, project, id, message in
      let row = try NoteRow(NoteName(project: project, id: id), Note(serializedBytes: message))
      try session.insert(into: "note", NoteRow.columnNames, [row.values(at: position, change: next())])
    }
    try each("firstOccurrence") { position, project, id, message in
      let name = try OccurrenceName(project: project, id: id)
      let row = try OccurrenceRow(name, Occurrence(serializedBytes: message))
      try session.insert(into: "occurrence", OccurrenceRow.columnNames, [row.values(at: position, change: next())])
      try session.insert(into: "fact", OccurrenceRow.factColumnNames, row.facts(at: position))
    }
    try session.execute("DROP TABLE firstNote", [])
    try session.execute("DROP TABLE firstOccurrence", [])
    return max(change, last)
  }

  private func each(_ table: String, _ take: (Int64, ProjectName, String, [UInt8]) throws -> Void) throws {
    var after: Int64 = 0
    while true {
      let rows = try session.rows(
        "SELECT position, project, id, message FROM \(table) WHERE position > ? ORDER BY position LIMIT ?",
        [.integer(after), .integer(Self.chunk)])
      for row in rows {
        after = try row.integer(0)
        let project = try ProjectName(id: row.text(1))
        if projects.insert(project.id).inserted { try ProjectRow.insert(project, at: next(), session) }
        try take(after, project, row.text(2), row.blob(3))
      }
      last = max(last, after)
      if rows.count < Int(Self.chunk) { return }
    }
  }

  private func next() -> Int64 {
    change += 1
    return change
  }
}
