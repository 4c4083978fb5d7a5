import Contracts
import Metadata
import NIOHTTP1
import Server
import Store
import Testing

@Suite("Access policies over the metadata API")
struct AccessPolicyRouteTests {
  private static let owner = (
    token: "owner", caller: Caller(name: "owner", grants: Set(Right.allCases.map { Grant($0, on: nil) }))
  )
  private static let robot = (token: "robot", caller: Caller(name: "robot", grants: []))

  private static func policy(_ role: String, _ etag: String = "") -> String {
    #"{"policy":{"bindings":[{"role":"\#(role)","members":["user:robot"]}],"etag":"\#(etag)"}}"#
  }

  @Test("let in whom they name, and only to that note")
  func letIn() async throws {
    try await servingMetadata(by: Authority(tokens: [Self.owner, Self.robot])) { address, store in
      for id in ["n", "m"] { try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/p/notes/\(id)")) }
      let note = "\(address)/v1/projects/p/notes/n"
      let (owner, robot) = ([("Authorization", "Bearer owner")], [("Authorization", "Bearer robot")])
      #expect(try await send(.GET, note, headers: robot).status == 403)
      let set = try await send(.POST, "\(note):setIamPolicy", Self.policy("roles/containeranalysis.notes.viewer"), headers: owner)
      #expect(set.status == 200, "\(set.text)")
      #expect(try await send(.GET, note, headers: robot).status == 200)
      #expect(try await send(.GET, "\(address)/v1/projects/p/notes/m", headers: robot).status == 403)
      #expect(try await send(.DELETE, note, headers: robot).status == 403)
      let asked = #"{"permissions":["containeranalysis.notes.get","notes.delete","unheard.of"]}"#
      let held = try await send(.POST, "\(note):testIamPermissions", asked, headers: robot)
      #expect(held.text == #"{"permissions":["containeranalysis.notes.get"]}"#)
      let none = try await send(.POST, "\(address)/v1/projects/p/notes/none:testIamPermissions", asked, headers: robot)
      #expect(none.status == 200 && none.text == "{}")
      let got = try await send(.POST, "\(note):getIamPolicy", "{}", headers: owner)
      #expect(got["policy"] == nil && got["etag"] == set["etag"] && got.text.contains("user:robot"), "\(got.text)")
    }
  }

  @Test("are replaced only by who saw the one before")
  func etags() async throws {
    try await servingMetadata { address, store in
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/p/notes/n"))
      let url = "\(address)/v1/projects/p/notes/n:setIamPolicy"
      let first = try #require(try await send(.POST, url, Self.policy("viewer"))["etag"])
      let second = try await send(.POST, url, Self.policy("editor", first))
      #expect(second.status == 200, "\(second.text)")
      let late = try await send(.POST, url, Self.policy("admin", first))
      #expect(late.status == 409 && late["error.status"] == "ABORTED", "\(late.text)")
    }
  }

  @Test(
    "are refused when this server would not hold to them",
    arguments: [
      ("projects/p/notes/n", #"{"policy":{"bindings":[{"role":"king","members":["user:a"]}]}}"#, 400),
      ("projects/p/notes/n", #"{"policy":{"bindings":[{"role":"viewer","members":["allUsers"]}]}}"#, 400),
      (
        "projects/p/notes/n",
        #"{"policy":{"bindings":[{"role":"viewer","members":["user:a"],"condition":{"expression":"false"}}]}}"#, 400
      ),
      ("projects/p/notes/none", policy("viewer"), 404), ("projects/none", policy("viewer"), 404),
      ("projects/p/occurrences/none", policy("viewer"), 404),
      ("projects/p/notes/n", #"{"resource":"projects/p/notes/m","policy":{}}"#, 400),
    ])
  func refused(_ resource: String, _ body: String, _ status: UInt) async throws {
    try await servingMetadata { address, store in
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/p/notes/n"))
      let answer = try await send(.POST, "\(address)/v1/\(resource):setIamPolicy", body)
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test("tell no right by a wildcard")
  func wildcard() async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.POST, "\(address)/v1/projects/p:testIamPermissions", #"{"permissions":["notes.*"]}"#)
      #expect(answer.status == 400, "\(answer.text)")
    }
  }
}
