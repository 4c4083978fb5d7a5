import Images

/// What can go wrong while auditing. A finding is no error, and neither is what could not be judged: that is coverage.
package enum AuditError: Problem, Equatable {
  case malformedVersion(String, scheme: VersionScheme, because: String)
  /// A trusted repository that no image could be in.
  case malformedTrust(String)
  /// Bytes that are no advisory database, or a damaged one.
  case malformedIndex(because: String)
  /// An advisory database of a format that this build does not read.
  case foreignIndex(format: Int, readable: Int)

  package var code: String {
    switch self {
    case .malformedVersion: "malformed-version"
    case .malformedTrust: "malformed-trusted-repository"
    case .malformedIndex: "malformed-advisory-database"
    case .foreignIndex: "foreign-advisory-database"
    }
  }

  package var problem: String {
    switch self {
    case .malformedVersion(let text, let scheme, let reason):
      "\"\(printable(text))\" is no \(scheme.rawValue) version: \(reason)."
    case .malformedTrust(let text): "\"\(printable(text))\" names no registry, folder of one, or repository."
    case .malformedIndex(let reason): "The advisory database cannot be read: \(reason)."
    case .foreignIndex(let format, let readable):
      "The advisory database has format \(format); this build reads format \(readable)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedVersion: "Rebuild the image with a package of a well-formed version, or mend the feed."
    case .malformedTrust: "Write it without tag and wildcards, for example my.regist.ry/shop; it covers all below it."
    case .malformedIndex, .foreignIndex: "Run `pratique feeds import` again with this build."
    }
  }
}
