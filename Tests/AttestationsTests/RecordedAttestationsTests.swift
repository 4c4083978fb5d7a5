import Attestations
import Contracts
import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("Recorded attestations")
struct RecordedAttestationsTests {
  private let note: NoteName
  private let image: PinnedReference
  private let store = InMemoryStore(stamps: .counting())

  init() async throws {
    note = try NoteName(parsing: "projects/attestors/notes/qa")
    image = try PinnedReference(resourceURI: Facts.image)
    try await store.create(Facts.attestationNote, named: note)
  }

  private func found(atMost limit: Int = 10) async throws -> [UnverifiedAttestation] {
    try await RecordedAttestations(store).attestations(about: image, under: note, atMost: limit)
  }

  @Test("are those of the image and the note, in whatever project, newest last")
  func mine() async throws {
    try await store.create(Facts.attestationNote, named: NoteName(project: note.project, id: "other"))
    var written: [String] = []
    for tenant in ["a", "b"] {
      let facts = [
        Facts.attestation(of: note.description), Facts.attestation(of: note.description, about: Facts.otherImage),
        Facts.attestation(of: "projects/attestors/notes/other"), Facts.finding(of: note.description),
      ]
      written.append(try await store.create(facts, in: ProjectName(id: tenant))[0].name)
    }
    let all = try await found()
    #expect(all.map(\.occurrence) == written && all.allSatisfy { $0.note == note && ($0.createdAtSeconds ?? 0) > 0 })
    let signature = UnverifiedAttestation.Signature(keyID: "ni:///sha-256;abc", bytes: [0x30, 0x00, 0xFF])
    #expect(all[0].envelope == .detached(payload: Array("{}".utf8), [signature]))
    #expect(try await found(atMost: 1).map(\.occurrence) == [written[1]])
  }

  @Test("come out of DSSE envelopes too, and so do tokens")
  func envelopes() async throws {
    func with(_ fill: (inout Occurrence) -> Void) -> Occurrence {
      var made = Facts.attestation(of: note.description)
      fill(&made)
      return made
    }
    let facts = [
      with {
        $0.dsseAttestation.envelope = .with {
          $0.payloadType = "application/vnd.in-toto+json"
          $0.payload = Data([1])
          $0.signatures = [.with { ($0.keyid, $0.sig) = ("k", Data([2])) }]
        }
      },
      with { $0.attestation = .with { $0.jwts = [.with { $0.compactJwt = "a.b.c" }] } },
    ]
    try await store.create(facts, in: note.project)
    #expect(
      try await found().map(\.envelope) == [
        .dsse(payloadType: "application/vnd.in-toto+json", payload: [1], [.init(keyID: "k", bytes: [2])]),
        .tokens(["a.b.c"]),
      ])
  }

  @Test("are none under a note that nobody wrote, and no answer when there are too many to look at")
  func bounds() async throws {
    let nobody = try NoteName(project: note.project, id: "nobody")
    #expect(try await RecordedAttestations(store).attestations(about: image, under: nobody, atMost: 1).isEmpty)
    let many = Array(repeating: Facts.attestation(of: note.description), count: 1001)
    try await store.createInBatches(many, in: note.project)
    await #expect { try await found() } throws: { ($0 as? MetadataError)?.code == "out-of-bounds" }
  }
}
