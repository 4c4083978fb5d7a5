import AsyncHTTPClient
package import Images
import NIOCore
import NIOHTTP1

/// What a registry says besides the status it is asked for; nobody reads more.
private let answerLimitBytes = 64 << 10

extension RegistryRepository {
  /// Asks with HEAD; a redirection to where the blob lies counts as there.
  package func hasBlob(_ descriptor: Descriptor) async throws -> Bool {
    let call = Call(method: .HEAD, address: address("blobs/\(descriptor.digest)"))
    let answer = try await push(call)
    if answer.status == .notFound { return false }
    try expect(answer.status, among: [200, 307], host: origin, what: "look for blob \(descriptor.digest) of \(repository)")
    return true
  }

  /// Starts an upload and sends the blob in one streamed request.
  ///
  /// Source: distribution-spec 1.1, "POST then PUT".
  package func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws {
    let what = "take blob \(descriptor.digest) of \(repository)"
    let start = try await push(
      Call(method: .POST, address: address("blobs/uploads/"), headers: [("Content-Length", "0")]))
    try expect(start.status, among: [202], host: origin, what: what)
    guard let location = start.headers.first(name: "Location"),
      let place = WebAddress(parsing: location, relativeTo: registry)
    else { throw RegistryError.malformed(host: origin, because: "an upload has no place") }
    guard place.origin == registry else {
      throw RegistryError.refusedWay(host: origin, because: "it wants the upload sent to \(place.origin.authority)")
    }
    let separator = place.target.contains("?") ? "&" : "?"
    let call = Call(
      method: .PUT, address: WebAddress(registry, "\(place.target)\(separator)digest=\(descriptor.digest)"),
      headers: [("Content-Type", "application/octet-stream")],
      body: .stream(Outgoing(chunks: chunks), length: .known(descriptor.sizeBytes)))
    let answer = try await push(call, deadline: client.settings.blobDeadline)
    try expect(answer.status, among: [201], host: origin, what: what)
  }

  /// Puts it under the tag, or without one under its digest; by either it can be read by digest afterwards.
  package func putManifest(_ manifest: PinnedManifest, tag: String?) async throws {
    _ = try await store(manifest, as: tag.map(ManifestName.tag) ?? .digest(manifest.digest))
  }

  /// What the registry answered is for those who ask whether it knows about subjects.
  func store(_ manifest: PinnedManifest, as name: ManifestName) async throws -> Answer {
    let call = Call(
      method: .PUT, address: address(of: name),
      headers: [("Content-Type", manifest.document.mediaType.text)], body: .bytes(ByteBuffer(bytes: manifest.bytes)))
    let answer = try await push(call)
    try expect(answer.status, among: [201], host: origin, what: "take manifest \(name) of \(repository)")
    if let stored = answer.headers.first(name: "Docker-Content-Digest"), stored.hasPrefix("sha256:"),
      stored != "\(Digest(sha256Of: manifest.bytes))"
    {
      throw RegistryError.malformed(host: origin, because: "it stored manifest \(manifest.digest) as \(stored)")
    }
    return answer
  }

  /// Redirections are not followed: what we write goes to the registry itself.
  private func push(_ call: Call, deadline: Duration? = nil) async throws -> Answer {
    let deadline = deadline ?? client.settings.requestDeadline
    return try await client.authorized(call, scope: pushScope) { call in
      try await within(deadline, of: origin) {
        let response = try await client.send(call, within: deadline)
        return try await client.collect(response, atMost: answerLimitBytes, host: origin, what: "The answer of \(origin)")
      }
    }
  }
}

/// A blob on its way out.
private struct Outgoing: AsyncSequence, Sendable {
  let chunks: BlobChunks

  func makeAsyncIterator() -> Iterator { Iterator(inner: chunks.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    let inner: BlobChunks.Iterator

    func next() async throws -> ByteBuffer? { try await inner.next().map { ByteBuffer(bytes: $0) } }
  }
}
