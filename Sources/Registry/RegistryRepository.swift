import AsyncHTTPClient
package import Images
import NIOCore
import NIOHTTP1

/// One repository of a registry.
package struct RegistryRepository: ImageSource, ImageSink {
  let client: RegistryClient
  package let repository: Repository
  let registry: Origin

  package var origin: String { registry.authority }

  func address(_ rest: String) -> WebAddress { WebAddress(registry, "/v2/\(repository.path)/\(rest)") }

  func address(of manifest: ManifestName) -> WebAddress {
    switch manifest {
    case .tag(let tag): address("manifests/\(percentEncoded(tag))")
    case .digest(let digest): address("manifests/\(digest)")
    }
  }

  var pullScope: String { "repository:\(repository.path):pull" }
  var pushScope: String { "repository:\(repository.path):pull,push" }

  /// One request, two if the registry asks who we are; the tag is looked up by the last of them.
  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    let accepted = MediaType.acceptedManifests.map(\.text).joined(separator: ", ")
    let call = Call(address: address(of: name), headers: [("Accept", accepted)])
    let answer = try await client.authorized(call, scope: pullScope) { call in
      try await client.fetch(call, atMost: ManifestDocument.limitBytes, what: "The manifest \(name)")
    }
    try expect(answer.status, among: [200], host: origin, what: "read \(repository)@\(name)")
    return UnverifiedManifest(
      bytes: answer.body, contentType: answer.headers.first(name: "Content-Type"),
      claimedDigest: answer.headers.first(name: "Docker-Content-Digest"))
  }

  /// Each iteration is a request of its own, redirections followed.
  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    BlobChunks {
      var body: HTTPClientResponse.Body.AsyncIterator?
      let end = ContinuousClock.now + client.settings.blobDeadline
      return {
        guard ContinuousClock.now < end else {
          throw RegistryError.unreachable(host: origin, because: "blob \(descriptor.digest) took too long")
        }
        if body == nil { body = try await open(descriptor).body.makeAsyncIterator() }
        do {
          return try await body?.next().map { Array($0.readableBytesView) }
        } catch let error as HTTPClientError {
          throw RegistryError.unreachable(host: origin, because: "\(error)")
        }
      }
    }
  }

  private func open(_ descriptor: Descriptor) async throws -> HTTPClientResponse {
    let response = try await client.authorized(Call(address: address("blobs/\(descriptor.digest)")), scope: pullScope) { call in
      try await client.follow(call, within: client.settings.requestDeadline)
    }
    try expect(response.status, among: [200], host: origin, what: "read blob \(descriptor.digest) of \(repository)")
    return response
  }
}
