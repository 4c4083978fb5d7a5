import Images
import TestSupport
import Testing

private let image = TestImage(tars: [TarBuilder.build { $0.file("a", "x") }])
private let layer = TestImage.descriptor(.ociGzipLayer, [1])
private let config = TestImage.descriptor(.ociConfiguration, [2])
private let child = TestImage.descriptor(.ociManifest, [3])

private func code(_ json: String, contentType: String? = nil) -> String? {
  do {
    _ = try ManifestDocument(parsing: Array(json.utf8), contentType: contentType)
    return nil
  } catch {
    return error.code
  }
}

@Suite("A manifest document")
struct ManifestDocumentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let json: String
    var contentType: String?
    /// nil for one that is read.
    var code: String?
    var testDescription: String { name }
  }

  @Test(
    "is read in one way or refused",
    arguments: [
      Case(name: "OCI", json: "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[\(layer)]}"),
      Case(
        name: "Docker schema 2",
        json:
          "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":\(config),\"layers\":[]}",
        contentType: "application/vnd.docker.distribution.manifest.v2+json"),
      Case(
        name: "index", json: "{\"schemaVersion\":2,\"manifests\":[\(child)]}",
        contentType: "application/vnd.oci.image.index.v1+json; charset=utf-8"),
      Case(
        name: "both kinds of keys", json: "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[],\"manifests\":[]}",
        code: "ambiguous-manifest"),
      Case(
        name: "layers and manifests", json: "{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}", code: "ambiguous-manifest"),
      Case(
        name: "served as something else",
        json: "{\"schemaVersion\":2,\"mediaType\":\"\(MediaType.ociManifest.text)\",\"config\":\(config),\"layers\":[]}",
        contentType: MediaType.ociIndex.text, code: "ambiguous-manifest"),
      Case(
        name: "an image served as an index", json: "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[]}",
        contentType: MediaType.ociIndex.text, code: "ambiguous-manifest"),
      Case(
        name: "an index that calls itself an image",
        json: "{\"schemaVersion\":2,\"mediaType\":\"\(MediaType.ociManifest.text)\",\"manifests\":[]}", code: "ambiguous-manifest"
      ),
      Case(
        name: "schema 1 keys", json: "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[],\"fsLayers\":[]}",
        code: "ambiguous-manifest"),
      Case(
        name: "schema 1 by type", json: "{}", contentType: "application/vnd.docker.distribution.manifest.v1+prettyjws",
        code: "unsupported-media-type"),
      Case(name: "schema 1 by version", json: "{\"schemaVersion\":1}", code: "unsupported-media-type"),
      Case(
        name: "another type", json: "{\"schemaVersion\":2,\"mediaType\":\"text/html\",\"config\":\(config),\"layers\":[]}",
        code: "unsupported-media-type"),
      Case(
        name: "a key twice", json: "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[],\"layers\":[\(layer)]}",
        code: "malformed-document"),
      Case(name: "no object", json: "[]", code: "malformed-document"),
      Case(name: "no layers", json: "{\"schemaVersion\":2,\"config\":\(config)}", code: "malformed-document"),
      Case(
        name: "a negative size",
        json:
          "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"sha256:\(String(repeating: "a", count: 64))\",\"size\":-1},\"layers\":[]}",
        code: "malformed-document"),
      Case(
        name: "a digest that is a path",
        json: "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a\",\"digest\":\"sha256:../../x\",\"size\":1},\"layers\":[]}",
        code: "malformed-digest"),
      Case(
        name: "501 layers",
        json:
          "{\"schemaVersion\":2,\"config\":\(config),\"layers\":[\(Array(repeating: layer, count: 501).joined(separator: ","))]}",
        code: "over-limit"),
      Case(
        name: "1001 entries",
        json: "{\"schemaVersion\":2,\"manifests\":[\(Array(repeating: child, count: 1001).joined(separator: ","))]}",
        code: "over-limit"),
      Case(name: "over 4 MiB", json: String(repeating: " ", count: 4 << 20) + "{}", code: "over-limit"),
    ])
  func reading(_ the: Case) { #expect(code(the.json, contentType: the.contentType) == the.code) }

  @Test("gives the layers lowest first")
  func layers() throws {
    guard case .image(let manifest) = try ManifestDocument(parsing: image.manifest) else {
      Issue.record("it is no image")
      return
    }
    #expect(manifest.layers.map(\.digest) == image.layers)
    #expect(manifest.configuration.digest == image.configuration)
  }
}

@Suite("An index")
struct ImageIndexTests {
  private static func entry(_ byte: UInt8, _ platform: Platform?, annotations: [String: String] = [:]) -> Descriptor {
    Descriptor(
      mediaType: .ociManifest, digest: Digest(sha256Of: [byte]), sizeBytes: 1, platform: platform, annotations: annotations)
  }

  @Test(
    "gives the image of exactly the platform",
    arguments: [
      ("linux/amd64", 1), ("linux/386", 8), ("linux/arm64", 2), ("linux/arm64/v8", 2), ("linux/arm/v6", 3), ("linux/arm", nil),
      ("linux/s390x", nil),
      ("windows/amd64", nil), ("unknown/unknown", nil),
    ] as [(String, UInt8?)])
  func choice(_ text: String, _ expected: UInt8?) throws {
    let index = ImageIndex(manifests: [
      Self.entry(9, Platform(os: "unknown", architecture: "unknown")),
      Self.entry(
        8, Platform(os: "linux", architecture: "386"), annotations: ["vnd.docker.reference.type": "attestation-manifest"]),
      Self.entry(1, .linuxAMD64), Self.entry(2, Platform(os: "linux", architecture: "arm64", variant: "v8")),
      Self.entry(3, Platform(os: "linux", architecture: "arm", variant: "v6")),
    ])
    let chosen = try? index.entry(for: try Platform(parsing: text))
    #expect(chosen?.digest == expected.map { Digest(sha256Of: [$0]) })
  }

  @Test("of one image without a platform gives that image")
  func single() throws {
    let index = ImageIndex(manifests: [Self.entry(1, nil), Self.entry(2, Platform(os: "unknown", architecture: "unknown"))])
    #expect(try index.entry(for: Platform(parsing: "linux/riscv64")).digest == Digest(sha256Of: [1]))
  }
}

@Suite("An image configuration")
struct ImageConfigurationTests {
  @Test("says who runs what")
  func members() throws {
    let id = Digest(sha256Of: [1])
    let read = try ImageConfiguration(
      parsing: Array(
        """
        {"architecture":"arm64","os":"linux","created":"2026-01-01T00:00:00Z","history":[{"created_by":"x"}],
         "config":{"User":"1000:1000","Entrypoint":["/app"],"Cmd":null,"Env":["A=b"],"Labels":{"k":"v"}},
         "rootfs":{"type":"layers","diff_ids":["\(id)"]}}
        """.utf8))
    #expect(
      read
        == ImageConfiguration(
          os: "linux", architecture: "arm64", user: "1000:1000", entrypoint: ["/app"], environment: ["A=b"],
          labels: ["k": "v"], diffIDs: [id], created: "2026-01-01T00:00:00Z"))
  }

  @Test(
    "of the wrong shape is refused",
    arguments: [
      "{\"config\":{\"User\":0}}", "{\"config\":{\"Cmd\":\"sh\"}}", "{\"config\":{\"Env\":[1]}}", "{\"config\":{\"Labels\":[]}}",
      "{\"os\":7}", "{\"rootfs\":{\"diff_ids\":[\"sha256:0\"]}}", "nonsense", "{\"config\":{\"User\":\"a\",\"User\":\"b\"}}",
    ])
  func refusals(_ json: String) {
    #expect(throws: ImageError.self) { try ImageConfiguration(parsing: Array(json.utf8)) }
  }
}
