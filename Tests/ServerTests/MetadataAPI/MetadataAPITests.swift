import Contracts
import Images
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import Testing

@Suite("The metadata API")
struct MetadataAPITests {
  @Test("keeps the contract of a store, seen through our own client", arguments: MetadataStoreContract.clauses)
  func contract(_ clause: MetadataStoreContract.Clause) async throws {
    try await servingMetadata { address, _ in
      let remote = try RemoteMetadata(RemoteSettings(baseURL: address))
      do {
        try await clause.check(remote)
      } catch {
        Issue.record(error)
      }
      await remote.close()
    }
  }

  struct Call: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let method: HTTPMethod
    let path: String
    let body: String?
    let status: UInt
    let code: String
    let said: String

    init(
      _ name: String, _ method: HTTPMethod, _ path: String, _ body: String?, _ status: UInt, _ code: String,
      _ said: String
    ) {
      testDescription = name
      (self.method, self.path, self.body, self.status, self.code, self.said) = (method, path, body, status, code, said)
    }
  }

  static let refused: [Call] = [
    Call("unknown note", .GET, "p/notes/n", nil, 404, "NOT_FOUND", "projects/p/notes/n was not found."),
    Call("unknown occurrence", .GET, "p/occurrences/o", nil, 404, "NOT_FOUND", "projects/p/occurrences/o was not found."),
    Call("no such route", .GET, "p/things", nil, 404, "NOT_FOUND", "no method for GET"),
    Call("empty note id", .POST, "p/notes", "{}", 400, "INVALID_ARGUMENT", "is not a name"),
    Call("note id with a slash", .POST, "p/notes?noteId=a%2Fb", "{}", 400, "INVALID_ARGUMENT", "is not a name"),
    Call("encoded slash in the path", .GET, "p/notes/a%2Fb", nil, 400, "INVALID_ARGUMENT", "is not a name"),
    Call("control character in the path", .GET, "p/notes/a%00b", nil, 400, "INVALID_ARGUMENT", "is not a name"),
    Call("invalid note", .POST, "p/notes?noteId=n", "{}", 400, "INVALID_ARGUMENT", "note is invalid: [type is required"),
    Call(
      "invalid occurrence", .POST, "p/occurrences", "{}", 400, "INVALID_ARGUMENT",
      "occurrence is invalid: [resource_uri is required"),
    Call(
      "unknown field", .POST, "p/occurrences", #"{"resourceUrl":"x"}"#, 400, "INVALID_ARGUMENT",
      #"the field "resourceUrl" is unknown"#),
    Call("duplicate key", .POST, "p/notes?noteId=n", #"{"kind":1,"kind":2}"#, 400, "INVALID_ARGUMENT", "twice in one object"),
    Call("no JSON", .POST, "p/notes?noteId=n", "{", 400, "INVALID_ARGUMENT", "malformed at byte 1"),
    Call(
      "deep JSON", .POST, "p/notes?noteId=n", String(repeating: "[", count: 5000), 400, "INVALID_ARGUMENT",
      "nests more than 100 levels"),
    Call("wrong type", .POST, "p/notes?noteId=n", #"{"build":3}"#, 400, "INVALID_ARGUMENT", "does not fit the message"),
    Call(
      "too large", .POST, "p/notes?noteId=n", String(repeating: " ", count: 4 << 20 | 1), 413, "INVALID_ARGUMENT",
      "longer than 4194304 bytes"),
    Call("empty batch", .POST, "p/occurrences:batchCreate", "{}", 400, "INVALID_ARGUMENT", "must be 1 to 1000"),
    Call(
      "batch of another project", .POST, "p/notes:batchCreate", #"{"parent":"projects/q"}"#, 400, "INVALID_ARGUMENT",
      "parent is not the project"),
    Call("negative page", .GET, "p/notes?pageSize=-1", nil, 400, "INVALID_ARGUMENT", "must be 1 to 1000"),
    Call("huge page", .GET, "p/notes?pageSize=1001", nil, 400, "INVALID_ARGUMENT", "must be 1 to 1000"),
    Call("page that is no number", .GET, "p/notes?pageSize=x", nil, 400, "INVALID_ARGUMENT", "pageSize is no whole number"),
    Call("made-up page token", .GET, "p/notes?pageToken=MTI", nil, 400, "INVALID_ARGUMENT", "page token is not one"),
    Call("bad filter", .GET, "p/occurrences?filter=kind%3D", nil, 400, "INVALID_ARGUMENT", "malformed at character 5"),
    Call("bad filter on notes", .GET, "p/notes?filter=kind%3D", nil, 400, "INVALID_ARGUMENT", "malformed at character 5"),
    Call("unknown parameter", .GET, "p/notes?filters=x", nil, 400, "INVALID_ARGUMENT", #""filters" is unknown"#),
    Call("parameter twice", .GET, "p/notes?pageSize=1&pageSize=2", nil, 400, "INVALID_ARGUMENT", "pageSize stands twice"),
  ]

  @Test("refuses with the code and the words that help", arguments: refused)
  func refusals(_ the: Call) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(the.method, "\(address)/v1/projects/\(the.path)", the.body)
      #expect(answer.status == the.status && answer["error.status"] == the.code, "\(answer.text)")
      #expect(answer["error.code"] == "\(the.status)" && answer["error.message"]?.contains(the.said) == true, "\(answer.text)")
    }
  }

  @Test("refuses what a page in a browser could send without asking")
  func crossSite() async throws {
    try await servingMetadata { address, store in
      let answer = try await send(
        .POST, "\(address)/v1/projects/p/notes?noteId=n", #"{"build":{"builderVersion":"1"}}"#,
        headers: [("Content-Type", "text/plain")])
      #expect(answer.status == 400 && answer["error.message"]?.contains("content type") == true)
      #expect(try await store.notes(in: ProjectName(id: "p"), page: PageRequest()).items.isEmpty)
    }
  }

  @Test("gives 20 items a page unless asked, and ends with the last")
  func pages() async throws {
    try await servingMetadata { address, store in
      let note = try NoteName(parsing: "projects/p/notes/n")
      try await store.create(Facts.attestationNote, named: note)
      try await store.create(Array(repeating: Facts.attestation(of: "projects/p/notes/n"), count: 25), in: note.project)
      let list = "\(address)/v1/projects/p/occurrences"
      let first = try await send(.GET, list)
      let token = try #require(first["nextPageToken"])
      #expect(first.text.components("\"noteName\"") == 20)
      let second = try await send(.GET, "\(list)?pageToken=\(token)&$alt=json;enum-encoding=int")
      #expect(second.text.components("\"noteName\"") == 5 && second["nextPageToken"] == nil)
      for other in [
        "\(list)?filter=kind%3DBUILD&pageToken=\(token)", "\(address)/v1/projects/q/occurrences?pageToken=\(token)",
        "\(address)/v1/projects/p/notes?pageToken=\(token)", "\(address)/v1/projects/p/notes/n/occurrences?pageToken=\(token)",
        "\(list)?pageToken=\(token)x", "\(list)?pageToken=x\(token.dropFirst())",
      ] {
        let answer = try await send(.GET, other)
        #expect(answer.status == 400 && answer["error.message"]?.contains("page token") == true, "\(other) \(answer.text)")
      }
    }
  }

  @Test("answers with the note of an occurrence")
  func noteOfOccurrence() async throws {
    try await servingMetadata { address, store in
      let note = try NoteName(parsing: "projects/q/notes/n")
      try await store.create(Facts.attestationNote, named: note)
      let stored = try await store.create([Facts.attestation(of: note.description)], in: ProjectName(id: "p"))[0]
      let answer = try await send(.GET, "\(address)/v1/\(stored.name)/notes")
      #expect(answer.status == 200 && answer["name"] == "projects/q/notes/n" && answer["kind"] == "ATTESTATION")
    }
  }
}

extension String {
  /// How often `part` stands in the text.
  func components(_ part: String) -> Int { ranges(of: part).count }
}
