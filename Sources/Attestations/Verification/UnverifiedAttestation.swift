package import Metadata
import Schemas
import SwiftProtobuf

/// What a store says is an attestation. Nothing in it is believed before an `Attestor` has verified it.
package struct UnverifiedAttestation: Hashable, Sendable {
  /// One signature and the key it claims to be by.
  package struct Signature: Hashable, Sendable {
    /// Empty where the envelope names no key.
    package let keyID: String
    package let bytes: [UInt8]

    package init(keyID: String, bytes: [UInt8]) {
      self.keyID = keyID
      self.bytes = bytes
    }
  }

  /// How the statement is wrapped.
  package enum Envelope: Hashable, Sendable {
    /// Signatures over the payload itself: detached ones by PKIX keys, whole messages with the payload in them by OpenPGP
    /// keys, where `payload` is empty or the same. Source: grafeas.v1.AttestationOccurrence.
    case detached(payload: [UInt8], [Signature])
    /// Signatures over the pre-authentication encoding of type and payload. Source: DSSE v1.
    case dsse(payloadType: String, payload: [UInt8], [Signature])
    /// A detached signature that names no key, beside its image in the registry. Source: cosign, SIGNATURE_SPEC.md.
    case simpleSigning(payload: [UInt8], signature: [UInt8])
    /// A bundle, signed with a key or a certificate; `payload` is the container signature that a plain signature in it is
    /// over, and empty when an envelope is signed. Source: sigstore/protobuf-specs, sigstore_bundle.proto.
    case bundle(SigstoreBundle, payload: [UInt8])
    /// Tokens in the compact form, each with the payload in it. Source: grafeas.v1.Jwt.
    case tokens([String])
    /// A form this build cannot verify; `String` names it. Never counts as evidence.
    case unsupported(String)
  }

  /// Name of the occurrence that carries it, for people to find it again; empty when it has none.
  package let occurrence: String
  package let note: NoteName
  /// Seconds since 1970 UTC at which the store took what it holds now: a change is as good as a new record. Nil when it does
  /// not say.
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
    let taken = [
      occurrence.hasCreateTime ? occurrence.createTime.seconds : nil,
      occurrence.hasUpdateTime ? occurrence.updateTime.seconds : nil,
    ].compactMap(\.self).max()
    self.init(occurrence: occurrence.name, note: note, createdAtSeconds: taken, envelope: envelope)
  }
}

extension UnverifiedAttestation.Envelope {
  fileprivate init(_ attestation: Grafeas_V1_AttestationOccurrence) {
    if attestation.signatures.isEmpty, !attestation.jwts.isEmpty {
      self = .tokens(attestation.jwts.map(\.compactJwt))
      return
    }
    self = .detached(
      payload: Array(attestation.serializedPayload),
      attestation.signatures.map { .init(keyID: $0.publicKeyID, bytes: Array($0.signature)) })
  }
}
