/// A value in a statement or a row.
package enum SQLValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])
}

/// A database that speaks SQL. Every error that leaves it is an `SQLError` or what `work` threw.
package protocol SQLEngine: Sendable {
  /// Words in which engines differ: column types and clauses.
  var dialect: SQLDialect { get }
  /// Runs `work` on a connection that sees one state of the database, on a thread that may block.
  func read<Answer: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> Answer) async throws -> Answer
  /// Runs `work` as one transaction: durable when this returns, undone when it throws.
  func write<Answer: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> Answer) async throws -> Answer
  /// Ends the connections; nothing may be asked afterwards.
  func close() async
}

/// A connection inside `read` or `write`. Placeholders are `?`, in order; statements are prepared once a connection, the
/// first few hundred texts at least: filters make any number of them.
package protocol SQLSession {
  func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [[SQLValue]]
  /// - Returns: how many rows it touched.
  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int
  /// Adds rows as fast as the engine can; each has one value a column.
  func insert(into table: String, _ columns: [String], _ rows: [[SQLValue]]) throws
  /// Runs `work` so that, if it throws, only what it did is undone (a savepoint).
  func nested<Answer>(_ work: () throws -> Answer) throws -> Answer
}

/// Why a database did not do it, in words for the operator; `SQLStore` turns it into `MetadataError`.
package enum SQLError: Error, Equatable {
  /// A row with that key is there already.
  case unique(String)
  /// No room; what is there can still be read.
  case full(String)
  /// It cannot be written to; what is there can still be read.
  case readOnly(String)
  /// It cannot be reached, or it is busy for longer than is waited for.
  case unavailable(String)
  case failed(String)
}

/// The words in which the engines differ. Names of tables and columns are written unquoted on both: PostgreSQL folds them
/// to lower case, which harms nothing as long as everybody does the same.
package struct SQLDialect: Sendable {
  /// 64 bits, signed: `INTEGER` or `BIGINT`.
  package let integer: String
  /// Compared by its bytes: `TEXT` or `TEXT COLLATE "C"`.
  package let text: String
  /// `BLOB` or `BYTEA`.
  package let blob: String
  /// What follows the closing bracket of a table: ` STRICT` or nothing.
  package let tableEnd: String
  /// What follows the closing bracket of a table that is nothing but its primary key's tree: ` STRICT, WITHOUT ROWID` or
  /// nothing.
  package let keyedTableEnd: String
  /// Run first in the transaction that migrates, and by nobody else: keeps other processes from migrating at the same time.
  /// Nil where a write transaction does that by itself.
  package let migrationLock: String?
  /// What follows the table's name in a query to have this index taken: ` INDEXED BY name`, or nothing where the planner
  /// cannot be told.
  package let indexed: @Sendable (_ index: String) -> String
  /// Whether there are databases of this engine that begin with migration 0001.
  var beganWithFirstSchema = false
}
