import Attestations
import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An attestation occurrence")
struct OccurrenceTests {
  @Test("made here has the shape of Grafeas and verifies once it is read back")
  func roundTrip() throws {
    let key = ExampleKey()
    let image = try Example.image()
    let signature = try key.sign(ContainerSignature(image).payload)
    let occurrence = try Occurrence(
      attesting: image, under: Example.note(), signature: signature, keyID: key.publicKey().id)
    #expect(occurrence.kind == .attestation)
    #expect(occurrence.resourceUri == "https://registry.example.test/prod/web@\(Example.digest)")
    #expect(occurrence.noteName == "projects/attestors/notes/qa")
    let read = try #require(UnverifiedAttestation(occurrence))
    #expect(read.createdAtSeconds == nil)
    #expect(try Example.attestor([key.publicKey()]).verdict(on: [read], for: image, at: 0).isSatisfied)
  }

  @Test("of the DSSE kind is read with its envelope")
  func dsse() throws {
    var occurrence = Occurrence()
    occurrence.noteName = "projects/attestors/notes/qa"
    occurrence.createTime.seconds = 77
    occurrence.dsseAttestation.envelope.payloadType = "application/vnd.in-toto+json"
    occurrence.dsseAttestation.envelope.payload = Data("{}".utf8)
    let read = try #require(UnverifiedAttestation(occurrence))
    #expect(read.createdAtSeconds == 77)
    #expect(read.envelope == .dsse(payloadType: "application/vnd.in-toto+json", payload: Array("{}".utf8), []))
  }

  @Test("with only JSON Web Tokens carries these")
  func tokens() throws {
    var occurrence = Occurrence()
    occurrence.noteName = "projects/attestors/notes/qa"
    occurrence.attestation.jwts = [.with { $0.compactJwt = "a.b.c" }, Grafeas_V1_Jwt()]
    #expect(UnverifiedAttestation(occurrence)?.envelope == .tokens(["a.b.c", ""]))
  }

  @Test("is none when it is of another kind or names no note")
  func none() {
    var build = Occurrence()
    build.noteName = "projects/attestors/notes/qa"
    build.build = Grafeas_V1_BuildOccurrence()
    #expect(UnverifiedAttestation(build) == nil)
    var nameless = Occurrence()
    nameless.attestation = Grafeas_V1_AttestationOccurrence()
    #expect(UnverifiedAttestation(nameless) == nil)
  }

  @Test("stands under a note that names the attestor")
  func note() {
    let note = Note(attestorNamed: "QA sign-off")
    #expect(note.kind == .attestation)
    #expect(note.attestation.hint.humanReadableName == "QA sign-off")
  }
}
