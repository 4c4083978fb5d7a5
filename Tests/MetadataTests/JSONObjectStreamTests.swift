import Metadata
import Testing

@Suite("A stream of JSON objects")
struct JSONObjectStreamTests {
  static let texts: [(String, [String], [Int])] = [
    ("", [], []), (" \n", [], []), ("{}", ["{}"], [1]), ("{}\n{\"a\":1}\n", ["{}", "{\"a\":1}"], [1, 2]),
    ("{\n \"a\": {\n  \"b\": [{}]\n }\n}\n{}", ["{\n \"a\": {\n  \"b\": [{}]\n }\n}", "{}"], [1, 6]),
    ("[{\"a\":\"}\"}, {\"b\":\"\\\"}{\"}]", ["{\"a\":\"}\"}", "{\"b\":\"\\\"}{\"}"], [1, 1]),
  ]

  @Test("is cut where its objects end, in whatever pieces it comes", arguments: texts)
  func cutting(_ text: String, _ objects: [String], _ lines: [Int]) throws {
    for size in [1, 3, 1000] {
      var stream = JSONObjectStream()
      var found: [JSONObjectStream.Piece] = []
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        found += try stream.add(bytes[start..<min(start + size, bytes.count)])
      }
      try stream.end()
      #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == objects)
      #expect(found.map(\.line) == lines)
    }
  }

  @Test(
    "is refused with the line",
    arguments: [
      ("{}\nx{}", "line 2 is no JSON object"), ("{\"a\":", "line 1 begins and does not end"),
      ("{\"a\":\"0123456789012345678901234567890\"}", "line 1 is longer than 32 bytes"),
    ])
  func refusals(_ text: String, _ said: String) {
    #expect {
      var stream = JSONObjectStream(limitBytes: 32)
      _ = try stream.add(text.utf8)
      try stream.end()
    } throws: {
      "\($0)".contains(said) || (($0 as? MetadataError)?.problem.contains(said) ?? false)
    }
  }
}
