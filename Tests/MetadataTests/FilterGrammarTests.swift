import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("The grammar of filters")
struct FilterGrammarTests {
  @Test(
    "binds OR tighter than AND, and takes conditions side by side together",
    arguments: [
      ("", ""),
      ("  ", ""),
      ("remediation=a", #"remediation="a""#),
      ("remediation=a AND remediation=b", #"remediation="a" AND remediation="b""#),
      ("remediation=a remediation=b", #"remediation="a" AND remediation="b""#),
      ("remediation=a AND remediation=b OR remediation=c", #"remediation="a" AND remediation="b" OR remediation="c""#),
      ("remediation=a OR remediation=b AND remediation=c", #"remediation="a" OR remediation="b" AND remediation="c""#),
      ("remediation=a remediation=b OR remediation=c", #"remediation="a" AND remediation="b" OR remediation="c""#),
      ("(remediation=a AND remediation=b) OR remediation=c", #"(remediation="a" AND remediation="b") OR remediation="c""#),
      ("((remediation=a)(remediation=b))", #"remediation="a" AND remediation="b""#),
      ("NOT remediation=a OR remediation=b", #"remediation!="a" OR remediation="b""#),
      ("-remediation=a", #"remediation!="a""#),
      ("NOT remediation!=a", #"remediation="a""#),
      ("NOT remediation<a", #"NOT remediation<"a""#),
      ("NOT (remediation=a remediation=b)", #"NOT (remediation="a" AND remediation="b")"#),
      ("-(remediation=a OR remediation=b)", #"NOT (remediation="a" OR remediation="b")"#),
      ("remediation = (a OR \"b c\")", #"remediation="a" OR remediation="b c""#),
      ("remediation != (a OR b)", #"NOT (remediation="a" OR remediation="b")"#),
      ("OpenSSL -\"Two Words\"", #""openssl" AND NOT "two words""#),
      ("has(vulnerability)", "vulnerability:*"),
      ("startsWith(remediation, \"a*\") endsWith(remediation,b)", #"remediation="a\**" AND remediation="*b""#),
      ("contains(remediation, \"b\")", #"remediation="*b*""#),
      ("build.provenance.build_options[\"a b\"]=c", #"build.provenance.buildOptions."a b"="c""#),
      ("build.provenance.buildOptions.\"a.b\"=c", #"build.provenance.buildOptions."a.b"="c""#),
      ("build.provenance.buildOptions:key", "build.provenance.buildOptions.key:*"),
      ("vulnerability.packageIssue[0].fixed_version.epoch>0x1F", "vulnerability.packageIssue[0].fixedVersion.epoch>31"),
    ])
  func precedence(_ text: String, _ canonical: String) throws {
    let filter = try OccurrenceFilter(parsing: text)
    #expect(filter.text == canonical)
    #expect(try OccurrenceFilter(parsing: canonical) == filter)
  }

  @Test("holds that a filter of everything is the empty one")
  func everything() throws {
    #expect(try OccurrenceFilter(parsing: "\n\t ") == OccurrenceFilter())
    #expect(try NoteFilter(parsing: "") == NoteFilter())
    #expect(OccurrenceFilter().matches(Occurrence()) && NoteFilter().matches(Note()))
    #expect(OccurrenceFilter().narrowing == .none)
  }

  @Test(
    "refuses what is no filter, with the place and the mend",
    arguments: [
      ("AND kind=BUILD", 0, "AND has no condition before it; write \"AND\" in quotes to look for the word"),
      ("kind=BUILD AND", 14, "the filter ends where a condition is expected"),
      ("kind=BUILD OR OR kind=IMAGE", 14, "OR has no condition before it; write \"OR\" in quotes to look for the word"),
      ("NOT", 3, "the filter ends where a condition is expected"),
      (
        "NOT NOT kind=BUILD", 4,
        "a condition is expected before NOT; write \"NOT\" in quotes to look for the word"
      ),
      ("kind=", 5, "the filter ends where a value is expected"),
      ("kind=AND", 5, "a value is expected before AND; write \"AND\" in quotes to compare with the word"),
      ("kind=(", 6, "the filter ends where a condition is expected"),
      ("kind=)", 5, "a value is expected here; put texts in double quotes"),
      ("(kind=BUILD", 0, "this parenthesis is never closed; add )"),
      ("kind=BUILD)", 10, "this parenthesis closes nothing; take it out"),
      ("()", 1, "a condition is expected before this parenthesis closes"),
      ("kind=(kind=BUILD)", 6, "only values may stand in the parentheses after an operator"),
      ("kind=BUILD=IMAGE", 10, "this does not fit here; separate conditions by AND or a space, and put values in double quotes"),
      (
        "remediation=\"x\"kind=BUILD", 15,
        "this does not fit here; separate conditions by AND or a space, and put values in double quotes"
      ),
      ("remediation=\"x", 12, "the text that starts here has no closing quote; add one"),
      ("remediation='x'", 12, "the character has no meaning here; put values in double quotes"),
      ("vulnerability..severity=HIGH", 14, "the name of a field is expected here"),
      (".kind=BUILD", 0, "the name of a field is expected here"),
      ("kind.=BUILD", 5, "the name of a field is expected here"),
      ("build.provenance.commands[0", 25, "this bracket is never closed; add ]"),
      ("build.provenance.commands[0]", 28, "a comparison is expected here, as in field = \"value\""),
      (
        "nothing(kind)", 0,
        "there is no function \"nothing\"; the functions are has, startsWith, endsWith, contains, and timestamp after a comparison"
      ),
      (
        "timestamp(kind)", 0,
        "timestamp is a value; the functions are has, startsWith, endsWith, contains, and timestamp after a comparison"
      ),
      ("has()", 0, "the function is written has(field)"),
      ("has(kind, 1)", 0, "the function is written has(field)"),
      ("startsWith(remediation)", 0, "the function is written startsWith(field, \"text\")"),
      ("startsWith(kind, B)", 11, "kind is no text, which startsWith is for"),
      ("has(kind", 0, "the parenthesis of this function is never closed; add )"),
      ("has(kind) = true", 10, "a function is a condition already; take the comparison out"),
      ("createTime > now()", 13, "\"now\" makes no value; the function that does is timestamp(\"…\")"),
      ("\"\"", 0, "an empty text is no condition; write what to look for"),
    ])
  func refused(_ text: String, _ offset: Int, _ reason: String) {
    #expect(throws: MetadataError.malformedFilter(offset: offset, because: reason)) { try OccurrenceFilter(parsing: text) }
  }

  @Test("has a limit on length and depth")
  func limits() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "kind=BUILD" + String(repeating: ")", count: depth)
    }
    #expect(try OccurrenceFilter(parsing: nested(64)).text == "kind=\"BUILD\"")
    #expect(throws: MetadataError.malformedFilter(offset: 64, because: "parentheses are nested deeper than 64; take some out")) {
      try OccurrenceFilter(parsing: nested(65))
    }
    let words = Array(repeating: "a", count: 4096).joined(separator: " ")
    #expect(throws: MetadataError.self) { try OccurrenceFilter(parsing: words) }
    #expect(throws: MetadataError.malformedFilter(offset: 8192, because: "it is longer than 8192 bytes; ask in several requests"))
    {
      try OccurrenceFilter(parsing: String(repeating: "(", count: 8193))
    }
    for opening in ["(", "-(", "NOT (", "kind=(", "has(", "createTime=timestamp(", "a[", "\""] {
      #expect(throws: MetadataError.self) {
        try OccurrenceFilter(parsing: String(repeating: opening, count: 8192 / opening.utf8.count))
      }
    }
  }

  @Test(
    "undoes escapes",
    arguments: [
      (#"\u0041\x42\103"#, "ABC"), (#"\ud83d\ude00"#, "\u{1F600}"), (#"\\\:\=\<\>\+\~\"\.\*"#, #"\:=<>+~".*"#), (#"\x00"#, "\0"),
      (#"a\*"#, "a*"),
    ])
  func escapes(_ written: String, _ meant: String) throws {
    let filter = try OccurrenceFilter(parsing: "remediation=\"\(written)\"")
    #expect(filter.matches(.with { $0.remediation = meant }))
    #expect(!filter.matches(.with { $0.remediation = meant + "a" }))
    #expect(try OccurrenceFilter(parsing: "remediation=\(written)") == filter, "it is the same without quotes")
    #expect(try OccurrenceFilter(parsing: filter.text) == filter)
  }

  @Test(
    "refuses what is no escape",
    arguments: [#"\"#, #"\q"#, #"\u12"#, #"\ud800"#, #"\ud800\u0041"#, #"\xg0"#, #"\400"#, #"\18"#, #"\x+1"#])
  func badEscapes(_ written: String) {
    #expect(
      throws: MetadataError.malformedFilter(
        offset: 13, because: #"this is no escape; write \\ for a backslash, or \uXXXX, \xHH, \ooo for a character"#)
    ) { try OccurrenceFilter(parsing: "remediation=a\(written)") }
  }

  @Test("treats what looks like an injection as a value")
  func injection() throws {
    let filter = try OccurrenceFilter(parsing: "resourceUrl=\"x\\\" OR 1=1; DROP TABLE occurrence; --\"")
    #expect(filter == OccurrenceFilter(resourceURI: "https://x\" OR 1=1; DROP TABLE occurrence; --"))
    #expect(try OccurrenceFilter(parsing: filter.text) == filter)
  }

  @Test("never crashes on any byte in any place")
  func bytes() {
    let sound = #"(kind="BUILD") OR -a.b[0]<=1 AND has(x, "\u0041*") createTime>timestamp("2020-01-02")"#
    for at in 0..<sound.utf8.count {
      for byte in UInt8(0)...255 {
        var bytes = Array(sound.utf8)
        bytes[at] = byte
        _ = try? OccurrenceFilter(parsing: String(decoding: bytes, as: UTF8.self))
      }
      _ = try? OccurrenceFilter(parsing: String(sound.prefix(at)))
    }
  }
}
