package import Metadata

/// The store of one machine: metadata in one SQLite file.
///
/// The file, its `-wal` and its `-shm` belong together. Reads and writes wait at most five seconds for another process.
package typealias SQLiteStore = SQLStore

extension SQLStore {
  /// Opens or creates the SQLite file at `path` and brings its shape up to date.
  ///
  /// - Throws: `StoreError`.
  package convenience init(
    path: String, stamps: Stamps = .system, settings: SQLiteSettings = SQLiteSettings()
  ) throws(StoreError) {
    do {
      let engine = try SQLiteEngine(path: path, settings)
      let dialect = engine.dialect
      let key =
        try engine.readNow { try Migrations.currentKey($0) }
        ?? engine.writeNow { try Migrations.bringUpToDate($0, dialect) }
      self.init(engine: engine, stamps: stamps, pageTokenKey: key)
    } catch {
      throw Migrations.storeError(error, path)
    }
  }
}
