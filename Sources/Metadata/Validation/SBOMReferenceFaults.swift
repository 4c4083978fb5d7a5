import Schemas

/// The reference server never looks at this kind; these rules are ours: a reference must lead to the document, and tell
/// whether it is the one meant.
extension Faults {
  mutating func check(_ note: Grafeas_V1_SBOMReferenceNote) {
    require(!note.format.isEmpty, "sbom_reference.format", "set the format, SPDX or CycloneDX")
    require(!note.version.isEmpty, "sbom_reference.version", "set the version of the format")
  }

  mutating func check(_ occurrence: Grafeas_V1_SBOMReferenceOccurrence) {
    let at = "sbom_reference.payload.predicate"
    let predicate = occurrence.payload.predicate
    require(occurrence.hasPayload, "sbom_reference.payload", "set the statement that refers to the document")
    check(occurrence.signatures, "sbom_reference")
    guard occurrence.hasPayload else { return }
    require(!predicate.location.isEmpty, "\(at).location", "set where the document is")
    require(!predicate.digest.isEmpty, "\(at).digest", "set the hash of the document, by its algorithm")
    for (algorithm, hash) in predicate.digest.sorted(by: { $0.key < $1.key }) {
      require(!algorithm.isEmpty && !hash.isEmpty, "\(at).digest[\(algorithm)]", "set algorithm and hash, sha256 and hex")
    }
  }
}
