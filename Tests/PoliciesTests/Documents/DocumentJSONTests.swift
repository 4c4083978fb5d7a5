import Images
import Policies
import Testing

@Suite("A document turned into JSON")
struct DocumentJSONTests {
  @Test(
    "means what kubectl takes it for",
    arguments: [
      ("a: yes", #"{"a":true}"#), ("a: on", #"{"a":true}"#), ("a: N", #"{"a":false}"#), ("a: 'yes'", #"{"a":"yes"}"#),
      ("a: \"on\"", #"{"a":"on"}"#), ("a: 0755", #"{"a":493}"#), ("a: 0x1F", #"{"a":31}"#), ("a: 0o17", #"{"a":15}"#),
      ("a: 1_000", #"{"a":1000}"#), ("a: -12", #"{"a":-12}"#), ("a: 1.5", #"{"a":1.5}"#), ("a: '1.5'", #"{"a":"1.5"}"#),
      ("a: ~", #"{"a":null}"#), ("a:", #"{"a":null}"#), ("a: null", #"{"a":null}"#), ("a: 'null'", #"{"a":"null"}"#),
      ("a: 1:30", #"{"a":"1:30"}"#), ("a: v1.2.3", #"{"a":"v1.2.3"}"#), ("a: 2026-05-04", #"{"a":"2026-05-04"}"#),
      ("a: [1, {b: c}]", #"{"a":[1,{"b":"c"}]}"#), ("a: |\n  x\n  y\n", #"{"a":"x\u000ay\u000a"}"#),
      ("a: \"\\t\\\"\\\\\"", #"{"a":"\u0009\"\\"}"#), ("a: &x [1]\nb: *x", #"{"a":[1],"b":[1]}"#), ("a: {}", #"{"a":{}}"#),
      ("yes: 1", #"{"yes":1}"#), ("a: é", #"{"a":"é"}"#),
    ])
  func scalars(_ yaml: String, _ json: String) throws {
    let document = try DocumentNode(parsing: yaml, file: "pod.yaml").json()
    #expect(String(decoding: document.root.rawBytes, as: UTF8.self) == json)
  }

  @Test(
    "is refused where JSON has no such thing",
    arguments: ["a: .inf", "a: .nan", "base: &b {x: 1}\na:\n  <<: *b"])
  func refusals(_ yaml: String) throws {
    let node = try DocumentNode(parsing: yaml, file: "pod.yaml")
    #expect(throws: DocumentError.self) { try node.json() }
  }

  @Test("stays within its bounds when aliases multiply")
  func bomb() throws {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      yaml += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    let node = try DocumentNode(parsing: yaml, file: "bomb.yaml")
    #expect(throws: DocumentError.self) { try node.json(atMost: 100_000) }
  }
}
