package import Images
package import Metadata

/// The attestations that stand beside an image in its registry: cosign's signatures and attestations by tag, and Sigstore
/// bundles that point at it. Nothing is believed here, and no more is fetched than is looked at.
package struct RegistryAttestations: AttestationSource {
  private let open: @Sendable (Repository) throws -> any ReferrerSource

  /// How much is fetched for one image, whatever the registry has.
  package enum Limits {
    /// Signatures, attestations and bundles together, the newest of each place.
    package static let attestations = 64
    /// In bytes, of all layers and bundles together.
    package static let totalBytes = 32 << 20
  }

  /// - Parameter open: the repository to ask.
  package init(_ open: @escaping @Sendable (Repository) throws -> any ReferrerSource) { self.open = open }

  /// The newest of each place in turn, until there are `limit`, or as many as are looked at. A registry keeps no note and no time that could be trusted:
  /// each is offered under `note`, and has no time.
  ///
  /// - Throws: errors of the source. What cannot be read is offered all the same, as unsupported, so that it is told.
  package func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    try await found(about: image, atMost: limit).map { $0.offered(under: note) }
  }

  /// One attestation and where it stands, for people: `HOST/PATH:TAG layer N` or `HOST/PATH@DIGEST`.
  package struct Found: Hashable, Sendable {
    package let place: String
    package let envelope: UnverifiedAttestation.Envelope

    /// The same, for an attestor with that note.
    package func offered(under note: NoteName) -> UnverifiedAttestation {
      UnverifiedAttestation(occurrence: place, note: note, createdAtSeconds: nil, envelope: envelope)
    }
  }

  /// The same without a note, to fetch once and show to several attestors.
  package func found(about image: PinnedReference, atMost limit: Int = Limits.attestations) async throws -> [Found] {
    let limit = max(0, min(limit, Limits.attestations))
    let source = try open(image.repository)
    var places: [[Offer]] = []
    for kind in CosignLayers.allCases {
      let tag = kind.tag(of: image.digest)
      guard case .image(let manifest)? = try await source.manifestIfPresent(.tag(tag))?.document else { continue }
      places.append(
        manifest.layers.enumerated().suffix(limit).map {
          .layer($0.element, place: "\(image.repository):\(tag) layer \($0.offset + 1)")
        })
    }
    let bundles = try await source.referrers(of: image.digest, type: BundleWriting.mediaType, atMost: limit)
    places.append(bundles.map { .bundle($0, place: "\(image.repository)@\($0.digest)") })
    var reading = Reading(source: source, image: image)
    var found: [Found] = []
    for offer in Self.newest(of: places, atMost: limit) {
      if let envelope = try await reading.envelope(of: offer) { found.append(Found(place: offer.place, envelope: envelope)) }
    }
    return found
  }

  /// The last of each, then the last but one of each …, oldest first.
  private static func newest(of places: [[Offer]], atMost limit: Int) -> [Offer] {
    var chosen: [Offer] = []
    for back in 0..<(places.map(\.count).max() ?? 0) {
      for place in places where back < place.count && chosen.count < limit { chosen.append(place[place.count - 1 - back]) }
    }
    return chosen.reversed()
  }
}

/// Something that may be an attestation, not fetched yet.
private enum Offer {
  case layer(Descriptor, place: String)
  case bundle(Descriptor, place: String)

  var place: String {
    switch self {
    case .layer(_, let place), .bundle(_, let place): place
    }
  }
}

/// Fetches offers until the bytes run out.
private struct Reading {
  let source: any ReferrerSource
  let image: PinnedReference
  var bytesLeft = RegistryAttestations.Limits.totalBytes

  init(source: any ReferrerSource, image: PinnedReference) {
    self.source = source
    self.image = image
  }

  /// nil for a referrer that turns out to be something else than a bundle about the image.
  mutating func envelope(of offer: Offer) async throws -> UnverifiedAttestation.Envelope? {
    do {
      switch offer {
      case .layer(let descriptor, _):
        let content = try await content(of: descriptor, atMost: CosignLayers.limitBytes(descriptor.mediaType))
        return CosignLayers.envelope(descriptor, content)
      case .bundle(let descriptor, _):
        guard let layer = try await bundleLayer(of: descriptor) else { return nil }
        return bundleEnvelope(try await content(of: layer, atMost: DSSEEnvelope.limitBytes))
      }
    } catch let error as ImageError {
      return .unsupported("one that cannot be read (\(error.problem.dropLast()))")
    }
  }

  /// What a list of referrers says of a manifest is only a hint: its own type and subject decide.
  private mutating func bundleLayer(of descriptor: Descriptor) async throws -> Descriptor? {
    let limit = 1 << 16
    guard descriptor.sizeBytes <= limit else { throw ImageError.overLimit(what: "The manifest in bytes", limit: limit) }
    let pinned = try await source.manifest(.digest(descriptor.digest))
    bytesLeft -= pinned.bytes.count
    guard case .image(let manifest) = pinned.document, manifest.subject?.digest == image.digest,
      manifest.artifactType?.text.hasPrefix("application/vnd.dev.sigstore.bundle") == true
    else { return nil }
    return manifest.layers.first
  }

  private mutating func content(of descriptor: Descriptor, atMost limit: Int) async throws -> [UInt8] {
    let most = max(0, min(limit, bytesLeft))
    let bytes = try await source.document(descriptor, atMost: most)
    bytesLeft -= bytes.count
    return bytes
  }
}

/// A bundle that cannot be read is offered all the same, so that it is told.
private func bundleEnvelope(_ bytes: [UInt8]) -> UnverifiedAttestation.Envelope {
  do throws(SigstoreRefusal) {
    return .bundle(try SigstoreBundle(parsing: bytes), payload: [])
  } catch {
    return .unsupported("a Sigstore bundle that cannot be read (\(error.problem.dropLast()))")
  }
}
