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
