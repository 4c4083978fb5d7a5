import Images

/// What can go wrong while auditing. A finding is no error, and neither is what could not be judged: that is coverage.
package enum AuditError: Problem, Equatable {
  case malformedVersion(String, scheme: VersionScheme, because: String)
  /// Bytes that are no advisory database, or a damaged one.
  case malformedIndex(because: String)
  /// An advisory database of a format that this build does not read.
  case foreignIndex(format: Int, readable: Int)

  package var code: String {
    switch self {
    case .malformedVersion: "malformed-version"
    case .malformedIndex: "malformed-advisory-database"
    case .foreignIndex: "foreign-advisory-database"
    }
  }

  package var problem: String {
    switch self {
    case .malformedVersion(let text, let scheme, let reason):
      "\"\(printable(text))\" is no \(scheme.rawValue) version: \(reason)."
    case .malformedIndex(let reason): "The advisory database cannot be read: \(reason)."
    case .foreignIndex(let format, let readable):
      "The advisory database has format \(format); this build reads format \(readable)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedVersion: "Rebuild the image with a package of a well-formed version, or mend the feed."
    case .malformedIndex, .foreignIndex: "Run `pratique feeds import` again with this build."
    }
  }
}
