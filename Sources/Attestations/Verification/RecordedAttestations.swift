package import Images
package import Metadata
import Schemas

/// The attestations that a metadata store holds, brought into the shape that an `Attestor` verifies. Nothing is believed
/// here.
package struct RecordedAttestations: AttestationSource {
  private let metadata: any MetadataReader

  /// Most occurrences that are looked at for one image and note; with more, there is no answer rather than half of one.
  package static let examinedLimit = 1000

  package init(_ metadata: any MetadataReader) { self.metadata = metadata }

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
    return offered.compactMap(UnverifiedAttestation.init).suffix(max(0, limit))
  }

  /// What the attestor's keys make of everything that is recorded about `image` under its note.
  ///
  /// - Parameter nowSeconds: seconds since 1970 UTC, asked once the store has answered.
  /// - Throws: as `attestations(about:under:atMost:)`.
  package func verdict(
    of attestor: Attestor, on image: PinnedReference, at nowSeconds: @autoclosure () -> Int64
  ) async throws -> AttestorVerdict {
    let offered = try await attestations(about: image, under: attestor.note, atMost: Attestor.Limits.attestations)
    return attestor.verdict(on: offered, for: image, at: nowSeconds())
  }
}
