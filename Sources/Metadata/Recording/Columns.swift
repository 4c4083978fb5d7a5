import Schemas
import SwiftProtobuf

/// What a store keeps beside an occurrence, all derived from it, so that it can be found without being read.
package struct OccurrenceColumns: Equatable, Sendable {
  /// The resource URI without `https://`.
  package let resource: String
  package let kind: Int64
  package let note: NoteName
  /// Nanoseconds since 1970 UTC.
  package let createTime: Int64
  /// Nanoseconds since 1970 UTC.
  package let updateTime: Int64
  /// The number of a vulnerability's severity; 0 for every other occurrence.
  package let severity: Int64
  /// What it is found by when something happens; each once, in no order that matters.
  package let facts: [Fact]

  /// - Throws: `MetadataError.malformedName` when the note name is none.
  package init(_ occurrence: Occurrence) throws(MetadataError) {
    resource = occurrence.resourceKey
    kind = Int64(occurrence.kind.rawValue)
    note = try NoteName(parsing: occurrence.noteName)
    createTime = occurrence.createTime.nanoseconds
    updateTime = occurrence.updateTime.nanoseconds
    severity = Int64(occurrence.vulnerability.severity.rawValue)
    facts = Array(Set(occurrence.facts(of: note)))
  }
}

/// What a store keeps beside a note.
package struct NoteColumns: Equatable, Sendable {
  package let kind: Int64
  /// Nanoseconds since 1970 UTC.
  package let createTime: Int64
  /// Nanoseconds since 1970 UTC.
  package let updateTime: Int64

  package init(_ note: Note) {
    kind = Int64(note.kind.rawValue)
    createTime = note.createTime.nanoseconds
    updateTime = note.updateTime.nanoseconds
  }
}

extension Google_Protobuf_Timestamp {
  /// Nanoseconds since 1970 UTC, held at the ends of what 64 bits can say (1677 and 2262).
  package var nanoseconds: Int64 {
    let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflowed else { return seconds < 0 ? .min : .max }
    let (sum, overflowedAgain) = product.addingReportingOverflow(Int64(nanos))
    return overflowedAgain ? (seconds < 0 ? .min : .max) : sum
  }
}

extension Occurrence {
  fileprivate func facts(of note: NoteName) -> [Fact] {
    switch details {
    case .vulnerability(let vulnerability):
      let ids = [note.id, vulnerability.shortDescription].filter { !$0.isEmpty && $0.utf8.count <= 128 }
      return ids.map { .vulnerability($0) } + vulnerability.packageIssue.map { .package($0.affectedPackage) }
    case .package(let package): return [.package(package.name)]
    case .attestation(let attestation): return attestation.signatures.map { .key($0.publicKeyID) }
    case .dsseAttestation(let attestation): return attestation.envelope.signatures.map { .key($0.keyid) }
    case .sbomReference(let reference): return reference.signatures.map { .key($0.keyid) }
    case .image(let image):
      let base = withoutScheme(image.baseResourceURL)
      let repository = base.prefix { $0 != "@" }
      return (base.isEmpty ? [] : [base, String(repository)]).map { .baseImage($0) }
    default: return []
    }
  }
}
