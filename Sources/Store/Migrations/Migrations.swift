import Images

/// Brings a database's shape up to date, under a lock and in one transaction, so that any number of replicas may start at
/// the same time and none is found half way.
enum Migrations {
  static let all = [Migration.notesAndOccurrences, .completeStore, .managedDocuments, .decisionJournal]

  /// The table's name and form are those of the library that made the first databases: a build from then looks there, and
  /// refuses what it does not know.
  private static let table = "grdb_migrations"

  /// A database from a newer build.
  struct NewerSchema: Error {}

  /// The page token key of a database that is up to date; nil when it is not, or is empty.
  ///
  /// - Throws: `NewerSchema`, `SQLError`.
  static func currentKey(_ session: any SQLSession) throws -> [UInt8]? {
    let applied: Set<String>
    do {
      applied = try identifiers(session)
    } catch let error where Self.isMissingTable(error) {
      return nil
    }
    guard try missing(applied).isEmpty else { return nil }
    return try key(session)
  }

  /// Runs what is missing.
  ///
  /// - Returns: the page token key.
  /// - Throws: `NewerSchema`, `SQLError`.
  static func bringUpToDate(_ session: any SQLSession, _ dialect: SQLDialect) throws -> [UInt8] {
    if let lock = dialect.migrationLock { _ = try session.rows(lock, []) }
    try session.execute("CREATE TABLE IF NOT EXISTS \(table) (identifier \(dialect.text) NOT NULL PRIMARY KEY)", [])
    let applied = try identifiers(session)
    for migration in try missing(applied) {
      try migration.run(session, dialect)
      try session.insert(into: table, ["identifier"], [[.text(migration.identifier)]])
    }
    if applied.isEmpty { try makeKey(session) }
    return try key(session)
  }

  /// - Parameter place: what messages call the database.
  static func storeError(_ error: any Error, _ place: String) -> StoreError {
    switch error {
    case let error as StoreError: error
    case is NewerSchema: .newerSchema(path: place)
    case SQLError.full(let reason), SQLError.readOnly(let reason), SQLError.unavailable(let reason),
      SQLError.unique(let reason), SQLError.failed(let reason):
      .cannotOpen(path: place, because: reason)
    default: .cannotOpen(path: place, because: "\(error)")
    }
  }

  private static func identifiers(_ session: any SQLSession) throws -> Set<String> {
    Set(try session.rows("SELECT identifier FROM \(table)", []).map { try $0.text(0) })
  }

  private static func missing(_ applied: Set<String>) throws -> [Migration] {
    guard applied.isSubset(of: all.map(\.identifier)) else { throw NewerSchema() }
    return all.filter { !applied.contains($0.identifier) }
  }

  /// No engine has a number for it that the other has too; a database that says it for another reason says so again when
  /// it is to be migrated.
  private static func isMissingTable(_ error: any Error) -> Bool {
    if case SQLError.failed = error { true } else { false }
  }

  private static func key(_ session: any SQLSession) throws -> [UInt8] {
    let rows = try session.rows("SELECT value FROM secret WHERE name = 'page-tokens'", [])
    guard let key = try rows.first?.blob(0), key.count == 32 else { throw SQLError.failed("its page token key is gone") }
    return key
  }

  /// The dice are the system's, not the database's.
  private static func makeKey(_ session: any SQLSession) throws {
    var dice = SystemRandomNumberGenerator()
    let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &dice) }
    try session.execute("DELETE FROM secret WHERE name = 'page-tokens'", [])
    try session.insert(into: "secret", ["name", "value"], [[.text("page-tokens"), .blob(key)]])
  }
}
