import Images
import TestSupport
import Testing

@Suite("The images that a name comes down to")
struct RunnableImagesTests {
  private let web = TestImage(tars: [TarBuilder.build { $0.file("a") }])
  private let arm = TestImage(tars: [TarBuilder.build { $0.file("b") }], architecture: "arm64")
  private let repository: MemoryRepository

  init() { repository = MemoryRepository([(web, tag: nil), (arm, tag: nil)]) }

  private func images(_ manifest: [UInt8], atMost limit: Int = 2) async throws -> [Digest] {
    repository.add(manifest: manifest)
    let asked = try await repository.manifest(.digest(Digest(sha256Of: manifest)))
    return try await repository.images(in: asked, atMost: limit).map(\.0.digest)
  }

  @Test("are itself, or all of an index but what builders put beside them")
  func found() async throws {
    #expect(try await images(web.manifest) == [web.digest])
    let index = TestImage.index([(web, "linux/amd64"), (arm, "linux/arm64"), (web, "unknown/unknown")])
    #expect(try await images(index) == [web.digest, arm.digest])
  }

  @Test("are refused where they are too many, none, or deeper than an index")
  func refused() async throws {
    let index = TestImage.index([(web, "linux/amd64"), (arm, "linux/arm64")])
    await #expect(throws: ImageError.overLimit(what: "The number of images in the index", limit: 1)) {
      try await images(index, atMost: 1)
    }
    await #expect(throws: ImageError.self) {
      try await images(TestImage.index([(web, "unknown/unknown")]))
    }
    let inner = PinnedManifest(writing: .index(ImageIndex(manifests: [Descriptor(of: web.manifest, mediaType: .ociManifest)])))
    let outer = ImageIndex(manifests: [Descriptor(of: inner.bytes, mediaType: .ociIndex)])
    repository.add(manifest: inner.bytes)
    await #expect(throws: ImageError.unsupported("An index inside an index")) {
      try await images(PinnedManifest(writing: .index(outer)).bytes)
    }
  }

  @Test("are never artifacts that are kept in the form of images", arguments: ["type", "subject", "configuration"])
  func artifacts(_ what: String) async throws {
    let configuration = Descriptor(of: [], mediaType: what == "configuration" ? .ociEmpty : .ociConfiguration)
    let artifact = ImageManifest(
      mediaType: .ociManifest, configuration: configuration, layers: [],
      subject: what == "subject" ? Descriptor(of: web.manifest, mediaType: .ociManifest) : nil,
      artifactType: what == "type" ? MediaType("application/spdx+json") : nil)
    let bytes = PinnedManifest(writing: .image(artifact)).bytes
    let index = ImageIndex(manifests: [Descriptor(of: bytes, mediaType: .ociManifest)])
    for manifest in [bytes, PinnedManifest(writing: .index(index)).bytes] {
      let error = await #expect(throws: ImageError.self) {
        repository.add(manifest: bytes)
        _ = try await images(manifest)
      }
      #expect(error?.code == "not-an-image")
    }
  }
}
