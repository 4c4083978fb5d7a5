import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("The fields of filters")
struct FilterFieldTests {
  static let image = "https://gcr.io/p/i@sha256:aa"

  @Test(
    "are known by the names that clients in the field send",
    arguments: [
      ("resourceUrl=\"\(image)\"", OccurrenceFilter(resourceURI: image)),
      ("resource_url=\"gcr.io/p/i@sha256:aa\"", OccurrenceFilter(resourceURI: image)),
      ("resource_uri=\"\(image)\"", OccurrenceFilter(resourceURI: image)),
      ("resourceUri=gcr.io/p/i@sha256:aa", OccurrenceFilter(resourceURI: image)),
      ("resourceUrl=\"\(image)\" AND kind=\"PACKAGE_VULNERABILITY\"", OccurrenceFilter(resourceURI: image, kind: .vulnerability)),
      (
        "resource_url = \"\(image)\" AND kind = \"ATTESTATION_AUTHORITY\"",
        OccurrenceFilter(resourceURI: image, kind: .attestation)
      ),
      ("((resource_uri=\"\(image)\") AND (kind = \"BUILD\"))", OccurrenceFilter(resourceURI: image, kind: .build)),
      ("kind=6", OccurrenceFilter(kind: .discovery)),
    ])
  func aliases(_ text: String, _ wanted: OccurrenceFilter) throws {
    #expect(try OccurrenceFilter(parsing: text) == wanted)
    #expect(try OccurrenceFilter(parsing: wanted.text) == wanted)
  }

  @Test("name the note by project and id", arguments: ["noteProjectId=\"p\" AND noteId=\"n\"", "note_project_id=p note_id=n"])
  func note(_ text: String) throws {
    let wanted = OccurrenceFilter(note: try NoteName(parsing: "projects/p/notes/n"))
    #expect(try OccurrenceFilter(parsing: text) == wanted)
    #expect(try OccurrenceFilter(parsing: wanted.text) == wanted)
  }

  @Test("are the same in snake case and in camel case, and as in-toto writes them")
  func cases() throws {
    for (one, other) in [
      ("create_time>2020-01-01", "createTime>2020-01-01"),
      ("vulnerability.effective_severity=HIGH", "vulnerability.effectiveSeverity=HIGH"),
      ("vulnerability.cvss_v2.base_score>1", "vulnerability.cvssV2.baseScore>1"),
      ("build.in_toto_slsa_provenance_v1._type=a", "build.inTotoSlsaProvenanceV1.type=a"),
    ] {
      #expect(try OccurrenceFilter(parsing: one) == OccurrenceFilter(parsing: other))
    }
  }

  @Test("of a note are its own")
  func notes() throws {
    let note = Note.with {
      $0.name = "projects/p/notes/n"
      $0.kind = .attestation
      $0.attestation.hint.humanReadableName = "QA"
    }
    for text in [
      "noteId=n", "noteProjectId=p", "noteName=\"projects/p/notes/n\"", "name=\"*/n\"", "kind=ATTESTATION",
      "attestation.hint.humanReadableName=QA", "NOT vulnerability:*",
    ] {
      #expect(try NoteFilter(parsing: text).matches(note), "\(text)")
    }
    #expect(throws: MetadataError.self) { try NoteFilter(parsing: "resourceUrl=x") }
  }

  @Test(
    "that do not exist are refused with the nearest that do",
    arguments: [
      ("kid=BUILD", 0, "the occurrence has no field \"kid\"; perhaps kind is meant"),
      ("AND_=1 kind=BUILD", 0, "the occurrence has no field \"AND_\"; it has name, resourceUri, noteName"),
      ("vulnerability.sevrity=HIGH", 14, "vulnerability has no field \"sevrity\"; perhaps severity is meant"),
      ("vulnerability.packageIssue.zzz=HIGH", 27, "vulnerability.packageIssue has no field \"zzz\"; it has affectedCpeUri"),
      ("remediation.x=1", 12, "remediation has no fields; compare it itself"),
      ("kind[0]=BUILD", 5, "kind is no list; take the brackets out"),
      ("build.provenance.commands[x].name=a", 26, "\"x\" is no index of a list; write a whole number from 0"),
      ("a b=1 AND kind=BUILD", 2, "the occurrence has no field \"b\"; it has"),
    ])
  func unknown(_ text: String, _ offset: Int, _ start: String) throws {
    let error = #expect(throws: MetadataError.self) { try OccurrenceFilter(parsing: text) }
    guard case .malformedFilter(let at, let reason)? = error else {
      Issue.record("\(text) is refused otherwise")
      return
    }
    #expect(at == offset && reason.hasPrefix(start), "\(at): \(reason)")
  }

  @Test("can all be asked whether they are there, at any depth of the schema")
  func everyField() throws {
    for line in grafeasFields.split(separator: "\n").drop(while: { $0 != "# grafeas.v1.Occurrence" }).dropFirst() {
      guard !line.hasPrefix("#") else { break }
      let name = line.prefix { $0 != " " }
      _ = try OccurrenceFilter(parsing: "\(name):* OR has(\(name))")
    }
  }
}
