/// Which order the versions of a package follow.
package enum VersionScheme: String, Sendable {
  case dpkg, apk

  /// Whether `a` comes before `b`. Versions that differ in text may be the same version: `1.0` and `0:1.0-0` in dpkg.
  ///
  /// - Throws: `AuditError.malformedVersion` for the one of the two that the packager itself would refuse.
  package func isEarlier(_ a: String, than b: String) throws(AuditError) -> Bool {
    switch self {
    case .dpkg: try DebianVersion(parsing: a) < DebianVersion(parsing: b)
    case .apk: AlpineVersion(a) < AlpineVersion(b)
    }
  }

  /// Why the packager itself would refuse `version`; nil for a well-formed one.
  package func fault(in version: String) -> String? {
    switch self {
    case .dpkg:
      do throws(AuditError) {
        _ = try DebianVersion(parsing: version)
        return nil
      } catch {
        guard case .malformedVersion(_, _, let reason) = error else { return error.problem }
        return reason
      }
    case .apk: return AlpineVersion(version).isWellFormed ? nil : "apk calls it invalid"
    }
  }
}
