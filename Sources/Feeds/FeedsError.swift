import Images

/// What keeps an advisory database from being made, written or read. A bad record or file is no error: it is reported.
package enum FeedsError: Problem, Equatable {
  case unreadable(path: String, because: String)
  case unwritable(path: String, because: String)
  /// `limit` is in the unit that `what` names.
  case overLimit(what: String, limit: Int)
  /// No file gave a record.
  case nothingImported

  package var code: String {
    switch self {
    case .unreadable: "unreadable-file"
    case .unwritable: "unwritable-database"
    case .overLimit: "over-limit"
    case .nothingImported: "nothing-imported"
    }
  }

  package var problem: String {
    switch self {
    case .unreadable(let path, let reason): "\(printable(path)) cannot be read: \(printable(reason))."
    case .unwritable(let path, let reason): "\(printable(path)) cannot be written: \(printable(reason))."
    case .overLimit(let what, let limit): "\(what) is over the limit of \(limit)."
    case .nothingImported: "None of the files holds an advisory that this build reads."
    }
  }

  package var remedy: String {
    switch self {
    case .unreadable: "Check the path and who may read it."
    case .unwritable: "Check that the folder exists, who may write there and how much room is left."
    case .overLimit: "Import fewer or smaller files."
    case .nothingImported:
      "Give Debian tracker, DSA or DLA lists, Debian changelog records or Alpine secdb files, plain or packed with gzip."
    }
  }
}
