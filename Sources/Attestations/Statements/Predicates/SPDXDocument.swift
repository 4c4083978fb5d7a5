import Images

/// An inventory in SPDX, counted.
///
/// Source: SPDX 2.2 and 2.3, JSON; in-toto predicate `https://spdx.dev/Document`.
package struct SPDXDocument: Hashable, Sendable {
  package static let predicateType = "https://spdx.dev/Document"

  /// As written: `SPDX-2.3`.
  package let version: String
  package let name: String
  package let packageCount: Int
  /// Packages of which nobody says which version they are.
  package let unversionedCount: Int
  /// RFC 3339, as written; nil when it does not say.
  package let created: String?

  init(_ node: JSONNode) throws(JSONError) {
    version = try node.demandedText("spdxVersion", of: "the SPDX document")
    guard version.hasPrefix("SPDX-2.") else { throw .invalid(offset: 0, "it is SPDX of a version that is not read") }
    name = try node.demandedText("name", of: "the SPDX document")
    let packages = try node.listMember("packages")
    var unversioned = 0
    for package in packages {
      _ = try package.demandedText("name", of: "a package")
      if try package.textMember("versionInfo")?.isEmpty ?? true { unversioned += 1 }
    }
    packageCount = packages.count
    unversionedCount = unversioned
    created = try node.objectMember("creationInfo")?.textMember("created")
  }
}
