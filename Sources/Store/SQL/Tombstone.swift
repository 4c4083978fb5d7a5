import Metadata

/// What the change feed tells of a note or occurrence that is gone.
enum Tombstone {
  static let notes = "notes"
  static let occurrences = "occurrences"

  /// Takes back what was told of names that are used again.
  static func remove(
    _ collection: String, _ names: [(project: String, id: String)], _ session: any SQLSession
  ) throws {
    let gone = try NameLookup(table: "tombstone", columns: ["collection", "position"]).rows(names, session)
    for row in gone where try row.text(0) == collection {
      try session.execute("DELETE FROM tombstone WHERE position = ?", [.integer(row.integer(1))])
    }
  }

  /// - Parameter message: the subject as it was last.
  static func insert(
    _ collection: String, _ project: ProjectName, _ id: String, _ message: [UInt8], at position: Int64,
    _ session: any SQLSession
  ) throws {
    try session.insert(
      into: "tombstone", ["position", "project", "collection", "id", "message"],
      [[.integer(position), .text(project.id), .text(collection), .text(id), .blob(message)]])
  }
}
