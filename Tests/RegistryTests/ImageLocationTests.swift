import Foundation
import Images
import Registry
import TestSupport
import Testing

private let first = TestImage(tars: [TarBuilder.build { $0.file("a", "1") }])
private let second = TestImage(tars: [TarBuilder.build { $0.file("b", "2") }], packed: false)

private func read(_ location: String) async throws -> ImageContents {
  let client = RegistryClient()
  let (source, name) = try await ImageLocation(parsing: location).open(client)
  return try await ImageContents.read(name, from: source) { _ in true }
}

private func code(_ work: () async throws -> some Any) async -> String? {
  do {
    _ = try await work()
    return nil
  } catch {
    return (error as? any Problem)?.code ?? "\(error)"
  }
}

/// The tar that `docker save` would write of `images`.
private func dockerArchive(_ images: [(TestImage, tag: String)]) -> [UInt8] {
  TarBuilder.build { tar in
    var entries: [String] = []
    for (image, tag) in images {
      for (digest, bytes) in image.blobs where digest != image.configuration { tar.file("\(digest.hex)/layer.tar", bytes: bytes) }
      tar.file("\(image.configuration.hex).json", bytes: image.blobs[image.configuration] ?? [])
      tar.link("linked-\(tag)/layer.tar", to: "../\(image.layers[0].hex)/layer.tar")
      entries.append(
        "{\"Config\":\"\(image.configuration.hex).json\",\"RepoTags\":[\"shop/web:\(tag)\"],\"Layers\":[\"linked-\(tag)/layer.tar\"]}"
      )
    }
    tar.file("manifest.json", "[\(entries.joined(separator: ","))]")
  }
}

@Suite("The place of an image")
struct ImageLocationTests {
  @Test(
    "is a file of some kind or a registry",
    arguments: [
      ("oci:dir", .ociLayout(path: "dir", tag: nil)), ("oci:/a:b/dir:v1", .ociLayout(path: "/a:b/dir", tag: "v1")),
      ("oci-archive:x.tar", .ociArchive(path: "x.tar", tag: nil)),
      ("docker-archive:./x.tar:v1", .dockerArchive(path: "./x.tar", tag: "v1")),
    ] as [(String, ImageLocation)])
  func parsing(_ text: String, _ expected: ImageLocation) throws { #expect(try ImageLocation(parsing: text) == expected) }

  @Test("in a registry is a reference")
  func registry() throws {
    #expect(try ImageLocation(parsing: "busybox:1") == .registry(ImageReference(parsing: "busybox:1")))
    for text in ["oci:", "docker-archive:", "a//b", ""] { #expect(throws: ImageError.self) { try ImageLocation(parsing: text) } }
  }

  @Test("can be a layout in a directory")
  func layout() async throws {
    let folder = try TemporaryFolder()
    try folder.write(first.layoutFiles(tag: "v1"))
    #expect(try await read("oci:\(folder.path(""))").digest == first.digest)
    #expect(try await read("oci:\(folder.path("").dropLast()):v1").digest == first.digest)
    #expect(await code { try await read("oci:\(folder.path("").dropLast()):v2") } == "image-not-found")
    #expect(await code { try await read("oci:/nowhere") } == "image-file-unreadable")
  }

  @Test("can be an archive, packed or not, of a layout or of docker save", arguments: [false, true])
  func archives(_ isPacked: Bool) async throws {
    let folder = try TemporaryFolder()
    func packed(_ bytes: [UInt8]) -> [UInt8] { isPacked ? gzip(bytes) : bytes }
    try folder.write([
      "oci.tar": packed(first.layoutArchive()), "one.tar": packed(dockerArchive([(second, "v1")])),
      "two.tar": packed(dockerArchive([(first, "v1"), (second, "v2")])),
    ])
    #expect(try await read("oci-archive:\(folder.path("oci.tar"))").digest == first.digest)
    let one = try await read("docker-archive:\(folder.path("one.tar"))")
    #expect(one.files.contents(of: "/b") == Array("2".utf8) && one.configuration == second.read())
    #expect(try await read("docker-archive:\(folder.path("two.tar")):v1").files.entries["/a"] != nil)
    #expect(try await read("docker-archive:\(folder.path("two.tar")):v2").digest == one.digest)
    #expect(await code { try await read("docker-archive:\(folder.path("two.tar"))") } == "ambiguous-manifest")
    #expect(await code { try await read("oci-archive:\(folder.path("one.tar"))") } == "registry-not-found")
  }

  @Test(
    "that holds something else is refused",
    arguments: [
      ("no tar", [UInt8](repeating: 7, count: 600), "malformed-layer"), ("empty", [], "registry-not-found"),
      (
        "one name twice",
        TarBuilder.build {
          $0.file("manifest.json", "[]"); $0.file("./manifest.json", "[]")
        }, "malformed-document"
      ),
      ("no image", TarBuilder.build { $0.file("manifest.json", "[]") }, "image-not-found"),
      ("no array", TarBuilder.build { $0.file("manifest.json", "{}") }, "malformed-document"),
      (
        "missing parts", TarBuilder.build { $0.file("manifest.json", "[{\"Config\":\"a\",\"Layers\":[]}]") }, "registry-not-found"
      ),
      (
        "a way out", TarBuilder.build { $0.file("manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]") },
        "registry-not-found"
      ),
      ("a bomb", gzip(TarBuilder.build { $0.file("zeros", bytes: [UInt8](repeating: 0, count: 100 << 20)) }), "over-limit"),
    ] as [(String, [UInt8], String)])
  func refusals(_ name: String, _ bytes: [UInt8], _ expected: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write(["x.tar": bytes])
    #expect(await code { try await read("docker-archive:\(folder.path("x.tar"))") } == expected)
  }

  @Test("can be written to when it is a layout")
  func writing() async throws {
    let folder = try TemporaryFolder()
    let layout = OCILayout(path: folder.path("new"))
    let source = MemoryRepository([(first, tag: "v1"), (second, tag: "v2")])
    _ = try await source.copy(.tag("v1"), to: layout, as: "v1")
    _ = try await source.copy(.tag("v2"), to: layout, as: "v1")
    _ = try await source.copy(.tag("v1"), to: layout, as: "other")
    #expect(try await read("oci:\(folder.path("new")):v1").digest == second.digest)
    #expect(try await read("oci:\(folder.path("new")):other").digest == first.digest)
    #expect(await code { try await read("oci:\(folder.path("new"))") } == "ambiguous-manifest")
  }

  @Test("keeps nothing of a blob that was not what it said")
  func brokenBlob() async throws {
    let folder = try TemporaryFolder()
    let layout = OCILayout(path: folder.path("new"))
    let source = MemoryRepository([(first, tag: "v1")])
    source.lie(first.layers[0], [1, 2, 3])
    #expect(await code { try await source.copy(.tag("v1"), to: layout, as: "v1") } == "digest-mismatch")
    let kept = FileManager.default.enumerator(atPath: folder.path("new/blobs"))?.compactMap { $0 as? String } ?? []
    #expect(kept.allSatisfy { $0 == "sha256" || $0 == "sha512" })
  }
}

extension TestImage {
  /// The configuration, parsed.
  fileprivate func read() -> ImageConfiguration? { try? ImageConfiguration(parsing: blobs[configuration] ?? []) }
}
