import Images

/// What can go wrong before a store can be asked anything; afterwards it speaks in `MetadataError`.
package enum StoreError: Problem, Equatable {
  case cannotOpen(path: String, because: String)
  /// A newer build has been at the database and changed its shape.
  case newerSchema(path: String)
  case malformedAddress(String, because: String)

  package var code: String {
    switch self {
    case .cannotOpen: "store-cannot-open"
    case .newerSchema: "store-newer-schema"
    case .malformedAddress: "store-malformed-address"
    }
  }

  package var problem: String {
    switch self {
    case .cannotOpen(let path, let reason): "The metadata database \(printable(path)) cannot be opened: \(printable(reason))."
    case .newerSchema(let path): "The metadata database \(printable(path)) was written by a newer version."
    case .malformedAddress(let text, let reason): "\"\(printable(text))\" is no address of a metadata server: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .cannotOpen: "Check that the folder exists, that this user may write to it, and that the disk has room."
    case .newerSchema: "Run the newer version, or start with another --data folder."
    case .malformedAddress: "Write it as https://HOST:PORT; plain http is for loopback only."
    }
  }
}
