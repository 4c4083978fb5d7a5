import Foundation
import Images
import Registry
import TestSupport
import Testing

/// Debian's docker-registry, with TLS and a password.
private final class RealRegistry: Sendable {
  static let isInstalled =
    LocalRegistry.isInstalled
    && ["/usr/bin/htpasswd", "/usr/bin/openssl"].allSatisfy(FileManager.default.isExecutableFile)

  private let folder: TemporaryFolder
  private let certificate: TestCertificate
  private let registry: LocalRegistry

  init() throws {
    folder = try TemporaryFolder()
    certificate = try TestCertificate()
    let secrets = try run("/usr/bin/htpasswd", ["-Bbn", "ci", "secret"])
    try folder.write(["htpasswd": Array(secrets.utf8)])
    registry = try LocalRegistry(
      in: folder, http: ", tls: {certificate: \(certificate.certificateFile), key: \(certificate.keyFile)}",
      more: "auth: {htpasswd: {realm: test, path: \(folder.path("htpasswd"))}}")
  }

  func client(password: String) -> RegistryClient {
    var settings = RegistrySettings()
    settings.hosts["registry.example.test"] = HostSettings(
      connect: registry.host, caFile: certificate.certificateFile,
      credential: Credential(user: "ci", password: Redacted(password)))
    return RegistryClient(settings: settings)
  }
}

@Suite("A real registry", .enabled(if: RealRegistry.isInstalled, "needs docker-registry, htpasswd and openssl"), .serialized)
struct RealRegistryTests {
  @Test("takes images and gives them back, byte for byte")
  func roundTrip() async throws {
    let registry = try RealRegistry()
    let client = registry.client(password: "secret")
    let repository = try client.repository(Repository(parsing: "registry.example.test/shop/web"))

    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let amd = TestImage(tars: [
      TarBuilder.build {
        $0.file("etc/os-release", "ID=debian"); $0.file("large", bytes: large)
      }
    ])
    let arm = TestImage(tars: [TarBuilder.build { $0.file("arm") }], architecture: "arm64", packed: false)
    let index = TestImage.index([(amd, "linux/amd64"), (arm, "linux/arm64")])
    let source = MemoryRepository([(amd, tag: "amd"), (arm, tag: "arm")])
    source.add(manifest: index, contentType: MediaType.ociIndex.text, tag: "all")

    for _ in 0..<2 {
      #expect(try await source.copy(.tag("amd"), to: repository, as: "v1").digest == amd.digest)
    }
    #expect(source.log.filter { $0 == "blob \(amd.layers[0])" }.count == 1)
    _ = try await source.copy(.tag("all"), to: repository, as: "all")

    let pinned = try await client.resolve(ImageReference(parsing: "registry.example.test/shop/web:all"))
    #expect(pinned.digest == Digest(sha256Of: index))
    let read = try await ImageContents.read(.digest(pinned.digest), from: repository) { $0 == "/large" }
    #expect(read.manifestDigest == amd.digest && read.files.contents(of: "/large") == large)
    let layout = OCILayout(path: try TemporaryFolder().path("layout"))
    #expect(try await repository.copy(.tag("all"), to: layout, as: "all").bytes == index)
    await client.shutdown()
  }

  @Test("lets nobody in with a wrong password, and takes no blob that is not what it says")
  func refusals() async throws {
    let registry = try RealRegistry()
    let client = registry.client(password: "secret")
    let repository = try client.repository(Repository(parsing: "registry.example.test/shop/web"))

    let stranger = registry.client(password: "guess")
    let closed = try stranger.repository(Repository(parsing: "registry.example.test/shop/web"))
    await #expect { try await closed.manifest(.tag("v1")) } throws: { ($0 as? any Problem)?.code == "registry-unauthorized" }

    let image = TestImage(tars: [TarBuilder.build { $0.file("a") }])
    let source = MemoryRepository([(image, tag: "v1")])
    source.lie(image.layers[0], gzip([1]))
    await #expect(throws: (any Error).self) { try await source.copy(.tag("v1"), to: repository, as: "v1") }
    await #expect { try await repository.manifest(.tag("v1")) } throws: { ($0 as? any Problem)?.code == "registry-not-found" }
    await client.shutdown()
    await stranger.shutdown()
  }
}
