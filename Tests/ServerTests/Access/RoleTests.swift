import Metadata
import Server
import Testing

@Suite("A role")
struct RoleTests {
  static let table: [(Role, Set<Right>)] = [
    (
      .viewer,
      [
        .getOccurrences, .listOccurrences, .getNotes, .listNotes, .listNoteOccurrences, .getProjects, .listProjects,
        .getAdmissionPolicy, .getAttestors, .listAttestors, .getPlatformPolicies, .listPlatformPolicies,
      ]
    ),
    (.attacher, [.getNotes, .attachOccurrences]),
    (
      .editor,
      [
        .getOccurrences, .listOccurrences, .getNotes, .listNotes, .listNoteOccurrences, .getProjects, .listProjects,
        .createOccurrences, .updateOccurrences, .deleteOccurrences, .createNotes, .updateNotes, .deleteNotes, .attachOccurrences,
        // Who records what is true of images does not decide what may run.
        .getAdmissionPolicy, .getAttestors, .listAttestors, .getPlatformPolicies, .listPlatformPolicies,
      ]
    ),
    (.admin, Set(Right.allCases)),
  ]

  @Test("gives exactly its rights, where it is given and nowhere else", arguments: table)
  func rights(_ role: Role, _ rights: Set<Right>) throws {
    #expect(role.rights == rights)
    let (own, other) = (try ProjectName(id: "shop"), try ProjectName(id: "shop2"))
    let caller = Caller(name: "a", grants: Set(rights.map { Grant($0, on: own) }))
    for right in Right.allCases {
      #expect(caller.may(right, in: own) == rights.contains(right))
      #expect(caller.may(right, on: .note(try NoteName(project: own, id: "qa"))) == rights.contains(right))
      #expect(!caller.may(right, in: other) && !caller.may(right, on: .everyProject))
    }
  }

  @Test("on a note holds for that note alone")
  func note() throws {
    let qa = try NoteName(parsing: "projects/attestors/notes/qa")
    let caller = Caller(name: "a", grants: [Grant(.attachOccurrences, on: .note(qa))])
    #expect(caller.may(.attachOccurrences, on: .note(qa)) && !caller.may(.getNotes, on: .note(qa)))
    #expect(!caller.may(.attachOccurrences, on: .note(try NoteName(parsing: "projects/attestors/notes/qa2"))))
    #expect(!caller.may(.attachOccurrences, in: qa.project))
  }

  @Test(
    "is asked for by permissions with or without their prefix",
    arguments: [
      ("notes.get", Right.getNotes), ("containeranalysis.notes.attachOccurrence", .attachOccurrences), ("notes.burn", nil),
      ("binaryauthorization.policy.update", .updateAdmissionPolicy), ("attestors.verifyImageAttested", .verifyImagesAttested),
      ("containeranalysis.", nil), ("", nil),
    ] as [(String, Right?)])
  func permission(_ text: String, _ right: Right?) { #expect(Right(permission: text) == right) }
}
