import Attestations
import Foundation
import Images
import Metadata
import Registry
import Schemas
import Signing

/// One claim about one image on its way to where it is kept.
struct Vouched {
  let image: PinnedReference
  let manifest: PinnedManifest
  let claim: ClaimOptions.Claim
  let checks: ChecksBeforeSigning
  let key: any PublishedSigner
  /// Whether earlier claims of the same kind by the same key go.
  let overwrites: Bool

  private func envelope(_ type: String) async throws -> DSSEEnvelope {
    let payload = try InTotoStatement.payload(
      about: image, predicateType: type, predicate: claim.predicate, checks: checks)
    return try await key.envelope(over: payload, type: InTotoStatement.payloadType)
  }

  /// Keeps it in the metadata store, and takes away what it replaces afterwards.
  ///
  /// - Returns: the name of the occurrence.
  func record(under note: NoteName, in project: ProjectName, of store: any MetadataStore) async throws -> String {
    try await createMissing([note.id: Note(attestorNamed: note.id)], in: note.project, of: store)
    var made =
      if let type = claim.predicateType {
        Occurrence(attesting: image, under: note, in: try await envelope(type))
      } else {
        try await key.attestation(of: image, under: note)
      }
    made.note(checks)
    let replaced = overwrites ? try await recorded(like: made, under: note, in: store) : []
    let name = try await store.create([made], in: project).first?.name ?? ""
    for old in replaced { try await store.delete(OccurrenceName(parsing: old.name), etag: nil) }
    return name
  }

  /// What the same key has recorded of the same kind about the image.
  private func recorded(like made: Occurrence, under note: NoteName, in store: any MetadataStore) async throws -> [Occurrence] {
    let page = try await store.occurrences(of: note, matching: OccurrenceFilter(image), page: PageRequest())
    return page.items.filter { old in
      switch (old.details, made.details) {
      case (.attestation(let before), .attestation(let now)):
        return !before.signatures.isEmpty && before.signatures.map(\.publicKeyID) == now.signatures.map(\.publicKeyID)
      case (.dsseAttestation(let before), .dsseAttestation(let now)):
        let type = (try? InTotoStatement(parsing: Array(before.envelope.payload)))?.predicateType
        return type == claim.predicateType
          && before.envelope.signatures.map(\.keyid) == now.envelope.signatures.map(\.keyid)
      default: return false
      }
    }
  }

  /// Puts it beside the image in the registry.
  ///
  /// - Returns: where it stands.
  func publish(in repository: RegistryRepository) async throws -> String {
    let record = RegistryRecord(of: manifest, named: image, in: repository)
    guard let type = claim.predicateType else {
      let payload = ContainerSignature.cosignPayload(about: image, checks: checks)
      let layer = CosignLayers.layer(signature: try await key.signature(over: payload), over: payload)
      return try await record.add(layer, to: .signatures, replacing: try own(""))
    }
    let envelope = try await envelope(type)
    guard claim.format != .bundle else {
      return try await record.add(
        bundle: BundleWriting.bundle(envelope, keyID: key.keyID), predicateType: type, createdAt: utc(Now.seconds))
    }
    let layer = CosignLayers.layer(attestation: envelope, predicateType: type)
    return try await record.add(layer, to: .attestations, replacing: try own(type))
  }

  /// Tells which layers this key may replace; nil when it is not to.
  private func own(_ predicateType: String) throws -> ((Descriptor, [UInt8]) -> Bool)? {
    guard overwrites else { return nil }
    guard let scheme = key.algorithm.scheme else { return nil }
    let publicKey = try PublicKey(pem: key.publicPEM, scheme: scheme)
    return { CosignLayers.isSigned($0, $1, by: publicKey, predicateType: predicateType) }
  }
}
