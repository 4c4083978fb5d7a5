package import Images
import Synchronization

/// A repository in memory, to read from and to write to; `lie` makes it answer other bytes than it was given.
package final class MemoryRepository: ImageSource, ImageSink, ReferrerSource, ReferrerSink {
  private struct State {
    var manifests: [String: UnverifiedManifest] = [:]
    var blobs: [Digest: [UInt8]] = [:]
    var referrers: [Digest: [Descriptor]] = [:]
    var log: [String] = []
  }

  private let state = Mutex(State())
  private let chunkBytes: Int
  package let origin = "memory.test"

  /// - Parameter chunkBytes: how large the pieces are in which blobs are answered.
  package init(_ images: [(TestImage, tag: String?)] = [], chunkBytes: Int = 1000) {
    self.chunkBytes = chunkBytes
    for (image, tag) in images {
      add(manifest: image.manifest, contentType: image.mediaType.text, tag: tag)
      for (digest, bytes) in image.blobs { lie(digest, bytes) }
    }
  }

  /// Everything that was asked of it, in order.
  package var log: [String] { state.withLock { $0.log } }

  package func add(manifest: [UInt8], contentType: String? = nil, claimedDigest: String? = nil, tag: String? = nil) {
    let stored = UnverifiedManifest(bytes: manifest, contentType: contentType, claimedDigest: claimedDigest)
    state.withLock { state in
      state.manifests["\(Digest(sha256Of: manifest))"] = stored
      if let tag { state.manifests[tag] = stored }
    }
  }

  /// Answers `bytes` when `digest` is asked for, true or not.
  package func lie(_ digest: Digest, _ bytes: [UInt8]) { state.withLock { $0.blobs[digest] = bytes } }

  /// Answers `bytes` when the manifest `name` is asked for, true or not.
  package func lie(manifest name: String, _ bytes: [UInt8]) {
    state.withLock { $0.manifests[name] = UnverifiedManifest(bytes: bytes) }
  }

  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    try state.withLock { state in
      state.log.append("manifest \(name)")
      guard let found = state.manifests["\(name)"] else { throw ImageError.notFound("\(name)") }
      return found
    }
  }

  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    let bytes = try state.withLock { state in
      state.log.append("blob \(descriptor.digest)")
      guard let found = state.blobs[descriptor.digest] else { throw ImageError.notFound("\(descriptor.digest)") }
      return found
    }
    return BlobChunks { [chunkBytes] in
      var rest = bytes[...]
      return {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(chunkBytes) }
        return Array(rest.prefix(chunkBytes))
      }
    }
  }

  package func hasBlob(_ descriptor: Descriptor) async throws -> Bool {
    state.withLock { $0.blobs[descriptor.digest] != nil }
  }

  package func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws {
    var bytes: [UInt8] = []
    for try await chunk in chunks { bytes += chunk }
    lie(descriptor.digest, bytes)
    state.withLock { $0.log.append("put blob \(descriptor.digest)") }
  }

  package func putManifest(_ manifest: PinnedManifest, tag: String?) async throws {
    add(manifest: manifest.bytes, contentType: manifest.document.mediaType.text, tag: tag)
    state.withLock { $0.log.append("put manifest \(manifest.digest)") }
  }

  package func manifestIfPresent(_ name: ManifestName) async throws -> PinnedManifest? {
    do {
      return try await manifest(name)
    } catch ImageError.notFound {
      return nil
    }
  }

  /// Lists `descriptor` as something that points at `subject`, true or not.
  package func list(_ descriptor: Descriptor, under subject: Digest) {
    state.withLock { $0.referrers[subject, default: []].append(descriptor) }
  }

  package func referrers(of digest: Digest, type: MediaType?, atMost limit: Int) async throws -> [Descriptor] {
    state.withLock { $0.referrers[digest, default: []] }.filter { $0.mayBe(type) }.suffix(limit)
  }

  package func putReferrer(_ manifest: PinnedManifest) async throws {
    try await putManifest(manifest, tag: nil)
    guard case .image(let image) = manifest.document, let subject = image.subject else { return }
    list(manifest.referrer, under: subject.digest)
  }
}
