/// How a manifest is asked for: by the tag somebody may move, or by what it is.
package enum ManifestName: Hashable, Sendable, CustomStringConvertible {
  case tag(String)
  case digest(Digest)

  package var description: String {
    switch self {
    case .tag(let tag): tag
    case .digest(let digest): "\(digest)"
    }
  }
}

extension ImageReference {
  /// What to ask the repository for: the digest where there is one, else the tag, else `latest`.
  package var manifestName: ManifestName { digest.map(ManifestName.digest) ?? .tag(tagOrLatest) }
}

/// What a source answered when asked for a manifest, before anybody has looked at it.
package struct UnverifiedManifest: Sendable {
  package let bytes: [UInt8]
  /// The `Content-Type` header; nil where the source has none.
  package let contentType: String?
  /// The `Docker-Content-Digest` header, which is only ever compared.
  package let claimedDigest: String?

  package init(bytes: [UInt8], contentType: String? = nil, claimedDigest: String? = nil) {
    self.bytes = bytes
    self.contentType = contentType
    self.claimedDigest = claimedDigest
  }
}

/// One repository that images can be read from: in a registry, an image layout, an archive.
///
/// An implementation only fetches. What it answers counts for nothing until `manifest(_:)`, `blob(_:)` or
/// `document(_:atMost:)` have hashed it, and these are the only ways the house reads.
package protocol ImageSource: Sendable {
  /// Names the source in messages: a registry host, a file name.
  var origin: String { get }

  /// Fetches the bytes of a manifest, at most `ManifestDocument.limitBytes` of them.
  ///
  /// - Throws: `ImageError.notFound`, `.overLimit`, or an error of the source's own module.
  func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest

  /// Fetches the bytes of a blob; the source may stop with an error after `descriptor.sizeBytes`.
  func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks
}

/// A manifest whose bytes have been hashed and read.
package struct PinnedManifest: Sendable {
  /// Of `bytes`, computed here; where a digest was asked for, that digest.
  package let digest: Digest
  package let bytes: [UInt8]
  package let document: ManifestDocument

  init(digest: Digest, bytes: [UInt8], document: ManifestDocument) {
    self.digest = digest
    self.bytes = bytes
    self.document = document
  }
}

extension ImageSource {
  /// The manifest under `name`, checked.
  ///
  /// A tag is looked up once here; go on with the `digest` of the answer.
  ///
  /// - Throws: `ImageError.digestMismatch` when the bytes are not those asked for, or not those the source claims;
  ///   whatever `ManifestDocument.init` throws; errors of the source.
  package func manifest(_ name: ManifestName) async throws -> PinnedManifest {
    let answer = try await unverifiedManifest(name)
    guard answer.bytes.count <= ManifestDocument.limitBytes else {
      throw ImageError.overLimit(what: "The manifest in bytes", limit: ManifestDocument.limitBytes)
    }
    var pinned = digestOf(answer.bytes, .sha256)
    if case .digest(let asked) = name { pinned = asked }
    let claimed = try answer.claimedDigest.map { (text) throws(ImageError) in try Digest(parsing: text) }
    for digest in [pinned, claimed ?? pinned] {
      let got = digestOf(answer.bytes, digest.algorithm)
      guard got == digest else { throw ImageError.digestMismatch(wanted: digest, got: got, origin: origin) }
    }
    let document = try ManifestDocument(parsing: answer.bytes, contentType: answer.contentType)
    return PinnedManifest(digest: pinned, bytes: answer.bytes, document: document)
  }

  /// The bytes of a blob, checked as they pass.
  package func blob(_ descriptor: Descriptor) async throws -> BlobChunks {
    try await unverifiedBlob(descriptor).checked(against: descriptor, origin: origin)
  }

  /// A whole small blob, checked.
  ///
  /// - Throws: `ImageError.overLimit` before a byte is fetched when it announces more than `limitBytes`.
  package func document(_ descriptor: Descriptor, atMost limitBytes: Int) async throws -> [UInt8] {
    guard descriptor.sizeBytes <= limitBytes else {
      throw ImageError.overLimit(what: "Document \(descriptor.digest) in bytes", limit: limitBytes)
    }
    var bytes: [UInt8] = []
    for try await chunk in try await blob(descriptor) { bytes += chunk }
    return bytes
  }
}

func digestOf(_ bytes: [UInt8], _ algorithm: Digest.Algorithm) -> Digest {
  var hash = ContentHash(algorithm)
  hash.update(bytes)
  return hash.digest()
}
