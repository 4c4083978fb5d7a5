package import Attestations
import Foundation
package import Images
package import Metadata
import Schemas
import SwiftProtobuf

/// The attestations that a metadata store holds, brought into the shape that an `Attestor` verifies. Nothing is believed
/// here.
package struct RecordedAttestations: AttestationSource {
  private let metadata: any MetadataReader
  private let limitBytes: Int

  /// Most occurrences that are looked at for one image and note; with more, there is no answer rather than half of one.
  package static let examinedLimit = 1000

  /// - Parameter limitBytes: payload, signatures and key ids of one attestation together; a longer one never counts.
  package init(_ metadata: any MetadataReader, limitBytes: Int = 256 << 10) {
    self.metadata = metadata
    self.limitBytes = limitBytes
  }

  /// The newest `limit` attestations, oldest of them first.
  ///
  /// A store that answers with what was not asked for gains nothing: resource and note are compared again.
  ///
  /// - Throws: `MetadataError.outOfBounds` beyond `examinedLimit`, and what the store throws. A note that does not exist
  ///   has no attestations.
  package func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    let filter = OccurrenceFilter(image)
    let page: Page<Occurrence>
    do {
      page = try await metadata.occurrences(of: note, matching: filter, page: PageRequest(size: Self.examinedLimit))
    } catch MetadataError.notFound {
      return []
    }
    guard page.nextToken == nil else {
      throw MetadataError.outOfBounds(
        what: "The number of occurrences of \(note) about one image", got: Self.examinedLimit + 1,
        bounds: "at most \(Self.examinedLimit)")
    }
    let offered = page.items.filter { $0.noteName == note.description && filter.matches($0) }
    return offered.compactMap { attestation($0, note) }.suffix(max(0, limit))
  }

  private func attestation(_ occurrence: Occurrence, _ note: NoteName) -> UnverifiedAttestation? {
    let envelope: UnverifiedAttestation.Envelope
    switch occurrence.details {
    case .attestation(let attestation): envelope = self.envelope(attestation)
    case .dsseAttestation(let attestation): envelope = self.envelope(attestation.envelope)
    default: return nil
    }
    return UnverifiedAttestation(
      occurrence: occurrence.name, note: note,
      createdAtSeconds: occurrence.hasCreateTime ? occurrence.createTime.seconds : nil, envelope: envelope)
  }

  private func envelope(_ attestation: Grafeas_V1_AttestationOccurrence) -> UnverifiedAttestation.Envelope {
    if attestation.serializedPayload.isEmpty { return .unsupported(attestation.jwts.isEmpty ? "no payload" : "JWT") }
    let signatures = attestation.signatures.map { (keyID: $0.publicKeyID, bytes: $0.signature) }
    return bounded(attestation.serializedPayload, signatures) { .detached(payload: $0, $1) }
  }

  private func envelope(_ envelope: Grafeas_V1_Envelope) -> UnverifiedAttestation.Envelope {
    let signatures = envelope.signatures.map { (keyID: $0.keyid, bytes: $0.sig) }
    return bounded(envelope.payload, signatures) { .dsse(payloadType: envelope.payloadType, payload: $0, $1) }
  }

  private func bounded(
    _ payload: Data, _ signatures: [(keyID: String, bytes: Data)],
    _ wrap: ([UInt8], [UnverifiedAttestation.Signature]) -> UnverifiedAttestation.Envelope
  ) -> UnverifiedAttestation.Envelope {
    guard signatures.count <= 16 else { return .unsupported("more than 16 signatures") }
    let size = signatures.reduce(payload.count) { $0 + $1.keyID.utf8.count + $1.bytes.count }
    guard size <= limitBytes else { return .unsupported("longer than \(limitBytes) bytes") }
    return wrap(Array(payload), signatures.map { .init(keyID: $0.keyID, bytes: Array($0.bytes)) })
  }
}
