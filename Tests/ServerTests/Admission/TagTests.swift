import Foundation
import Images
import Server
import Testing

@Suite("A tag at the gate")
struct TagTests {
  private static func digest(_ letter: String) throws -> Digest {
    try Digest(parsing: "sha256:" + String(repeating: letter, count: 64))
  }

  private static func checkpoint(_ registry: TestRegistry, inspects: Bool = false) throws -> Checkpoint {
    try Checkpoint(inspector: registry) {
      ($0.tags, $0.registries, $0.inspectsManifests) = (.resolve, ["r.test"], inspects)
    }
  }

  @Test("is looked up once; that digest is judged and written into the object")
  func resolves() async throws {
    let registry = TestRegistry(["r.test/prod/web:v1": .success(try Self.digest("a"))])
    let checkpoint = try Self.checkpoint(registry)
    try await checkpoint.signed.sign(Review.web)
    let pod = Review.pod(
      "r.test/prod/web:v1", "r.test/prod/web:v1", more: #","volumes":[{"name":"v","image":{"reference":"r.test/prod/web:v1"}}]"#)
    let answer = try await checkpoint.answer(Review.of(pod), mayPatch: true)
    #expect(answer.isAllowed, "\(answer.message)")
    #expect(registry.lookups == 1)
    let value = "r.test/prod/web:v1@\(Review.digest)"
    let patch = ["/spec/containers/0/image", "/spec/containers/1/image", "/spec/volumes/0/image/reference"]
      .map { #"{"op":"replace","path":"\#($0)","value":"\#(value)"}"# }.joined(separator: ",")
    #expect(answer.patch.map { String(decoding: $0, as: UTF8.self) } == "[\(patch)]")
  }

  @Test("is refused where nothing may be written, and where its digest is not vouched for")
  func refuses() async throws {
    let registry = TestRegistry([
      "r.test/prod/web:v1": .success(try Self.digest("a")), "r.test/prod/evil:v1": .success(try Self.digest("b")),
    ])
    let checkpoint = try Self.checkpoint(registry)
    try await checkpoint.signed.sign(Review.web)
    #expect(try await checkpoint.answer(Review.of(Review.pod("r.test/prod/web:v1"))).codes == ["digest-missing"])
    #expect(registry.lookups == 0)
    #expect(
      try await checkpoint.answer(Review.of(Review.pod("r.test/prod/evil:v1")), mayPatch: true).codes == ["attestation-missing"])
  }

  @Test(
    "is never looked up at a host that is not configured",
    arguments: [
      "169.254.169.254/computemetadata/v1:latest", "metadata.google.internal/x/y:1", "127.0.0.1:10250/pods/x:1",
      "localhost:10255/x/y:1", "[::1]:6443/x/y:1", "r.test.attacker.test/a:1", "r.test:443/a:1", "busybox",
    ])
  func hosts(_ image: String) async throws {
    let registry = TestRegistry([image: .success(try Self.digest("a"))])
    let answer = try await Self.checkpoint(registry).answer(Review.of(Review.pod(image)), mayPatch: true)
    #expect(answer.codes == ["registry-not-allowed"])
    #expect(registry.lookups == 0)
  }

  @Test("keeps the image out when the registry does not know it or lies")
  func faults() async throws {
    let wanted = try Self.digest("a")
    let lie = ImageError.digestMismatch(wanted: wanted, got: try Self.digest("b"), origin: "r.test")
    let registry = TestRegistry(["r.test/prod/lie:v1": .failure(lie)])
    let checkpoint = try Self.checkpoint(registry)
    #expect(
      try await checkpoint.answer(Review.of(Review.pod("r.test/prod/none:v1")), mayPatch: true).codes == ["image-not-found"])
    #expect(try await checkpoint.answer(Review.of(Review.pod("r.test/prod/lie:v1")), mayPatch: true).codes == ["digest-mismatch"])
  }

  @Test("asks for a manifest once, refuses an ambiguous one that is vouched for, and asks for none that is not")
  func inspects() async throws {
    let registry = TestRegistry([
      Review.web: .success(try Self.digest("a")), Review.evil: .failure(.ambiguousManifest(because: "layers and manifests")),
    ])
    let checkpoint = try Self.checkpoint(registry, inspects: true)
    #expect(try await !checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed)
    #expect(registry.lookups == 0)
    let attested = try Self.checkpoint(registry, inspects: true)
    try await attested.signed.sign(Review.web)
    try await attested.signed.sign(Review.evil)
    for _ in 0..<2 {
      #expect(try await attested.answer(Review.of(Review.pod(Review.web))).isAllowed)
      #expect(try await attested.answer(Review.of(Review.pod(Review.evil))).codes == ["ambiguous-manifest"])
    }
    #expect(registry.lookups == 2)
  }
}
