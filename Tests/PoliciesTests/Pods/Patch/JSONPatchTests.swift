import Images
import Policies
import Testing

@Suite("A JSON patch")
struct JSONPatchTests {
  private static func node(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let object: String
    let path: [String]
    let operations: String
    let result: String
    var testDescription: String { "\(path) in \(object)" }
  }

  @Test(
    "adds what is missing with what is missing above it, and replaces what is there",
    arguments: [
      Case(
        object: #"{"a":{"b":1}}"#, path: ["a", "b"], operations: #"[{"op":"replace","path":"/a/b","value":"x"}]"#,
        result: #"{"a":{"b":"x"}}"#),
      Case(
        object: #"{"a":{}}"#, path: ["a", "b"], operations: #"[{"op":"add","path":"/a/b","value":"x"}]"#,
        result: #"{"a":{"b":"x"}}"#),
      Case(
        object: "{}", path: ["a", "b"],
        operations: #"[{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":"x"}]"#,
        result: #"{"a":{"b":"x"}}"#),
      Case(
        object: #"{"a":null}"#, path: ["a", "b"],
        operations: #"[{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":"x"}]"#,
        result: #"{"a":{"b":"x"}}"#),
      Case(
        object: #"{"l":[{"n":"é\u0000\ud83d\ude00"},{}]}"#, path: ["l", "1", "a/b~c"],
        operations: #"[{"op":"add","path":"/l/1/a~1b~0c","value":"x"}]"#,
        result: #"{"l":[{"n":"é\u0000😀"},{"a/b~c":"x"}]}"#),
      // The Kelvin sign is canonically a K, and another key all the same.
      Case(
        object: "{\"\u{212A}\":1}", path: ["K"], operations: #"[{"op":"add","path":"/K","value":"x"}]"#,
        result: "{\"\u{212A}\":1,\"K\":\"x\"}"),
    ])
  func set(_ the: Case) throws {
    let object = try Self.node(the.object)
    var patch = JSONPatch()
    let isSet = patch.set(JSONPointer(the.path), to: "x", in: object)
    #expect(isSet)
    let bytes = try #require(patch.bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == the.operations)
    let after = try #require(patch.applied(to: object))
    #expect(String(decoding: JSONValue(after).bytes, as: UTF8.self) == the.result)
    #expect(try ReferencePatch.apply(bytes, to: Array(the.object.utf8)) == ReferencePatch.canonical(Array(the.result.utf8)))
  }

  @Test("makes a parent once, and removes the last of a list first, after all that was set")
  func several() throws {
    let text = #"{"v":[{"n":1},{"n":2},{"n":3}]}"#
    let object = try Self.node(text)
    var patch = JSONPatch()
    patch.set(JSONPointer(["s", "a"]), to: "1", in: object)
    patch.set(JSONPointer(["s", "b"]), to: "2", in: object)
    patch.remove([JSONPointer(["v", "0"]), JSONPointer(["v", "2"])])
    let after = try #require(patch.applied(to: object))
    let expected = #"{"v":[{"n":2}],"s":{"a":"1","b":"2"}}"#
    #expect(String(decoding: JSONValue(after).bytes, as: UTF8.self) == expected)
    #expect(
      try ReferencePatch.apply(patch.bytes ?? [], to: Array(text.utf8)) == ReferencePatch.canonical(Array(expected.utf8)))
  }

  @Test("is not applied to what it does not fit, and sets nothing below a scalar")
  func unfit() throws {
    let object = try Self.node(#"{"a":"text","l":[1]}"#)
    var patch = JSONPatch()
    let isSet = patch.set(JSONPointer(["a", "b"]), to: "x", in: object)
    #expect(!isSet && patch.isEmpty && patch.bytes == nil)
    patch.remove([JSONPointer(["l", "7"])])
    #expect(patch.applied(to: object) == nil)
  }

  @Test(
    "names places as RFC 6901 does",
    arguments: [
      ("spec.containers[0].image", "/spec/containers/0/image"), ("a", "/a"),
      ("spec.volumes[12].image.reference", "/spec/volumes/12/image/reference"),
    ])
  func pointers(_ field: String, _ expected: String) { #expect("\(JSONPointer(field: field))" == expected) }
}
