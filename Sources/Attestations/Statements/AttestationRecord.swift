import Foundation
package import Images
package import Metadata
import Schemas

extension Occurrence {
  /// The record of a detached signature over the container signature of `image`. Name and times are the store's to set.
  ///
  /// Source: grafeas.v1.AttestationOccurrence.
  package init(attesting image: PinnedReference, under note: NoteName, signature: [UInt8], keyID: String) {
    self.init()
    resourceUri = image.resourceURI
    noteName = note.description
    kind = .attestation
    var signed = Grafeas_V1_Signature()
    signed.signature = Data(signature)
    signed.publicKeyID = keyID
    attestation.serializedPayload = Data(ContainerSignature(image).payload)
    attestation.signatures = [signed]
  }
}

extension Occurrence {
  /// The record of a statement in its envelope. Name and times are the store's to set.
  ///
  /// Source: grafeas.v1.DSSEAttestationOccurrence.
  package init(attesting image: PinnedReference, under note: NoteName, in envelope: DSSEEnvelope) {
    self.init()
    resourceUri = image.resourceURI
    noteName = note.description
    kind = .dsseAttestation
    dsseAttestation.envelope.payloadType = envelope.payloadType
    dsseAttestation.envelope.payload = Data(envelope.payload)
    dsseAttestation.envelope.signatures = envelope.signatures.map { signature in
      var signed = Grafeas_V1_EnvelopeSignature()
      signed.keyid = signature.keyID
      signed.sig = Data(signature.bytes)
      return signed
    }
  }

  /// What was checked before an attestation was made, as the store shows it to people. It is not signed; the payload that
  /// cosign reads and the subject of a statement hold the same under a signature.
  package mutating func note(_ checks: ChecksBeforeSigning) { remediation = "\(ChecksBeforeSigning.key)=\(checks.text)" }
}

extension Note {
  /// The note under which an attestor's attestations stand. Source: grafeas.v1.AttestationNote.
  package init(attestorNamed humanReadableName: String) {
    self.init()
    kind = .attestation
    attestation.hint.humanReadableName = humanReadableName
  }
}

extension Signer {
  /// Signs for `image` and makes the record that a store keeps.
  package func attestation(of image: PinnedReference, under note: NoteName) async throws -> Occurrence {
    let signature = try await signature(over: ContainerSignature(image).payload)
    return Occurrence(attesting: image, under: note, signature: signature, keyID: keyID)
  }
}
