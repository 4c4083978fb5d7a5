import Contracts
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import SwiftProtobuf
import Testing

@Suite("Changing over the metadata API")
struct ChangingTests {
  private static let note = "projects/p/notes/n"

  @Test(
    "takes what the mask names, in camelCase or as the schema has it",
    arguments: [
      ("updateMask=shortDescription", "new", "1"), ("update_mask=short_description", "new", "1"),
      ("updateMask=build.builderVersion", "old", "2"), ("updateMask=build.builder_version,shortDescription", "new", "2"),
      ("", "new", "2"),
    ])
  func masks(_ query: String, _ description: String, _ version: String) async throws {
    try await servingMetadata { address, store in
      try await store.create(
        .with {
          $0.shortDescription = "old"
          $0.build.builderVersion = "1"
        }, named: NoteName(parsing: Self.note))
      let body = #"{"shortDescription":"new","build":{"builderVersion":"2"}}"#
      let answer = try await send(.PATCH, "\(address)/v1/\(Self.note)?\(query)", body)
      #expect(answer.status == 200 && answer["shortDescription"] == description, "\(answer.text)")
      #expect(answer["build.builderVersion"] == version && answer["name"] == Self.note, "\(answer.text)")
    }
  }

  @Test(
    "is refused for what never changes, and for masks that name nothing",
    arguments: [
      ("updateMask=resourceUri", #"{"resourceUri":"https://x"}"#, "resource_uri cannot be changed"),
      ("updateMask=noteName", #"{"noteName":"projects/p/notes/other"}"#, "note_name cannot be changed"),
      ("updateMask=nonsense", "{}", "names no field"), ("updateMask=build..x", "{}", "names no field"),
    ])
  func refused(_ query: String, _ body: String, _ said: String) async throws {
    try await servingMetadata { address, store in
      let name = try await attested(store)
      let answer = try await send(.PATCH, "\(address)/v1/\(name)?\(query)", body)
      #expect(answer.status == 400 && answer["error.message"]?.contains(said) == true, "\(answer.text)")
    }
  }

  @Test("goes through for the state that the caller saw, and not for another")
  func etags() async throws {
    try await servingMetadata { address, store in
      let name = try await attested(store)
      let url = "\(address)/v1/\(name)"
      let seen = try #require(try await send(.GET, url).etag)
      let changed = try await send(
        .PATCH, "\(url)?updateMask=remediation", #"{"remediation":"a"}"#, headers: [("If-Match", seen)])
      #expect(changed.status == 200 && changed.etag != seen, "\(changed.text)")
      for (method, body) in [("PATCH", #"{"remediation":"b"}"#), ("DELETE", nil)] as [(String, String?)] {
        let late = try await send(.init(rawValue: method), url, body, headers: [("If-Match", seen)])
        #expect(late.status == 409 && late["error.status"] == "ABORTED", "\(late.text)")
      }
      let now = try #require(try await send(.GET, url).etag)
      #expect(now == changed.etag)
      #expect(try await send(.DELETE, url, headers: [("If-Match", now)]).status == 200)
      #expect(try await send(.GET, url).status == 404)
      #expect(try await send(.DELETE, url, headers: [("If-Match", "*")]).status == 404)
    }
  }

  @Test("refuses entity tags that are none", arguments: ["abc", "\"", "\"\"", "W/\"a\"", "\"a\", \"b\""])
  func malformedTags(_ tag: String) async throws {
    try await servingMetadata { address, store in
      let name = try await attested(store)
      let answer = try await send(.DELETE, "\(address)/v1/\(name)", headers: [("If-Match", tag)])
      #expect(answer.status == 400 && answer["error.message"]?.contains("If-Match") == true, "\(answer.text)")
      #expect(try await store.occurrence(OccurrenceName(parsing: name)).name == name)
    }
  }

  @Test("deletes a note and leaves its occurrences, who then have none")
  func deleteNote() async throws {
    try await servingMetadata { address, store in
      let name = try await attested(store)
      #expect(try await send(.DELETE, "\(address)/v1/projects/attestors/notes/qa").text == "{}")
      #expect(try await send(.GET, "\(address)/v1/\(name)").status == 200)
      #expect(try await send(.GET, "\(address)/v1/\(name)/notes").status == 404)
    }
  }

  @Test("creates, lists and deletes projects, empty ones only")
  func projects() async throws {
    try await servingMetadata { address, store in
      let url = "\(address)/v1/projects"
      for name in ["a", "b", "c"] {
        #expect(try await send(.POST, url, #"{"name":"projects/\#(name)"}"#)["name"] == "projects/\(name)")
      }
      #expect(try await send(.POST, url, #"{"name":"projects/a"}"#)["error.status"] == "ALREADY_EXISTS")
      for name in ["a", "projects/", "projects/-", "projects/a/b", ""] {
        #expect(try await send(.POST, url, #"{"name":"\#(name)"}"#)["error.status"] == "INVALID_ARGUMENT", "\(name)")
      }
      let first = try await send(.GET, "\(url)?pageSize=2")
      let token = try #require(first["nextPageToken"])
      #expect(first.text.components("projects/") == 2)
      let rest = try await send(.GET, "\(url)?page_size=2&page_token=\(token)")
      #expect(rest.text.components("projects/") == 1 && rest["nextPageToken"] == nil)
      #expect(try await send(.GET, "\(url)?filter=x").status == 400)
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/a/notes/n"))
      #expect(try await send(.DELETE, "\(url)/a")["error.status"] == "FAILED_PRECONDITION")
      #expect(try await send(.DELETE, "\(url)/b").status == 200)
      #expect(try await send(.GET, "\(url)/b").status == 404)
      #expect(try await send(.GET, "\(url)/c")["name"] == "projects/c")
    }
  }
}
