import Metadata
import SwiftProtobuf

/// A list in order of position: one range of one index, in which what the index cannot tell is looked at row by row.
///
/// The index is named, not left to the planner where that can be: a list that no index serves is an error in the tests, not
/// a slow night.
struct ListQuery: Sendable {
  /// Most rows of the range that one call looks at. Beyond them a page ends, however few it holds.
  static let mostLookedAt = 10_000

  private let table: String
  /// What names the index to the engine.
  private let indexed: String
  /// The first columns of the index, and what they equal; position is the one after them.
  private let keys: [(column: String, value: SQLValue)]
  /// More that must hold, as SQL; nil when the keys say it all.
  private let rest: String?
  private let restArguments: [SQLValue]
  /// Whether keys and rest decide alone.
  private let isExact: Bool

  init(notesIn project: ProjectName, _ narrowing: Narrowing, _ dialect: SQLDialect) {
    var conditions = Conjuncts(narrowing.condition)
    var keys: [(String, SQLValue)] = [("project", .text(project.id))]
    var index = "noteByProject"
    if let id = conditions.take(.noteID) {
      keys.append(("id", id))
      index = "noteById"
    } else if let kind = conditions.take(.kind) {
      keys.append(("kind", kind))
      index = "noteByKind"
    }
    self.init("note", index, keys, conditions, isExact: narrowing.isExact, dialect)
  }

  init(occurrencesIn project: ProjectName, _ narrowing: Narrowing, _ dialect: SQLDialect) {
    var conditions = Conjuncts(narrowing.condition)
    let here = ("project", SQLValue.text(project.id))
    let index: String
    let keys: [(String, SQLValue)]
    var more: [(String, SQLValue)] = []
    if let resource = conditions.take(.resource) {
      (index, keys) = ("occurrenceByResource", [("resource", resource), here])
    } else if conditions.settles(.noteProject), let id = conditions.take(.noteID),
      let noteProject = conditions.take(.noteProject)
    {
      (index, keys) = ("occurrenceByNote", [("noteProject", noteProject), ("noteId", id)])
      more = [here]
    } else if let kind = conditions.take(.kind) {
      (index, keys) = ("occurrenceByKind", [here, ("kind", kind)])
    } else {
      (index, keys) = ("occurrenceByProject", [here])
    }
    self.init("occurrence", index, keys, and: more, conditions, isExact: narrowing.isExact, dialect)
  }

  init(occurrencesOf note: NoteName, _ narrowing: Narrowing, _ dialect: SQLDialect) {
    var conditions = Conjuncts(narrowing.condition)
    var keys: [(String, SQLValue)] = [("noteProject", .text(note.project.id)), ("noteId", .text(note.id))]
    if let resource = conditions.take(.resource) { keys.append(("resource", resource)) }
    let index = keys.count > 2 ? "occurrenceByNoteAndResource" : "occurrenceByNote"
    self.init("occurrence", index, keys, conditions, isExact: narrowing.isExact, dialect)
  }

  private init(
    _ table: String, _ index: String, _ keys: [(String, SQLValue)], and more: [(String, SQLValue)] = [],
    _ conditions: Conjuncts, isExact: Bool, _ dialect: SQLDialect
  ) {
    self.table = table
    self.keys = keys.map { (column: $0.0, value: $0.1) }
    indexed = dialect.indexed(index)
    let isShort = conditions.comparisons <= Conjuncts.mostComparisons
    self.isExact = isExact && isShort
    var arguments = more.map(\.1)
    var written = more.map { "\($0.0) = ?" }
    if isShort && !conditions.isEmpty { written.append("(\(conditions.written(of: table, &arguments)))") }
    rest = written.isEmpty ? nil : written.joined(separator: " AND ")
    restArguments = arguments
  }

  /// - Parameter matches: asked of rows that the columns cannot rule out, where they do not decide alone.
  func page<Item: Message & Sendable>(
    after position: Int64, size: Int, _ session: any SQLSession, matching matches: (Item) -> Bool
  ) throws -> Page<Item> {
    let end = isExact && rest == nil ? nil : try lastLookedAt(after: position, session)
    let most = isExact ? size + 1 : min(1_000, max(size + 1, 256))
    var found: [(position: Int64, item: Item)] = []
    var after = position
    while true {
      let rows = try self.rows(after: after, upTo: end ?? .max, atMost: most, session)
      for row in rows {
        after = try row.integer(0)
        let item = try Item(serializedBytes: row.blob(1))
        guard isExact || matches(item) else { continue }
        found.append((after, item))
        if found.count > size { return Page(rows: found, size: size) }
      }
      if rows.count < most { return Page(items: found.map(\.item), nextToken: end.map { String($0) }) }
    }
  }

  private var range: String { keys.map { "\($0.column) = ? AND " }.joined() + "position > ?" }

  private func rows(
    after position: Int64, upTo end: Int64, atMost limit: Int, _ session: any SQLSession
  ) throws -> [[SQLValue]] {
    try session.rows(
      """
      SELECT position, message FROM \(table)\(indexed) WHERE \(range) AND position <= ?\(rest.map { " AND \($0)" } ?? "") \
      ORDER BY position LIMIT ?
      """,
      keys.map(\.value) + [.integer(position), .integer(end)] + restArguments + [.integer(Int64(limit))])
  }

  /// The position of the last row that may be looked at; nil when all that are left may be. The index alone answers it.
  private func lastLookedAt(after position: Int64, _ session: any SQLSession) throws -> Int64? {
    try session.rows(
      "SELECT position FROM \(table)\(indexed) WHERE \(range) ORDER BY position LIMIT 1 OFFSET \(Self.mostLookedAt - 1)",
      keys.map(\.value) + [.integer(position)]
    ).first?.integer(0)
  }
}
