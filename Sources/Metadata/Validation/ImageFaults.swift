import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_ImageNote) {
    require(!note.resourceURL.isEmpty, "image.resource_url", "name the base image")
    require(note.hasFingerprint, "image.fingerprint", "set the fingerprint of the base image")
    if note.hasFingerprint { check(note.fingerprint) }
  }

  mutating func check(_ occurrence: Grafeas_V1_ImageOccurrence) {
    require(occurrence.hasFingerprint, "image.fingerprint", "set the fingerprint of the image")
    if occurrence.hasFingerprint { check(occurrence.fingerprint) }
    for (index, layer) in occurrence.layerInfo.enumerated() {
      require(!layer.directive.isEmpty, "image.layer_info[\(index)].directive", "set the Dockerfile instruction, for example RUN")
    }
  }

  private mutating func check(_ fingerprint: Grafeas_V1_Fingerprint) {
    require(!fingerprint.v1Name.isEmpty, "image.fingerprint.v1_name", "set the id of the top layer")
    require(!fingerprint.v2Blob.isEmpty, "image.fingerprint.v2_blob", "list the digests of the layers")
    for (index, blob) in fingerprint.v2Blob.enumerated() {
      require(!blob.isEmpty, "image.fingerprint.v2_blob[\(index)]", "set the digest of the layer")
    }
  }
}
