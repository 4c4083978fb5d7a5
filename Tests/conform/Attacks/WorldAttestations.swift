import Attestations
import Foundation
import Images
import Metadata

/// Everything a world has about an image: what its metadata store holds, and what stands beside the image in its registry in
/// cosign's form.
struct WorldAttestations: AttestationSource {
  private let recorded: RecordedAttestations
  private let beside: [(image: PinnedReference, attestation: UnverifiedAttestation)]

  init(_ world: World, store: any MetadataReader) {
    recorded = RecordedAttestations(store)
    beside = world.attestations.compactMap(Self.beside)
  }

  func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    let here = beside.filter { $0.image == image && $0.attestation.note == note }.map(\.attestation)
    return (here + (try await recorded.attestations(about: image, under: note, atMost: limit))).suffix(limit)
  }

  /// Nil for the styles that a metadata store holds.
  private static func beside(_ written: CaseValue) -> (PinnedReference, UnverifiedAttestation)? {
    guard ["cosign-simple-signing", "x509-signature"].contains(written["style"]?.string),
      let image = try? PinnedReference(resourceURI: written["resourceUri"]?.string ?? ""),
      let note = try? NoteName(parsing: written["noteName"]?.string ?? "")
    else { return nil }
    let payload = Array(Data(base64Encoded: written["payload"]?.string ?? "") ?? Data())
    var annotations = ["dev.cosignproject.cosign/signature": written["signature"]?.string ?? ""]
    let chain = written["certificateChain"]?.strings ?? []
    if let leaf = chain.first { annotations["dev.sigstore.cosign/certificate"] = leaf }
    if chain.count > 1 { annotations["dev.sigstore.cosign/chain"] = chain.dropFirst().joined(separator: "\n") }
    if let bundle = written["bundle"] { annotations["dev.sigstore.cosign/bundle"] = bundle.json }
    let envelope: UnverifiedAttestation.Envelope
    do throws(SigstoreRefusal) {
      envelope = .bundle(try SigstoreBundle(cosignAnnotations: annotations), payload: payload)
    } catch {
      envelope = .unsupported(error.problem)
    }
    return (image, UnverifiedAttestation(occurrence: "", note: note, createdAtSeconds: nil, envelope: envelope))
  }
}
