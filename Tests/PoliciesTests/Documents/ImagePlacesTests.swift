import Images
import Policies
import Testing

@Suite("The images of a manifest")
struct ImagePlacesTests {
  private static let digest = Digest(sha256Of: Array("image".utf8))
  private static let web = "docker.io/library/web@\(digest)"

  /// With every tag resolved.
  private func resolved(_ text: String) throws -> String {
    let places = try ImagePlaces(in: text, file: "web.yaml")
    let pinned = places.places.map { ($0.image, PinnedReference(repository: $0.image.repository, digest: Self.digest)) }
    return places.replacing(Dictionary(pinned) { first, _ in first })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let expected: String

    init(_ name: String, _ text: String, _ expected: String) {
      (testDescription, self.text, self.expected) = (name, text, expected)
    }
  }

  @Test(
    "are replaced in place, and not a byte beside them",
    arguments: [
      Case("block", "a:\n  image:  web:1   # the web\n  b: c\n", "a:\n  image:  \(web)   # the web\n  b: c\n"),
      Case("without tag", "image: web", "image: \(web)"), Case("digest", "image: web:1@\(digest)", "image: web:1@\(digest)"),
      Case("double quotes", "image: \"web:1\"\n", "image: \"\(web)\"\n"),
      Case("single quotes", "image: 'web:1'\n", "image: '\(web)'\n"),
      Case("escapes", "image: \"w\\x65b:1\"", "image: \"\(web)\""),
      Case("flow", "{a: 1, image: web:1, b: [2]}", "{a: 1, image: \(web), b: [2]}"),
      Case("flow at its end", "[{image: web:1},{image: 'web:2'}]", "[{image: \(web)},{image: '\(web)'}]"),
      Case("JSON", "{\"image\":\"web:1\",\"n\":1}", "{\"image\":\"\(web)\",\"n\":1}"),
      Case(
        "JSON in lines", "{\n\t\"spec\": {\n\t\t\"image\" : \"web:1\"\n\t}\n}\n",
        "{\n\t\"spec\": {\n\t\t\"image\" : \"\(web)\"\n\t}\n}\n"),
      Case("literal block", "image: |-\n  web:1\nb: c\n", "image: |-\n  \(web)\nb: c\n"),
      Case("folded block", "image: >- # why\n    web:1\n\nb: c\n", "image: >- # why\n    \(web)\n\nb: c\n"),
      Case("next line", "image:\n  # old\n  web:1\n", "image:\n  # old\n  \(web)\n"),
      Case("explicit key", "? image\n: web:1\n", "? image\n: \(web)\n"),
      Case("quoted key", "\"image\": web:1", "\"image\": \(web)"),
      Case("tag", "image: !!str web:1\n", "image: !!str \(web)\n"),
      Case("anchor", "a: {image: &i web:1}\nb: {image: *i}\n", "a: {image: &i \(web)}\nb: {image: *i}\n"),
      Case("anchor of another key", "x: &i web:1\nb: {image: *i}\n", "x: &i web:1\nb: {image: \(web)}\n"),
      Case("anchored mapping", "a: &a\n  image: web:1\nb: *a\nc:\n  <<: *a\n", "a: &a\n  image: \(web)\nb: *a\nc:\n  <<: *a\n"),
      Case(
        "documents", "# one\nimage: web:1\n---\n# two\nimage: web:2\n...\n",
        "# one\nimage: \(web)\n---\n# two\nimage: \(web)\n...\n"),
      Case("CRLF", "a: b\r\nimage: web:1\r\nc: d\r\n", "a: b\r\nimage: \(web)\r\nc: d\r\n"),
      Case("byte order mark", "\u{FEFF}image: web:1\n", "\u{FEFF}image: \(web)\n"),
      Case("other scripts", "näme: \"grüße 😀\"\nimage: web:1 # 😀\n", "näme: \"grüße 😀\"\nimage: \(web) # 😀\n"),
      Case("beside other scripts", "{näme: 😀, image: web:1}", "{näme: 😀, image: \(web)}"),
      Case(
        "image volume", "volumes:\n- name: v\n  image: {reference: web:1, pullPolicy: Always}\n",
        "volumes:\n- name: v\n  image: {reference: \(web), pullPolicy: Always}\n"),
      Case("no image volume", "image: {reference: web:1}\n", "image: {reference: web:1}\n"),
      Case("any depth", "a: [[{b: {image: web:1}}]]", "a: [[{b: {image: \(web)}}]]"),
      Case(
        "other values", "image: {repository: web}\nb: {image: 5}\nc: {image: null}\nd: {image: }\n",
        "image: {repository: web}\nb: {image: 5}\nc: {image: null}\nd: {image: }\n"),
      Case("other keys", "images: web:1\nmyimage: web:1\nImage: web:1\n", "images: web:1\nmyimage: web:1\nImage: web:1\n"),
      Case("in texts", "data: |\n  image: web:1\n", "data: |\n  image: web:1\n"), Case("nothing", "", ""),
    ])
  func replaced(_ the: Case) throws { #expect(try resolved(the.text) == the.expected) }

  @Test("know where they stand")
  func places() throws {
    let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    image: registry.example.test/shop/web:1\n  - {image: db}\n"
    let places = try ImagePlaces(in: text, file: "web.yaml").places
    #expect(places.map(\.path) == ["spec.containers[0].image", "spec.containers[1].image"])
    #expect(places.map(\.line) == [5, 6] && places.map(\.column) == [12, 13])
    #expect(places.map { "\($0.image)" } == ["registry.example.test/shop/web:1", "docker.io/library/db"])
  }

  @Test(
    "that are none are refused with their line",
    arguments: [
      "a: b\nimage: \"{{ .Values.image }}\"\n", "a: b\nimage: ''\n", "a: b\nimage: web@sha256:abc\n", "a: b\nimage: |\n  web:1\n",
      "a: b\nimage: Not/An/Image\n", "a: b\nimage: w\u{0435}b\n",
    ])
  func refused(_ text: String) throws {
    let error = try #require(#expect(throws: DocumentError.self) { try ImagePlaces(in: text, file: "web.yaml") })
    #expect(error.line == 2 && error.file == "web.yaml", "\(error)")
  }

  @Test("are looked for in no document that aliases make endless")
  func bomb() {
    let bomb =
      "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
      + (1...9).map { "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ",") + "]" }.joined(
        separator: "\n")
    #expect(throws: DocumentError.self) { try ImagePlaces(in: bomb, file: "bomb.yaml") }
  }
}
