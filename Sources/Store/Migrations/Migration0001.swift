extension Migration {
  /// `message` holds the protobuf bytes as stored; every other column is derived from it. `position` only grows and is
  /// never used twice: it is what page tokens hold. `resource` has no scheme.
  ///
  /// Engines that came later start with the tables of 0002, and share only the secret.
  static let notesAndOccurrences = Migration(number: 1, name: "notes-and-occurrences") { session, dialect in
    guard dialect.beganWithFirstSchema else {
      try session.execute(
        "CREATE TABLE secret (name \(dialect.text) PRIMARY KEY, value \(dialect.blob) NOT NULL)\(dialect.tableEnd)", [])
      return
    }
    for statement in firstStatements { try session.execute(statement, []) }
  }

  private static let firstStatements = [
    """
    CREATE TABLE note (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      project TEXT NOT NULL,
      id TEXT NOT NULL,
      message BLOB NOT NULL,
      UNIQUE (project, id)
    ) STRICT
    """,
    "CREATE INDEX noteByProject ON note (project)",
    """
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
    ) STRICT
    """,
    "CREATE INDEX occurrenceByProject ON occurrence (project)",
    "CREATE INDEX occurrenceByKind ON occurrence (project, kind)",
    "CREATE INDEX occurrenceByResource ON occurrence (project, resource)",
    "CREATE INDEX occurrenceByNote ON occurrence (noteProject, noteId)",
    "CREATE INDEX occurrenceByNoteAndResource ON occurrence (noteProject, noteId, resource)",
    "CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
    "INSERT INTO secret VALUES ('page-tokens', randomblob(32))",
  ]
}
