import Images
import TestSupport
import Testing

private let image = TestImage(
  tars: [TarBuilder.build { $0.file("etc/os-release", "ID=debian") }, TarBuilder.build { $0.file("app", "x") }], user: "1000")

private func code(of work: () async throws -> some Any) async -> String? {
  do {
    _ = try await work()
    return nil
  } catch {
    return (error as? any Problem)?.code ?? "\(error)"
  }
}

@Suite("Reading an image")
struct ImageContentsTests {
  @Test("gives who it is, what it says of itself and its files", arguments: [1, 100, 1 << 20])
  func reading(_ chunkBytes: Int) async throws {
    let source = MemoryRepository([(image, tag: "v1")], chunkBytes: chunkBytes)
    let read = try await ImageContents.read(.tag("v1"), from: source) { $0 == "/etc/os-release" }
    #expect(read.digest == image.digest && read.manifestDigest == image.digest)
    #expect(read.configuration.user == "1000")
    #expect(read.layers.map(\.descriptor.digest) == image.layers)
    #expect(read.files.contents(of: "/etc/os-release") == Array("ID=debian".utf8))
    #expect(source.log.filter { $0.hasPrefix("manifest") } == ["manifest v1"])
  }

  @Test("takes the platform's image out of an index, and remembers the index")
  func index() async throws {
    let arm = TestImage(tars: [TarBuilder.build { $0.file("arm") }], architecture: "arm64")
    let index = TestImage.index([(image, "linux/amd64"), (arm, "linux/arm64/v8")])
    let source = MemoryRepository([(image, tag: nil), (arm, tag: nil)])
    source.add(manifest: index, contentType: MediaType.ociIndex.text, tag: "latest")
    let read = try await ImageContents.read(.tag("latest"), from: source, platform: Platform(parsing: "linux/arm64")) { _ in false
    }
    #expect(read.digest == Digest(sha256Of: index) && read.manifestDigest == arm.digest)
    #expect(read.files.entries["/arm"] != nil)
    #expect(
      await code {
        try await ImageContents.read(.tag("latest"), from: source, platform: Platform(parsing: "linux/s390x")) { _ in false }
      } == "no-such-platform")
  }

  @Test("stops at bytes that are not those asked for")
  func lies() async throws {
    func read(_ lie: (MemoryRepository) -> Void) async -> String? {
      let source = MemoryRepository([(image, tag: "v1")])
      lie(source)
      return await code { try await ImageContents.read(.digest(image.digest), from: source) { _ in true } }
    }
    #expect(await read { _ in } == nil)
    #expect(await read { $0.lie(image.layers[0], gzip(TarBuilder.build { $0.file("a") })) } == "digest-mismatch")
    #expect(await read { $0.lie(image.layers[0], Array((image.blobs[image.layers[0]] ?? []).dropLast())) } == "digest-mismatch")
    #expect(await read { $0.lie(image.layers[0], (image.blobs[image.layers[0]] ?? []) + [0]) } == "over-limit")
    #expect(await read { $0.lie(image.configuration, Array("{}".utf8)) } == "digest-mismatch")
    let other = TestImage(tars: [])
    #expect(await read { $0.lie(manifest: "\(image.digest)", other.manifest) } == "digest-mismatch")
    #expect(await read { $0.add(manifest: image.manifest, claimedDigest: "\(other.digest)") } == "digest-mismatch")
    #expect(await read { $0.add(manifest: image.manifest, claimedDigest: "nonsense") } == "malformed-digest")
  }

  @Test("stops at a layer whose content is not what the configuration says")
  func diffIDs() async throws {
    let tar = TarBuilder.build { $0.file("a") }
    let wrong = TestImage(layerBlobs: [gzip(tar)], diffIDs: [Digest(sha256Of: [1])])
    let missing = TestImage(layerBlobs: [gzip(tar)], diffIDs: [])
    let source = MemoryRepository([(wrong, tag: "wrong"), (missing, tag: "missing")])
    #expect(await code { try await ImageContents.read(.tag("wrong"), from: source) { _ in true } } == "digest-mismatch")
    #expect(await code { try await ImageContents.read(.tag("missing"), from: source) { _ in true } } == "malformed-document")
  }

  @Test("refuses a layer of a kind that no runtime unpacks")
  func layerTypes() async throws {
    let odd = TestImage(layerBlobs: [[1]], diffIDs: [Digest(sha256Of: [1])], layerType: MediaType("application/vnd.wasm"))
    let source = MemoryRepository([(odd, tag: "odd")])
    #expect(await code { try await ImageContents.read(.tag("odd"), from: source) { _ in true } } == "unsupported-media-type")
  }
}

@Suite("Copying an image")
struct ImageCopyTests {
  @Test("puts blobs before the manifest, and sends nothing twice")
  func order() async throws {
    let source = MemoryRepository([(image, tag: "v1")])
    let sink = MemoryRepository()
    sink.lie(image.layers[0], image.blobs[image.layers[0]] ?? [])
    let copied = try await source.copy(.tag("v1"), to: sink, as: "v2")
    #expect(copied.digest == image.digest)
    #expect(sink.log == ["put blob \(image.layers[1])", "put blob \(image.configuration)", "put manifest \(image.digest)"])
    let read = try await ImageContents.read(.tag("v2"), from: sink) { _ in false }
    #expect(read.digest == image.digest)
  }

  @Test("takes an index with all its images")
  func index() async throws {
    let arm = TestImage(tars: [TarBuilder.build { $0.file("arm") }], architecture: "arm64")
    let source = MemoryRepository([(image, tag: nil), (arm, tag: nil)])
    source.add(manifest: TestImage.index([(image, "linux/amd64"), (arm, "linux/arm64")]), tag: "all")
    let sink = MemoryRepository()
    _ = try await source.copy(.tag("all"), to: sink, as: "all")
    #expect(
      try await ImageContents.read(.tag("all"), from: sink, platform: Platform(parsing: "linux/arm64")) { _ in false }
        .manifestDigest == arm.digest)
  }

  @Test("does not put what is not what it says")
  func lies() async throws {
    let source = MemoryRepository([(image, tag: "v1")])
    source.lie(image.layers[1], gzip([1]))
    let sink = MemoryRepository()
    await #expect(throws: ImageError.self) { try await source.copy(.tag("v1"), to: sink, as: "v1") }
    #expect(!sink.log.contains("put manifest \(image.digest)"))
  }
}
