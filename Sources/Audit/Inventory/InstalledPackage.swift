/// A package as the image's own package database lists it.
package struct InstalledPackage: Hashable, Sendable {
  /// The binary package: `libssl3`.
  package let name: String
  package let version: String
  /// As the database writes it: `amd64`, `x86_64`, `all`; empty when it says nothing.
  package let architecture: String
  /// What it was built from, and what advisories speak of: `openssl`. The package's own name when the database names none.
  package let sourceName: String
  package let sourceVersion: String
  /// Who installed it, and so which order its versions follow.
  package let scheme: VersionScheme
  /// As the database writes it; nil where it does not (dpkg).
  package let license: String?
  /// On disk; nil when the database does not say.
  package let sizeBytes: Int64?
  /// The database it was found in.
  package let path: String
  /// The layer that database comes from, counted from 0 at the lowest.
  package let layer: Int

  package init(
    name: String, version: String, architecture: String = "", source: (name: String, version: String)? = nil,
    scheme: VersionScheme, license: String? = nil, sizeBytes: Int64? = nil, path: String, layer: Int
  ) {
    self.name = name
    self.version = version
    self.architecture = architecture
    sourceName = source?.name ?? name
    sourceVersion = source?.version ?? version
    self.scheme = scheme
    self.license = license
    self.sizeBytes = sizeBytes
    self.path = path
    self.layer = layer
  }
}
