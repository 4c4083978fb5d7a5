import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_BuildNote) {
    require(!note.builderVersion.isEmpty, "build.builder_version", "name the builder and its version")
  }

  mutating func check(_ occurrence: Grafeas_V1_BuildOccurrence) {
    require(
      occurrence.hasProvenance || occurrence.hasIntotoProvenance || occurrence.hasIntotoStatement
        || occurrence.hasInTotoSlsaProvenanceV1,
      "build", "set provenance, intoto_provenance, intoto_statement or in_toto_slsa_provenance_v1")
    if occurrence.hasProvenance { check(occurrence.provenance) }
  }

  private mutating func check(_ provenance: Grafeas_V1_BuildProvenance) {
    require(!provenance.id.isEmpty, "build.provenance.id", "name this run of the build")
    for (index, command) in provenance.commands.enumerated() {
      require(!command.name.isEmpty, "build.provenance.commands[\(index)].name", "name the program that ran")
    }
    for (file, hashes) in provenance.sourceProvenance.fileHashes.sorted(by: { $0.key < $1.key }) {
      let at = "build.provenance.source_provenance.file_hashes[\(file)].file_hash"
      require(!hashes.fileHash.isEmpty, at, "give at least one hash, or leave the file out")
      for (index, hash) in hashes.fileHash.enumerated() {
        require(!hash.type.isEmpty, "\(at)[\(index)].type", "name the algorithm")
        require(!hash.value.isEmpty, "\(at)[\(index)].value", "set the hash")
      }
    }
  }
}
