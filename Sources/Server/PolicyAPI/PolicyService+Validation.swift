import Attestations
import Images
import Metadata
package import Schemas
import SwiftProtobuf

/// Source: google.cloud.binaryauthorization.v1.ValidationHelperV1.
extension PolicyService {
  /// Needs `attestors.verifyImageAttested`. Says whether the attestor would vouch by an attestation that may not be recorded
  /// yet, with the code that verifies those that are; it counts as made now.
  package func validateAttestationOccurrence(
    _ request: Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceRequest, by caller: Caller
  ) async throws -> Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceResponse {
    let name = try Self.attestorName(request.attestor)
    try await metadata.require(.verifyImagesAttested, on: .managed(name), caller)
    let message = try AttestorMessage(await store.managed(name))
    let image: PinnedReference
    do throws(ImageError) {
      image = try PinnedReference(resourceURI: request.occurrenceResourceUri)
    } catch {
      throw MetadataError.invalid(
        what: "occurrence_resource_uri", reasons: [error.problem + " Write https://registry/path@sha256:…"])
    }
    guard !message.userOwnedGrafeasNote.publicKeys.isEmpty else {
      return .refusing("The attestor has no public key, so it vouches for nothing.")
    }
    let seconds = now()
    let occurrence = Occurrence.with {
      $0.noteName = request.occurrenceNote
      $0.resourceUri = request.occurrenceResourceUri
      $0.createTime.seconds = seconds
      $0.attestation = request.attestation
    }
    guard let offered = UnverifiedAttestation(occurrence) else {
      throw MetadataError.malformedName(request.occurrenceNote, form: "projects/{project}/notes/{note}")
    }
    let verdict = try Self.attestor(message).verdict(on: [offered], for: image, at: seconds)
    if verdict.isSatisfied { return .with { $0.result = .verified } }
    let causes = verdict.refused.map(\.rejection.problem)
    return .refusing(causes.isEmpty ? "The attestation carries no signature." : causes.joined(separator: " "))
  }
}

extension Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceResponse {
  fileprivate static func refusing(_ reason: String) -> Self {
    .with {
      $0.result = .attestationNotVerifiable
      $0.denialReason = reason
    }
  }
}
