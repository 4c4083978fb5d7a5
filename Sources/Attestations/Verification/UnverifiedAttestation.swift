package import Metadata
import Schemas
import SwiftProtobuf

/// What a store says is an attestation. Nothing in it is believed before an `Attestor` has verified it.
package struct UnverifiedAttestation: Hashable, Sendable {
  /// One signature and the key it claims to be by.
  package struct Signature: Hashable, Sendable {
    package let keyID: String
    package let bytes: [UInt8]

    package init(keyID: String, bytes: [UInt8]) {
      self.keyID = keyID
      self.bytes = bytes
    }
  }

  /// How the statement is wrapped.
  package enum Envelope: Hashable, Sendable {
    /// Detached signatures over the payload itself. Source: grafeas.v1.AttestationOccurrence.
    case detached(payload: [UInt8], [Signature])
    /// Signatures over the pre-authentication encoding of type and payload. Source: DSSE v1.
    case dsse(payloadType: String, payload: [UInt8], [Signature])
    /// A form this build cannot verify; `String` names it. Never counts as evidence.
    case unsupported(String)
  }

  /// Name of the occurrence that carries it, for people to find it again; empty when it has none.
  package let occurrence: String
  package let note: NoteName
  /// Seconds since 1970 UTC, as the store recorded it; nil when it did not.
  package let createdAtSeconds: Int64?
  package let envelope: Envelope

  package init(occurrence: String, note: NoteName, createdAtSeconds: Int64?, envelope: Envelope) {
    self.occurrence = occurrence
    self.note = note
    self.createdAtSeconds = createdAtSeconds
    self.envelope = envelope
  }
}

extension UnverifiedAttestation {
  /// Takes what an occurrence of kind ATTESTATION or DSSE_ATTESTATION carries, nil for any other kind and for one whose
  /// note name is malformed: no attestor has such a note.
  package init?(_ occurrence: Occurrence) {
    guard let note = try? NoteName(parsing: occurrence.noteName) else { return nil }
    let envelope: Envelope
    switch occurrence.details {
    case .attestation(let attestation): envelope = Envelope(attestation)
    case .dsseAttestation(let attestation):
      let wrapped = attestation.envelope
      envelope = .dsse(
        payloadType: wrapped.payloadType, payload: Array(wrapped.payload),
        wrapped.signatures.map { Signature(keyID: $0.keyid, bytes: Array($0.sig)) })
    default: return nil
    }
    self.init(
      occurrence: occurrence.name, note: note,
      createdAtSeconds: occurrence.hasCreateTime ? occurrence.createTime.seconds : nil, envelope: envelope)
  }
}

extension UnverifiedAttestation.Envelope {
  fileprivate init(_ attestation: Grafeas_V1_AttestationOccurrence) {
    if attestation.signatures.isEmpty, !attestation.jwts.isEmpty {
      self = .unsupported("a JSON Web Token")
      return
    }
    self = .detached(
      payload: Array(attestation.serializedPayload),
      attestation.signatures.map { .init(keyID: $0.publicKeyID, bytes: Array($0.signature)) })
  }
}
