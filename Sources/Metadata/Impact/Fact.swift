/// Something that an event is about and by which occurrences can be found: a CVE, a package, a key, a base image.
package enum Fact: Hashable, Sendable {
  /// A vulnerability's id, `CVE-2017-13036`: the last segment of the note's name, or the occurrence's short description.
  case vulnerability(String)
  /// A package's name, `tcpdump`, whatever the version.
  case package(String)
  /// A key's id, as attestations name it.
  case key(String)
  /// A base image without scheme, with digest or without.
  case baseImage(String)

  /// Append only: stores keep the number.
  package var code: Int64 {
    switch self {
    case .vulnerability: 1
    case .package: 2
    case .key: 3
    case .baseImage: 4
    }
  }

  package var value: String {
    switch self {
    case .vulnerability(let value), .package(let value), .key(let value), .baseImage(let value): value
    }
  }
}
