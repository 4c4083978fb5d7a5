package import Images

/// What one file gave to an advisory database.
package struct FeedSummary: Hashable, Sendable {
  /// In which records the file was written.
  package enum Kind: UInt8, Sendable, CaseIterable {
    case debianChangelogs = 1
    case debianTracker, debianSecurityAdvisories, alpineSecdb

    /// For people: `Debian tracker`.
    package var title: String {
      switch self {
      case .debianChangelogs: "Debian changelogs"
      case .debianTracker: "Debian tracker"
      case .debianSecurityAdvisories: "Debian security advisories"
      case .alpineSecdb: "Alpine secdb"
      }
    }
  }

  /// The file's own name, without its folder.
  package let name: String
  package let kind: Kind
  /// Of the file as it was read, before decompression.
  package let digest: Digest
  package let records: Int
  /// ISO 8601 day of the newest record; where records have no dates, the day in the file's name; else nil.
  package let newest: String?
  /// Which releases it speaks of, sorted.
  package let releases: [Release]

  package init(name: String, kind: Kind, digest: Digest, records: Int, newest: String?, releases: Set<Release>) {
    self.name = name
    self.kind = kind
    self.digest = digest
    self.records = records
    self.newest = newest
    self.releases = releases.sorted { ($0.ecosystem.rawValue, $0.name) < ($1.ecosystem.rawValue, $1.name) }
  }
}
