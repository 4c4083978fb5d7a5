import AsyncHTTPClient
package import Images
import NIOCore
import NIOHTTP1

extension RegistryRepository: ReferrerSource, ReferrerSink {
  /// Nobody's list is followed further.
  private static let pageLimit = 16

  /// Asks the registry, and where it answers 404 reads the list under the tag `sha256-HEX`.
  package func referrers(of digest: Digest, type: MediaType?, atMost limit: Int) async throws -> [Descriptor] {
    let query = type.map { "?artifactType=\(percentEncoded($0.text))" } ?? ""
    var next: WebAddress? = address("referrers/\(digest)\(query)")
    var found: [Descriptor] = []
    for page in 0..<Self.pageLimit {
      guard let asked = next else { return found.filter { $0.mayBe(type) }.suffix(max(0, limit)) }
      let answer = try await client.authorized(
        Call(address: asked, headers: [("Accept", MediaType.ociIndex.text)]), scope: pullScope
      ) { call in
        try await client.fetch(call, atMost: ManifestDocument.limitBytes, what: "The list of what points at \(digest)")
      }
      if page == 0, answer.status == .notFound {
        return try await listed(under: digest).filter { $0.mayBe(type) }.suffix(max(0, limit))
      }
      try expect(answer.status, among: [200], host: origin, what: "list what points at \(digest) in \(repository)")
      let document = try ManifestDocument(parsing: answer.body, contentType: answer.headers.first(name: "Content-Type"))
      guard case .index(let index) = document else {
        throw RegistryError.malformed(host: origin, because: "a list of referrers is no index")
      }
      found += index.manifests
      next = try nextPage(answer.headers)
    }
    throw RegistryError.overLimit(what: "The pages of what points at \(digest)", limit: Self.pageLimit)
  }

  /// Stores the manifest, and lists it under the tag of its subject where the registry does not list it itself.
  ///
  /// Two writers may list at the same time and the registry knows no condition, so the list is read again afterwards.
  ///
  /// Source: OCI distribution-spec 1.1, "Pushing Manifests with Subject": the header `OCI-Subject` says that it lists.
  package func putReferrer(_ manifest: PinnedManifest) async throws {
    guard case .image(let image) = manifest.document, let subject = image.subject?.digest else {
      throw ImageError.malformedDocument("The manifest", because: "it has no subject")
    }
    let answer = try await store(manifest, as: .digest(manifest.digest))
    if answer.headers.first(name: "OCI-Subject") != nil { return }
    for _ in 0..<3 {
      let others = try await listed(under: subject)
      if others.contains(where: { $0.digest == manifest.digest }) { return }
      let index = ImageIndex(manifests: others + [manifest.referrer])
      try await putManifest(PinnedManifest(writing: .index(index)), tag: referrersTag(of: subject))
    }
    guard try await listed(under: subject).contains(where: { $0.digest == manifest.digest }) else {
      throw RegistryError.malformed(host: origin, because: "the list of what points at \(subject) does not keep what is added")
    }
  }

  /// One look-up; 404 is nil.
  package func manifestIfPresent(_ name: ManifestName) async throws -> PinnedManifest? {
    do {
      return try await manifest(name)
    } catch RegistryError.notFound {
      return nil
    }
  }

  private func listed(under subject: Digest) async throws -> [Descriptor] {
    let tag = referrersTag(of: subject)
    switch try await manifestIfPresent(.tag(tag))?.document {
    case nil: return []
    case .index(let index): return index.manifests
    case .image: throw RegistryError.malformed(host: origin, because: "the tag \(tag) is no list of referrers")
    }
  }

  /// Source: RFC 8288: `Link: </v2/…>; rel="next"`.
  private func nextPage(_ headers: HTTPHeaders) throws(RegistryError) -> WebAddress? {
    guard let link = headers.first(name: "Link"), link.contains("rel=\"next\"") || link.contains("rel=next") else { return nil }
    guard let start = link.firstIndex(of: "<"), let end = link[start...].firstIndex(of: ">"),
      let next = WebAddress(parsing: String(link[link.index(after: start)..<end]), relativeTo: registry)
    else { throw .malformed(host: origin, because: "the next page of a list has no address") }
    guard next.origin == registry else {
      throw .refusedWay(host: origin, because: "its list goes on at \(next.origin.authority)")
    }
    return next
  }
}
