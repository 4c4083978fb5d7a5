import Schemas
import SwiftProtobuf

/// Gathers what is wrong with a message. Each reason names the field by its path and says how to mend it.
///
/// The rules are those of the reference server's validators, and where it has none, our own; the file of the kind says so.
///
/// Source: Grafeas, go/v1/api/validators.
struct Faults {
  private(set) var reasons: [String] = []

  mutating func add(_ field: String, _ fault: String) { reasons.append("\(field) \(fault)") }

  /// Says that `field` is missing unless it `isPresent`.
  mutating func require(_ isPresent: Bool, _ field: String, _ mend: String) {
    if !isPresent { add(field, "is required: \(mend)") }
  }

  mutating func checkVersion(_ version: Grafeas_V1_Version, _ field: String) {
    require(version.kind != .unspecified, "\(field).kind", "set NORMAL, MINIMUM or MAXIMUM")
    if version.kind == .normal { require(!version.name.isEmpty, "\(field).name", "set the upstream version") }
  }

  /// - Parameter time: nil when it is not set, which is no fault.
  ///
  /// Source: google.protobuf.Timestamp, years 1 to 9999.
  mutating func checkTime(_ time: Google_Protobuf_Timestamp?, _ field: String) {
    guard let time else { return }
    if !(-62_135_596_800...253_402_300_799).contains(time.seconds) || !(0...999_999_999).contains(time.nanos) {
      add(field, "is no time between the years 1 and 9999: correct it, or leave it out")
    }
  }

  /// Most bytes of a message that is kept: a store answers a page of a thousand of them at once.
  static let limitBytes = 1 << 20

  mutating func checkSize(_ message: some Message, _ what: String) {
    let size = (try? message.serializedBytes(partial: true) as [UInt8])?.count ?? 0
    if size > Self.limitBytes {
      add(what, "has \(size) bytes, more than \(Self.limitBytes): keep the long part elsewhere and refer to it")
    }
  }
}

extension Note {
  /// What is wrong with the note as a caller would have it stored; empty when nothing is.
  package var faults: [String] {
    var faults = Faults()
    checkCommonFields(&faults)
    switch type {
    case .vulnerability(let note): faults.check(note)
    case .build(let note): faults.check(note)
    case .image(let note): faults.check(note)
    case .package(let note): faults.check(note)
    case .discovery(let note): faults.check(note)
    case .attestation(let note): faults.check(note)
    case .compliance(let note): faults.check(note)
    case .deployment(let note): faults.check(note)
    case .upgrade(let note): faults.check(note)
    case .dsseAttestation(let note): faults.check(note)
    case .vulnerabilityAssessment(let note): faults.check(note)
    case .sbomReference(let note): faults.check(note)
    // Their messages have no fields.
    case .secret, .aiSkillAnalysis: break
    case nil: faults.add("type", "is required: set one of vulnerability, build, image, package, discovery, attestation, …")
    }
    return faults.reasons
  }

  private func checkCommonFields(_ faults: inout Faults) {
    faults.checkSize(self, "note")
    for (index, url) in relatedURL.enumerated() {
      faults.require(!url.url.isEmpty, "related_url[\(index)].url", "set it, or leave the entry out")
    }
    for (index, name) in relatedNoteNames.enumerated() where (try? NoteName(parsing: name)) == nil {
      faults.add("related_note_names[\(index)]", "is malformed: set projects/{project}/notes/{note}")
    }
    faults.checkTime(hasExpirationTime ? expirationTime : nil, "expiration_time")
  }
}

extension Occurrence {
  /// What is wrong with the occurrence as a caller would have it stored; empty when nothing is.
  package var faults: [String] {
    var faults = Faults()
    checkCommonFields(&faults)
    switch details {
    case .vulnerability(let occurrence): faults.check(occurrence)
    case .build(let occurrence): faults.check(occurrence)
    case .image(let occurrence): faults.check(occurrence)
    case .package(let occurrence): faults.check(occurrence)
    case .discovery(let occurrence): faults.check(occurrence)
    case .attestation(let occurrence): faults.check(occurrence)
    case .compliance(let occurrence): faults.check(occurrence)
    case .deployment(let occurrence): faults.check(occurrence)
    case .upgrade(let occurrence): faults.check(occurrence)
    case .dsseAttestation(let occurrence): faults.check(occurrence)
    case .sbomReference(let occurrence): faults.check(occurrence)
    case .secret(let occurrence): faults.check(occurrence)
    case .aiSkillAnalysis(let occurrence): faults.check(occurrence)
    case nil:
      faults.add("details", "is required: set one of vulnerability, build, image, package, discovery, attestation, …")
    }
    return faults.reasons
  }

  private func checkCommonFields(_ faults: inout Faults) {
    faults.checkSize(self, "occurrence")
    faults.require(!resourceUri.isEmpty, "resource_uri", "set https://REGISTRY/REPOSITORY@sha256:DIGEST")
    if resourceUri.utf8.count > 2048 { faults.add("resource_uri", "is longer than 2048 bytes: shorten it") }
    if !resourceUri.utf8.allSatisfy({ (33...126).contains($0) }) {
      faults.add("resource_uri", "holds spaces or characters outside ASCII: percent-encode them")
    }
    if noteName.isEmpty {
      faults.require(false, "note_name", "set projects/{project}/notes/{note}")
    } else if (try? NoteName(parsing: noteName)) == nil {
      faults.add("note_name", "is malformed: set projects/{project}/notes/{note}")
    }
  }
}
