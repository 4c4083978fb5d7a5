import Images
import Policies
import Testing

@Suite("YAML that the house writes")
struct YAMLTextTests {
  @Test("is what people would write")
  func style() throws {
    let json =
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a/b":"on","n":"1"},"annotations":{}},"spec":{"containers":[{"name":"a","args":["-c","x: y"],"image":"r.test/a:1@sha256:ab"}],"n":3,"f":1.5,"t":true,"z":null},"text":"one\n  two\n","l":[[1,2],[]]}"#
    #expect(
      try YAMLText(JSONDocument(parsing: Array(json.utf8), atMost: 1 << 16).root).text == """
        apiVersion: v1
        kind: Pod
        metadata:
          labels:
            a/b: "on"
            "n": "1"
          annotations: {}
        spec:
          containers:
          - name: a
            args:
            - "-c"
            - "x: y"
            image: r.test/a:1@sha256:ab
          "n": 3
          f: 1.5
          t: true
          z: null
        text: |
          one
            two
        l:
        - - 1
          - 2
        - []

        """)
  }

  @Test(
    "is read back as the same value",
    arguments: [
      "", " ", "yes", "No", "~", "null", "0x1f", "1e3", "-1", "1:30", ".inf", "a: b", "a:", "a #b", "#a", "- a", "[a]", "{a}",
      "*a", "&a", "!a", "|",
      ">", "%a", "@a", "`a", "\"a\"", "'a'", "a\\b", "two\nlines", "two\nlines\n", "\nfirst", " in\ndented", "ends\n\n",
      "tab\tin", "tab\n\there", "é",
      "\u{2028}", "\u{85}\u{7F}", "😀", "---", "...", "a\n---\nb\n", "=", "2026-11-26", "a\n\nb", "x\u{FEFF}x", "a\r\nb",
    ])
  func roundTrip(_ text: String) throws {
    for json in [
      JSONValue.object([("k", .text(text))]), .array([.text(text)]), .object([(text, .object([("a", .array([.text(text)]))]))]),
    ] {
      let node = try JSONDocument(parsing: json.bytes, atMost: 1 << 16).root
      let back = try DocumentNode(parsing: YAMLText(node).text, file: "y").json().root
      #expect(JSONValue(back).bytes == json.bytes, "\(YAMLText(node).text)")
    }
  }
}
