import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf

/// What is installed in one image, as SPDX 2.3 in JSON. Equal inventories give equal bytes, whenever they are written.
///
/// Source: SPDX 2.3, JSON schema; "NOASSERTION" is what section 3 asks for where nothing is known.
struct SPDXDocument: Encodable {
  static let mediaType = "application/spdx+json"

  struct CreationInfo: Encodable {
    let created: String
    let creators = ["Tool: pratique"]
  }

  struct Checksum: Encodable {
    let algorithm: String
    let checksumValue: String
  }

  struct Package: Encodable {
    let SPDXID: String
    let name: String
    let versionInfo: String
    let licenseDeclared: String
    let primaryPackagePurpose: String?
    let checksums: [Checksum]?
    let licenseConcluded = "NOASSERTION"
    let copyrightText = "NOASSERTION"
    let downloadLocation = "NOASSERTION"
    let filesAnalyzed = false
  }

  struct Relationship: Encodable {
    let spdxElementId: String
    let relationshipType: String
    let relatedSpdxElement: String
  }

  let spdxVersion = "SPDX-2.3"
  let SPDXID = "SPDXRef-DOCUMENT"
  let dataLicense = "CC0-1.0"
  let name: String
  let documentNamespace: String
  let creationInfo: CreationInfo
  let packages: [Package]
  let relationships: [Relationship]

  /// - Parameters:
  ///   - resource: the image, with its scheme.
  ///   - occurrences: PACKAGE occurrences about it, in any order; one package told twice is written once. The document is
  ///     as old as the newest of them.
  init(of resource: String, packages occurrences: [Occurrence]) {
    let found = Set(occurrences.flatMap(InstalledVersion.all(in:))).sorted()
    let image = Self.image(resource)
    let installed = found.enumerated().map { index, package in
      Package(
        SPDXID: "SPDXRef-Package-\(index + 1)", name: package.name, versionInfo: package.version,
        licenseDeclared: package.license.isEmpty ? "NOASSERTION" : package.license, primaryPackagePurpose: nil, checksums: nil)
    }
    let seconds = occurrences.map(\.updateTime.seconds).max() ?? 0
    let created = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    let contents = Digest(sha256Of: "\(resource)\n\(created)\n\(found)".utf8)
    name = resource
    // What SPDX proposes for who has no web site: unique, and no address that answers.
    documentNamespace = "https://spdx.org/spdxdocs/pratique-\(contents.hex)"
    creationInfo = CreationInfo(created: created)
    packages = [image] + installed
    relationships =
      [Relationship(spdxElementId: SPDXID, relationshipType: "DESCRIBES", relatedSpdxElement: image.SPDXID)]
      + installed.map {
        Relationship(spdxElementId: image.SPDXID, relationshipType: "CONTAINS", relatedSpdxElement: $0.SPDXID)
      }
  }

  /// The document's bytes.
  ///
  /// - Throws: never for what is made here; the encoder's signature says that it might.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }

  private static func image(_ resource: String) -> Package {
    let parts = resource.split(separator: "@", maxSplits: 1)
    let digest = parts.count == 2 ? try? Digest(parsing: parts[1]) : nil
    return Package(
      SPDXID: "SPDXRef-Image", name: String(parts.first ?? ""), versionInfo: digest?.description ?? "NOASSERTION",
      licenseDeclared: "NOASSERTION", primaryPackagePurpose: "CONTAINER",
      checksums: digest.map { [Checksum(algorithm: $0.algorithm.rawValue.uppercased(), checksumValue: $0.hex)] })
  }
}

/// A package in the version that an occurrence names.
private struct InstalledVersion: Hashable, Comparable, CustomStringConvertible {
  let name: String
  let version: String
  let license: String

  /// One for each place in which the package was found, or one where the places name no version.
  static func all(in occurrence: Occurrence) -> [InstalledVersion] {
    let package = occurrence.package
    let versions = package.location.map(\.version).filter { $0 != Grafeas_V1_Version() }
    return (versions.isEmpty ? [package.version] : versions).map {
      InstalledVersion(name: package.name, version: $0.text, license: package.license.expression)
    }
  }

  static func < (one: InstalledVersion, other: InstalledVersion) -> Bool {
    (one.name, one.version, one.license) < (other.name, other.version, other.license)
  }

  var description: String { "\(name) \(version) \(license)" }
}
