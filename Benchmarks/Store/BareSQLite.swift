import Foundation
import GRDB

/// A bare SQLite file with a row of the same size and three indexes, each commit synced: the floor of the embedded store.
final class BareSQLite: Sendable {
  private let pool: DatabasePool

  init(path: String) throws {
    pool = try DatabasePool(path: path)
    try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(
        sql: """
          CREATE TABLE row (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, resource TEXT NOT NULL,
            kind INTEGER NOT NULL, message BLOB NOT NULL);
          CREATE INDEX byResource ON row (resource);
          CREATE INDEX byKind ON row (kind);
          """)
    }
  }

  /// One transaction.
  func insert(_ numbers: Range<Int>) async throws {
    try await pool.write { database in
      let statement = try database.cachedStatement(sql: "INSERT INTO row (id, resource, kind, message) VALUES (?, ?, ?, ?)")
      for number in numbers {
        try statement.execute(arguments: [
          UUID().uuidString, Rows.image(number / Rows.rowsPerImage), 9, Data(repeating: 7, count: 600),
        ])
      }
    }
  }
}
