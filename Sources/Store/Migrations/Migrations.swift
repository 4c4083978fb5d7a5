import GRDB

/// The shape of the database. Append only: a migration that has been released is never edited.
enum Migrations {
  static var all: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("0001-notes-and-occurrences", migrate: notesAndOccurrences)
    return migrator
  }

  /// `message` holds the protobuf bytes as stored; every other column is derived from it. `position` only grows and is
  /// never used twice: it is what page tokens hold. `resource` has no scheme.
  private static func notesAndOccurrences(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE note (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          project TEXT NOT NULL,
          id TEXT NOT NULL,
          message BLOB NOT NULL,
          UNIQUE (project, id)
        ) STRICT;
        CREATE INDEX noteByProject ON note (project);

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
        ) STRICT;
        CREATE INDEX occurrenceByProject ON occurrence (project);
        CREATE INDEX occurrenceByKind ON occurrence (project, kind);
        CREATE INDEX occurrenceByResource ON occurrence (project, resource);
        CREATE INDEX occurrenceByNote ON occurrence (noteProject, noteId);
        CREATE INDEX occurrenceByNoteAndResource ON occurrence (noteProject, noteId, resource);

        CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
        INSERT INTO secret VALUES ('page-tokens', randomblob(32));
        """)
  }
}
