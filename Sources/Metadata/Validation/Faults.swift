import Schemas

/// Gathers what is wrong with a message. Each reason names the field by its path and says how to mend it.
///
/// The rules are those of the reference server's validators, and where it has none (COMPLIANCE), our own.
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
}

extension Note {
  /// What is wrong with the note as a caller would have it stored; empty when nothing is.
  package var faults: [String] {
    var faults = Faults()
    for (index, url) in relatedURL.enumerated() {
      faults.require(!url.url.isEmpty, "related_url[\(index)].url", "set it, or leave the entry out")
    }
    switch type {
    case .vulnerability(let note): faults.check(note)
    case .build(let note): faults.check(note)
    case .image(let note): faults.check(note)
    case .package(let note): faults.check(note)
    case .discovery(let note): faults.check(note)
    case .attestation(let note): faults.check(note)
    case .compliance(let note): faults.check(note)
    case .deployment, .upgrade, .dsseAttestation, .vulnerabilityAssessment, .sbomReference, .secret: break
    case nil: faults.add("type", "is required: set one of vulnerability, build, image, package, discovery, attestation, …")
    }
    return faults.reasons
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
    case .deployment, .upgrade, .dsseAttestation, .sbomReference, .secret: break
    case nil:
      faults.add("details", "is required: set one of vulnerability, build, image, package, discovery, attestation, …")
    }
    return faults.reasons
  }

  private func checkCommonFields(_ faults: inout Faults) {
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
