import Images
import Testing

@Suite("A manifest of our making")
struct ManifestJSONTests {
  static let subject = Descriptor(of: Array("subject".utf8), mediaType: .ociManifest)
  static let type = MediaType("application/vnd.example.test")
  static let manifest = ImageManifest(
    mediaType: .ociManifest, configuration: Descriptor(of: Array("{}".utf8), mediaType: .ociEmpty),
    layers: [Descriptor(of: [1, 2], mediaType: type, annotations: ["b": "\"2\"", "a": "1\n"])],
    annotations: ["k": "v"], subject: subject, artifactType: type)

  @Test("is read as it was written, subject and artifact type included")
  func image() throws {
    let pinned = PinnedManifest(writing: .image(Self.manifest))
    #expect(try ManifestDocument(parsing: pinned.bytes, contentType: MediaType.ociManifest.text) == .image(Self.manifest))
    #expect(pinned.digest == Digest(sha256Of: pinned.bytes))
    #expect(pinned.referrer.artifactType == Self.type && pinned.referrer.annotations == ["k": "v"])
  }

  @Test("lists platforms and the kinds of artifacts as they were written")
  func index() throws {
    let index = ImageIndex(manifests: [
      Descriptor(
        mediaType: .ociManifest, digest: Digest(sha256Of: [1]), sizeBytes: 7,
        platform: Platform(os: "linux", architecture: "arm", variant: "v7")),
      PinnedManifest(writing: .image(Self.manifest)).referrer,
    ])
    #expect(try ManifestDocument(parsing: PinnedManifest(writing: .index(index)).bytes) == .index(index))
  }

  @Test("is the same bytes every time, with nothing between them")
  func bytes() {
    let value: JSONValue = [
      "a": ["x", .number(-1), .raw([0x7B, 0x7D])], "q": .text("\"\\\u{1}é"), "t": JSONValue(["c": "3", "b": "2"]),
    ]
    #expect(
      String(decoding: value.bytes, as: UTF8.self) == #"{"a":["x",-1,{}],"q":"\"\\\u0001é","t":{"b":"2","c":"3"}}"#)
  }

  @Test("is made of what was read, decoded or as it was sent")
  func nodes() throws {
    let text = #"{"a":[true,false,null,1.50e3],"\u0062":"\u003c\/","c":{"d":"\u003c"}}"#
    let root = try JSONDocument(parsing: Array(text.utf8), atMost: 1_000).root
    func written(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }
    #expect(written(JSONValue(root)) == #"{"a":[true,false,null,1.50e3],"b":"</","c":{"d":"<"}}"#)
    #expect(written(JSONValue(raw: root)) == text)
    #expect(written(JSONValue(raw: try #require(root["b"]))) == #""</""#)
    #expect(written([.bool(true), .bool(false), .null]) == "[true,false,null]")
  }

  @Test("with a subject that is no descriptor is refused")
  func brokenSubject() throws {
    let broken = String(decoding: Self.manifest.json.bytes, as: UTF8.self)
      .replacing(#""subject":{"mediaType""#, with: #""subject":{"kind""#)
    #expect(throws: ImageError.self) { try ManifestDocument(parsing: Array(broken.utf8)) }
  }
}
