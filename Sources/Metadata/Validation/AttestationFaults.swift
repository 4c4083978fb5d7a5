import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_AttestationNote) {
    require(!note.hint.humanReadableName.isEmpty, "attestation.hint.human_readable_name", "say who attests")
  }

  mutating func check(_ occurrence: Grafeas_V1_AttestationOccurrence) {
    require(
      !occurrence.serializedPayload.isEmpty || !occurrence.jwts.isEmpty, "attestation.serialized_payload",
      "set what was signed, or jwts")
    for (index, signature) in occurrence.signatures.enumerated() {
      let at = "attestation.signatures[\(index)]"
      require(!signature.publicKeyID.isEmpty, "\(at).public_key_id", "name the key, ni:///sha-256;… for PKIX")
      require(!signature.signature.isEmpty, "\(at).signature", "set the signature")
    }
  }
}
