package import Attestations
import Images
import Metadata

/// What every `Signer` must do, whatever holds its key.
package struct SignerContract {
  private let signer: any Signer
  private let publicPEM: String
  private let nowSeconds: Int64

  /// - Parameters:
  ///   - publicPEM: the public half of the signer's key, got by another way than from the signer; an armored key for OpenPGP.
  ///   - nowSeconds: since 1970; only for OpenPGP, whose signatures say when they were made.
  package init(_ signer: any Signer, publicPEM: String, nowSeconds: Int64 = 0) {
    self.nowSeconds = nowSeconds
    self.signer = signer
    self.publicPEM = publicPEM
  }

  /// Puts the signer to the test; empty means it keeps the contract, else one sentence for each clause it breaks.
  package func breaches() async throws -> [String] {
    var breaches: [String] = []
    let key =
      signer.algorithm == .openPGP
      ? try AttestorKey(openPGP: publicPEM) : try AttestorKey(id: nil, algorithm: signer.algorithm, pem: publicPEM)
    if signer.keyID != key.id { breaches.append("Its key id is \(signer.keyID) where the key's own is \(key.id).") }
    let note = try NoteName(parsing: "projects/contract/notes/signer")
    let attestor = Attestor(name: "projects/contract/attestors/signer", note: note, keys: [key])
    let image = try Self.image("sha256:" + String(repeating: "a", count: 64))
    let other = try Self.image("sha256:" + String(repeating: "b", count: 64))
    let offered = try await attestation(of: image, under: note)
    if !attestor.verdict(on: [offered], for: image, at: nowSeconds).isSatisfied {
      breaches.append("What it signs does not verify under its public key.")
    }
    if attestor.verdict(on: [offered], for: other, at: nowSeconds).isSatisfied {
      breaches.append("What it signs about one image verifies for another.")
    }
    let images = try (0..<8).map { try Self.image("sha256:" + String(repeating: String($0), count: 64)) }
    let all = try await mapAtOnce(images, width: 4) { try await attestation(of: $0, under: note) }
    for (image, offered) in zip(images, all) where !attestor.verdict(on: [offered], for: image, at: nowSeconds).isSatisfied {
      breaches.append("Of several signatures asked for at once, the one about \(image) does not verify.")
    }
    return breaches
  }

  private func attestation(of image: PinnedReference, under note: NoteName) async throws -> UnverifiedAttestation {
    let payload = ContainerSignature(image).payload
    let signature = try await signer.signature(over: payload)
    return UnverifiedAttestation(
      occurrence: "", note: note, createdAtSeconds: nil,
      envelope: .detached(payload: payload, [.init(keyID: signer.keyID, bytes: signature)]))
  }

  private static func image(_ digest: String) throws -> PinnedReference {
    try PinnedReference(parsing: "registry.test/contract/signer@\(digest)")
  }
}
