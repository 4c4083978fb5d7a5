import Attestations
import Images
import Metadata
import Registry

/// Where `verify` looks for what was signed, and what it found, each digest asked once.
struct SignedEvidence {
  let from: AttestCommand.Destination
  let store: StoreOptions
  let registry: RegistryOptions
  private var beside: [Digest: [RegistryAttestations.Found]] = [:]

  init(from: AttestCommand.Destination, store: StoreOptions, registry: RegistryOptions) {
    self.from = from
    self.store = store
    self.registry = registry
  }

  /// Everything about one image, under the note of whoever is asked, newest last.
  mutating func offered(about image: PinnedReference, under note: NoteName) async throws -> [UnverifiedAttestation] {
    var offered: [UnverifiedAttestation] = []
    if from != .metadata {
      if beside[image.digest] == nil { beside[image.digest] = try await besideImage(image) }
      offered += beside[image.digest, default: []].map { $0.offered(under: note) }
    }
    if from != .registry { offered += try await recorded(image, under: note) }
    return offered
  }

  /// The index that was named, when it holds the image, and the images that `image` lists, where somebody who is asked
  /// wants each of them signed.
  func family(of image: PinnedReference, for asked: [Asked], index: String?) async throws -> ImageFamily {
    var (enclosing, leaves): ([Digest], [Digest]) = ([], [])
    if let index {
      let reference = try ImageReference(parsing: index)
      let (digest, listed) = try await listed(by: reference.manifestName, in: reference.repository)
      guard reference.repository == image.repository, listed.contains(image.digest) else {
        throw DoorError.usage(
          "\(printable(index)) does not hold \(image).", remedy: "Name an index of the same repository that lists it.")
      }
      enclosing = [digest]
    }
    if asked.contains(where: { $0.attestors.contains { $0.platforms == .everyLeaf } }) {
      leaves = try await listed(by: .digest(image.digest), in: image.repository).images
    }
    return ImageFamily(image, enclosing: enclosing, leaves: leaves)
  }

  /// The images that a manifest lists, what builders keep beside them left out; none when it is no index.
  private func listed(
    by name: ManifestName, in repository: Repository
  ) async throws -> (digest: Digest, images: [Digest]) {
    let manifest = try await registry.withClient(for: [repository]) { client in
      try await client.repository(repository).manifest(name)
    }
    guard case .index(let index) = manifest.document else { return (manifest.digest, []) }
    return (manifest.digest, index.manifests.filter { !$0.isAttestation }.map(\.digest))
  }

  private func recorded(_ image: PinnedReference, under note: NoteName) async throws -> [UnverifiedAttestation] {
    try await store.withStore { store in
      try await RecordedAttestations(store).attestations(
        about: image, under: note, atMost: Attestor.Limits.attestations)
    }
  }

  private func besideImage(_ image: PinnedReference) async throws -> [RegistryAttestations.Found] {
    try await registry.withClient(for: [image.repository]) { client in
      try await RegistryAttestations { try client.repository($0) }.found(about: image)
    }
  }
}
