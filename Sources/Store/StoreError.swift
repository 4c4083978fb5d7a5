import Images

/// What can go wrong before a store can be asked anything; afterwards it speaks in `MetadataError`.
package enum StoreError: Problem, Equatable {
  case cannotOpen(path: String, because: String)
  /// A newer build has been at the database and changed its shape.
  case newerSchema(path: String)
  case malformedAddress(String, because: String)
  /// The address of a PostgreSQL database; it may hold a password, so it is not told.
  case malformedDatabase(because: String)

  package var code: String {
    switch self {
    case .cannotOpen: "store-cannot-open"
    case .newerSchema: "store-newer-schema"
    case .malformedAddress: "store-malformed-address"
    case .malformedDatabase: "store-malformed-database"
    }
  }

  package var problem: String {
    switch self {
    case .cannotOpen(let path, let reason): "The metadata database \(printable(path)) cannot be opened: \(printable(reason))."
    case .newerSchema(let path): "The metadata database \(printable(path)) was written by a newer version."
    case .malformedAddress(let text, let reason): "\"\(printable(text))\" is no address of a metadata server: \(reason)."
    case .malformedDatabase(let reason): "The address of the PostgreSQL database is malformed: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .cannotOpen: "Check that the folder exists, that this user may write to it, and that the disk has room."
    case .newerSchema: "Run the newer version, or start with another --data folder."
    case .malformedAddress: "Write it as https://HOST:PORT; plain http is for loopback only."
    case .malformedDatabase:
      "Write it as postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full; keep the password in PGPASSFILE."
    }
  }
}
