import Foundation
import Images
import Registry
import Synchronization
import TestSupport
import Testing

@Suite("What points at an image", .enabled(if: TestCertificate.canBeMade, "needs openssl"))
struct ReferrersTests {
  static let subject = Digest(sha256Of: [1])
  static let type = MediaType("application/vnd.dev.sigstore.bundle.v0.3+json")

  static func entry(_ byte: UInt8, _ type: MediaType? = Self.type) -> Descriptor {
    Descriptor(of: [byte], mediaType: .ociManifest, artifactType: type)
  }

  static func reply(_ entries: [Descriptor], link: String? = nil) -> Reply {
    let index = PinnedManifest(writing: .index(ImageIndex(manifests: entries)))
    let more = link.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? []
    return Reply(headers: [("Content-Type", MediaType.ociIndex.text)] + more, body: index.bytes)
  }

  private func asking<Answer>(
    _ answer: @escaping @Sendable (Asked) -> Reply, _ ask: (RegistryRepository) async throws -> Answer
  ) async throws -> Answer {
    let certificate = try TestCertificate()
    let server = try await FakeServer(certificate: certificate, answer)
    var settings = RegistrySettings()
    settings.hosts["registry.example.test"] = HostSettings(
      connect: "127.0.0.1:\(server.port)", caFile: certificate.certificateFile)
    let client = RegistryClient(settings: settings)
    do {
      let answer = try await ask(client.repository(Repository(parsing: "registry.example.test/shop/web")))
      await client.shutdown()
      try await server.stop()
      return answer
    } catch {
      await client.shutdown()
      try await server.stop()
      throw error
    }
  }

  @Test("is asked of the registry with the type, page after page, and of what hides its type nothing is lost")
  func pages() async throws {
    let first = "/v2/shop/web/referrers/\(Self.subject)?artifactType=application%2Fvnd.dev.sigstore.bundle.v0.3%2Bjson"
    let found = try await asking { asked in
      switch asked.target {
      case first: Self.reply([Self.entry(1), Self.entry(2, .ociEmpty)], link: "/v2/shop/web/referrers/next")
      case "/v2/shop/web/referrers/next": Self.reply([Self.entry(3, nil), Self.entry(4, MediaType("application/spdx+json"))])
      default: Reply(status: 500)
      }
    } _: {
      try await $0.referrers(of: Self.subject, type: Self.type, atMost: 10)
    }
    #expect(found.map(\.digest) == [1, 2, 3].map { Digest(sha256Of: [$0]) })
  }

  @Test("is read under the tag where the registry knows no referrers, and is nothing where there is no tag")
  func fallback() async throws {
    let tag = "/v2/shop/web/manifests/sha256-\(Self.subject.hex)"
    let found = try await asking {
      $0.target == tag ? Self.reply([Self.entry(1), Self.entry(2)]) : Reply(status: 404)
    } _: {
      try await $0.referrers(of: Self.subject, type: nil, atMost: 1)
    }
    #expect(found.map(\.digest) == [Digest(sha256Of: [2])])
    #expect(
      try await asking { _ in
        Reply(status: 404)
      } _: {
        try await $0.referrers(of: Self.subject, type: nil, atMost: 1)
      }.isEmpty)
  }

  @Test(
    "is refused when it never ends, goes elsewhere or is no list",
    arguments: [
      ("/v2/shop/web/referrers/again", "registry-over-limit"),
      ("https://attacker.example.test/v2/", "registry-way-refused"), ("ftp://x", "registry-malformed-answer"),
    ])
  func hostile(link: String, code: String) async throws {
    await #expect {
      try await asking { _ in
        Self.reply([Self.entry(1)], link: link)
      } _: {
        try await $0.referrers(of: Self.subject, type: nil, atMost: 64)
      }
    } throws: {
      ($0 as? any Problem)?.code == code
    }
  }

  @Test("is told apart from an error of the registry", arguments: [401, 403, 500])
  func errors(status: Int) async throws {
    await #expect(throws: RegistryError.self) {
      try await asking { _ in
        Reply(status: status)
      } _: {
        try await $0.referrers(of: Self.subject, type: nil, atMost: 64)
      }
    }
  }

  @Test(
    "is listed under the tag by us where the registry does not list it, beside what is listed there", arguments: [true, false])
  func writing(registryLists: Bool) async throws {
    let manifest = PinnedManifest(
      writing: .image(
        ImageManifest(
          mediaType: .ociManifest, configuration: Descriptor(of: Array("{}".utf8), mediaType: .ociEmpty), layers: [],
          annotations: ["a": "b"], subject: Descriptor(mediaType: .ociManifest, digest: Self.subject, sizeBytes: 1),
          artifactType: Self.type)))
    let tag = "/v2/shop/web/manifests/sha256-\(Self.subject.hex)"
    let kept = Mutex<[String: [UInt8]]>([:])
    kept.withLock { $0[tag] = Self.reply([Self.entry(1)]).body }
    try await asking { asked in
      guard asked.method == "PUT" else {
        guard let body = kept.withLock({ $0[asked.target] }) else { return Reply(status: 404) }
        return Reply(headers: [("Content-Type", MediaType.ociIndex.text)], body: body)
      }
      kept.withLock { $0[asked.target] = asked.body }
      return Reply(status: 201, headers: registryLists ? [("OCI-Subject", "\(Self.subject)")] : [])
    } _: {
      try await $0.putReferrer(manifest)
      try await $0.putReferrer(manifest)
    }
    let list = try ManifestDocument(parsing: try #require(kept.withLock { $0[tag] }))
    guard case .index(let index) = list else { throw ImageError.notFound("the list") }
    let expected = [Digest(sha256Of: [1])] + (registryLists ? [] : [manifest.digest])
    #expect(index.manifests.map(\.digest) == expected)
    #expect(registryLists || index.manifests[1].artifactType == Self.type && index.manifests[1].annotations == ["a": "b"])
    #expect(kept.withLock { $0["/v2/shop/web/manifests/\(manifest.digest)"] } == manifest.bytes)
  }
}
