import Schemas

/// The reference server never looks at this kind; these rules are ours: an envelope without payload, type or signature
/// vouches for nothing. Key ids may be missing, since DSSE only takes them for hints.
///
/// Source: DSSE v1, envelope.md.
extension Faults {
  mutating func check(_ note: Grafeas_V1_DSSEAttestationNote) {
    require(!note.hint.humanReadableName.isEmpty, "dsse_attestation.hint.human_readable_name", "say who attests")
  }

  mutating func check(_ occurrence: Grafeas_V1_DSSEAttestationOccurrence) {
    let at = "dsse_attestation.envelope"
    require(occurrence.hasEnvelope, at, "set the envelope that was signed")
    guard occurrence.hasEnvelope else { return }
    require(!occurrence.envelope.payload.isEmpty, "\(at).payload", "set what was signed")
    require(
      !occurrence.envelope.payloadType.isEmpty, "\(at).payload_type", "set the type, application/vnd.in-toto+json for statements")
    require(!occurrence.envelope.signatures.isEmpty, "\(at).signatures", "set at least one signature")
    check(occurrence.envelope.signatures, at)
  }

  mutating func check(_ signatures: [Grafeas_V1_EnvelopeSignature], _ at: String) {
    for (index, signature) in signatures.enumerated() {
      require(!signature.sig.isEmpty, "\(at).signatures[\(index)].sig", "set the signature")
    }
  }
}
