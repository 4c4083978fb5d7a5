import Foundation
import GRDB
import Metadata
import Schemas

extension SQLiteStore {
  static func insert(_ message: Data, named name: NoteName, _ database: Database) throws {
    do {
      try database.cachedStatement(sql: "INSERT INTO note (project, id, message) VALUES (?, ?, ?)")
        .execute(arguments: [name.project.id, name.id, message])
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw MetadataError.alreadyExists(name.description)
    }
  }

  static func insert(_ message: Data, _ recorded: RecordedOccurrence, _ database: Database) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO occurrence (project, id, resource, kind, noteProject, noteId, message) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      recorded.name.project.id, recorded.name.id, recorded.message.resourceKey, recorded.message.kind.rawValue,
      recorded.note.project.id, recorded.note.id, message,
    ])
  }

  static func requireNote(_ name: NoteName, _ database: Database) throws {
    let found = try Bool.fetchOne(
      database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM note WHERE project = ? AND id = ?)"),
      arguments: [name.project.id, name.id])
    if found != true { throw MetadataError.notFound(name.description) }
  }
}

/// A list in order of position. Only names written in this file go into the text; every value is an argument.
///
/// The index is named, not left to the planner: a list that no index serves is an error in the tests, not a slow night.
struct ListQuery: Sendable {
  private let table: String
  private let index: String
  private var conditions: [String] = []
  private var values: [any DatabaseValueConvertible & Sendable] = []

  init(notesIn project: ProjectName) {
    (table, index) = ("note", "noteByProject")
    add("project", project.id)
  }

  init(occurrencesIn project: ProjectName, matching filter: OccurrenceFilter) {
    table = "occurrence"
    index =
      filter.resourceURI != nil
      ? "occurrenceByResource"
      : filter.kind != nil ? "occurrenceByKind" : "occurrenceByProject"
    add("project", project.id)
    add(filter)
  }

  init(occurrencesOf note: NoteName, matching filter: OccurrenceFilter) {
    table = "occurrence"
    index = filter.resourceURI != nil ? "occurrenceByNoteAndResource" : "occurrenceByNote"
    add("noteProject", note.project.id)
    add("noteId", note.id)
    add(filter)
  }

  private mutating func add(_ column: String, _ value: some DatabaseValueConvertible & Sendable) {
    conditions.append("\(column) = ?")
    values.append(value)
  }

  private mutating func add(_ filter: OccurrenceFilter) {
    if let resource = filter.resourceKey { add("resource", resource) }
    if let kind = filter.kind { add("kind", kind.rawValue) }
    if let project = filter.noteProject { add("noteProject", project.id) }
    if let id = filter.noteID { add("noteId", id) }
  }

  /// - Parameter limit: how many rows at most.
  func rows(after position: Int64, atMost limit: Int, _ database: Database) throws -> [(position: Int64, message: Data)] {
    let sql = """
      SELECT position, message FROM \(table) INDEXED BY \(index)
      WHERE \(conditions.joined(separator: " AND ")) AND position > ? ORDER BY position LIMIT ?
      """
    return try Row.fetchAll(
      database.cachedStatement(sql: sql), arguments: StatementArguments(values + [position, limit])
    ).map { ($0[0], $0[1]) }
  }
}
