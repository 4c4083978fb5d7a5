import Contracts
import Metadata
import Schemas
import Testing

@Suite("A filter")
struct FilterTests {
  struct Read: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let wanted: OccurrenceFilter

    init(_ text: String, _ fill: (inout OccurrenceFilter) -> Void) {
      testDescription = text
      var filter = OccurrenceFilter()
      fill(&filter)
      wanted = filter
    }
  }

  static let image = "https://gcr.io/p/i@sha256:aa"

  @Test(
    "reads what the clients in the field send",
    arguments: [
      Read("") { _ in },
      Read("resourceUrl=\"\(image)\"") { $0.resourceURI = image },
      Read("resourceUrl=\"gcr.io/p/i@sha256:aa\"") { $0.resourceURI = image },
      Read("resourceUrl=\"\(image)\" AND kind=\"PACKAGE_VULNERABILITY\"") { ($0.resourceURI, $0.kind) = (image, .vulnerability) },
      Read("resource_url = \"\(image)\" AND kind = \"ATTESTATION_AUTHORITY\"") {
        ($0.resourceURI, $0.kind) = (image, .attestation)
      },
      Read("((kind = \"BUILD\") AND (resource_uri=\"\(image)\"))") { ($0.resourceURI, $0.kind) = (image, .build) },
      Read("kind=DISCOVERY resourceUri=\"\(image)\"") { ($0.resourceURI, $0.kind) = (image, .discovery) },
      Read("noteProjectId=\"goog-analysis\" AND noteId=\"PACKAGE_VULNERABILITY\"") {
        $0.noteProject = try? ProjectName(id: "goog-analysis")
        $0.noteID = "PACKAGE_VULNERABILITY"
      },
      Read("note_name=\"projects/p/notes/n\" AND note_id=\"n\"") {
        $0.noteProject = try? ProjectName(id: "p")
        $0.noteID = "n"
      },
      Read("kind=\"BUILD\" AND kind=\"BUILD\"") { $0.kind = .build },
      Read("noteId=\"a\\\"b\\\\c\\*\"") { $0.noteID = "a\"b\\c*" },
    ])
  func accepted(_ the: Read) throws {
    let filter = try OccurrenceFilter(parsing: the.testDescription)
    #expect(filter == the.wanted)
    #expect(try OccurrenceFilter(parsing: filter.text) == filter, "it is read back from \(filter.text)")
  }

  @Test(
    "refuses the rest of the language, with the place and the reason",
    arguments: [
      ("kind=\"BUILD\" OR kind=\"IMAGE\"", 13, "OR is not supported yet; ask for one set at a time"),
      ("NOT kind=\"BUILD\"", 0, "NOT is not supported yet; ask for one set at a time"),
      ("-kind=\"BUILD\"", 0, "negation with - is not supported yet"),
      ("kind!=\"BUILD\"", 4, "only field = value is supported yet, so = is expected here"),
      ("createTime>\"2020\"", 10, "only field = value is supported yet, so = is expected here"),
      ("kind", 4, "only field = value is supported yet, so = is expected here"),
      ("kind=", 5, "the filter ends where a value is expected"),
      ("kind=(", 5, "a value is expected here"),
      ("kind=\"build\"", 5, "\"build\" is no kind"),
      ("kind=\"BUILD\" AND", 16, "the filter ends where a field is expected"),
      ("AND kind=\"BUILD\"", 0, "AND has nothing before it"),
      ("(kind=\"BUILD\"", 0, "this parenthesis is never closed"),
      ("kind=\"BUILD\")", 12, "this parenthesis closes nothing"),
      ("()", 1, "this parenthesis closes nothing"),
      ("kind=\"BUILD\" AND kind=\"IMAGE\"", 17, "an earlier condition asks for another value, so nothing can match"),
      ("resourceUrl=\"x", 12, "the text that starts here has no closing quote"),
      ("resourceUrl=\"\\u0041\"", 13, "this escape is not supported yet"),
      ("resourceUrl='x'", 12, "the character has no meaning here; put values in double quotes"),
      ("\"resourceUrl\"=\"x\"", 0, "a field is expected here"),
      ("noteProjectId=\"a/b\"", 14, "the value is no project id"),
      ("note_name=\"n\"", 10, "the value is no name of the form projects/{project}/notes/{note}"),
      (
        "vulnerability.severity=\"HIGH\"", 0,
        "the field \"vulnerability.severity\" is not supported yet; use resourceUrl, kind, noteId, noteProjectId or noteName"
      ),
      (String(repeating: "(", count: 8193), 8192, "it is longer than 8192 bytes"),
    ])
  func refused(_ text: String, _ offset: Int, _ reason: String) {
    #expect(throws: MetadataError.malformedFilter(offset: offset, because: reason)) { try OccurrenceFilter(parsing: text) }
  }

  @Test("treats what looks like an injection as a value")
  func injection() throws {
    let filter = try OccurrenceFilter(parsing: "resourceUrl=\"x\\\" OR 1=1; DROP TABLE occurrence; --\"")
    #expect(filter.resourceURI == "https://x\" OR 1=1; DROP TABLE occurrence; --")
  }

  @Test("never crashes on any byte in any place")
  func bytes() {
    let sound = "(kind=\"BUILD\") AND resourceUrl=\"a\\\"b\""
    for at in sound.utf8.indices {
      for byte in UInt8(0)...127 {
        var bytes = Array(sound.utf8)
        bytes[sound.utf8.distance(from: sound.utf8.startIndex, to: at)] = byte
        _ = try? OccurrenceFilter(parsing: String(decoding: bytes, as: UTF8.self))
      }
    }
  }
}
