import Schemas

/// The reference server never looks at this kind; these rules are ours: a finding without a title or a place helps nobody.
extension Faults {
  mutating func check(_ note: Grafeas_V1_ComplianceNote) {
    require(!note.title.isEmpty, "compliance.title", "name the check")
    for (index, version) in note.version.enumerated() {
      require(!version.cpeUri.isEmpty, "compliance.version[\(index)].cpe_uri", "name what the benchmark applies to")
    }
  }

  mutating func check(_ occurrence: Grafeas_V1_ComplianceOccurrence) {
    require(
      !occurrence.nonCompliantFiles.isEmpty || !occurrence.nonComplianceReason.isEmpty,
      "compliance.non_compliance_reason", "say what does not comply, or list non_compliant_files")
    for (index, file) in occurrence.nonCompliantFiles.enumerated() {
      require(!file.path.isEmpty, "compliance.non_compliant_files[\(index)].path", "set the path in the image")
    }
  }
}
