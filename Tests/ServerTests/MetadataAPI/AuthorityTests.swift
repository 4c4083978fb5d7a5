import Contracts
import Images
import Metadata
import NIOHTTP1
import Policies
import Server
import Store
import TestSupport
import Testing

@Suite("Who may call the metadata API")
struct AuthorityTests {
  static let occurrence = #"""
    {"resourceUri":"https://registry.example.test/prod/evil@sha256:43e74c3b2cc0a43ba1d3c6d7f5b5d03a34d2c454f1409627d284dd670e8bb360",
     "noteName":"projects/attestors/notes/qa",
     "attestation":{"serializedPayload":"e30=","signatures":[{"publicKeyId":"ni:///sha-256;x","signature":"AQ=="}]}}
    """#

  static func authority(_ grants: String...) throws -> Authority {
    let caller = Caller(name: "tenant-a-robot", grants: Set(try grants.map { try #require(Grant(parsing: $0)) }))
    return Authority(tokens: [("secret-a", caller)])
  }

  private static let bearer = [("Authorization", "Bearer secret-a")]

  @Test(
    "must hold rights on the occurrence's project and on the note's, or nothing is stored",
    arguments: [
      (["projects/tenant-a:occurrences.create"], "notes.attachOccurrence on=projects/attestors"),
      (["projects/attestors:notes.attachOccurrence"], "occurrences.create on=projects/tenant-a"),
      (
        ["projects/tenant-a:occurrences.create", "projects/tenant-a:notes.attachOccurrence"],
        "notes.attachOccurrence on=projects/attestors"
      ),
      (
        ["projects/tenant-ab:occurrences.create", "projects/attestors:notes.attachOccurrence"],
        "occurrences.create on=projects/tenant-a"
      ),
    ])
  func twoRights(_ grants: [String], _ missing: String) async throws {
    let caller = Caller(name: "tenant-a-robot", grants: Set(grants.compactMap { Grant(parsing: $0) }))
    let book = LogBook()
    try await servingMetadata(by: Authority(tokens: [("secret-a", caller)]), logger: book.logger) { address, store in
      let note = try NoteName(parsing: "projects/attestors/notes/qa")
      try await store.create(Facts.attestationNote, named: note)
      let own = try NoteName(parsing: "projects/tenant-a/notes/own")
      try await store.create(Facts.attestationNote, named: own)
      let batch =
        "{\"occurrences\":[\(Self.occurrence.replacing("attestors/notes/qa", with: "tenant-a/notes/own")),\(Self.occurrence)]}"
      for (path, body) in [("occurrences", Self.occurrence), ("occurrences:batchCreate", batch)] {
        let answer = try await send(.POST, "\(address)/v1/projects/tenant-a/\(path)", body, headers: Self.bearer)
        #expect(answer.status == 403 && answer["error.status"] == "PERMISSION_DENIED", "\(answer.text)")
      }
      for name in [note, own] {
        #expect(try await store.occurrences(of: name, matching: OccurrenceFilter(), page: PageRequest()).items.isEmpty)
      }
    }
    let refusals = book.all.filter { $0.contains("for want of a right") }
    let right = missing.split(separator: " on=")[0]
    let on = missing.split(separator: " on=")[1]
    #expect(refusals.count == 2 && refusals.allSatisfy { $0.contains("caller=tenant-a-robot") && $0.contains("right=\(right)") })
    #expect(refusals.allSatisfy { $0.contains("on=\(on)") })
    #expect(!book.all.contains { $0.contains("secret-a") })
  }

  @Test("may, with both rights")
  func allowed() async throws {
    let authority = try Self.authority("projects/tenant-a:occurrences.create", "projects/attestors:notes.attachOccurrence")
    try await servingMetadata(by: authority) { address, store in
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/attestors/notes/qa"))
      let answer = try await send(.POST, "\(address)/v1/projects/tenant-a/occurrences", Self.occurrence, headers: Self.bearer)
      #expect(answer.status == 200 && answer["name"]?.hasPrefix("projects/tenant-a/occurrences/") == true, "\(answer.text)")
    }
  }

  static let calls: [(HTTPMethod, String, String?, Right)] = [
    (.GET, "p/occurrences", nil, .listOccurrences), (.GET, "p/occurrences/o", nil, .getOccurrences),
    (.GET, "p/occurrences/o/notes", nil, .getOccurrences), (.POST, "p/occurrences", "{}", .createOccurrences),
    (.POST, "p/occurrences:batchCreate", "{}", .createOccurrences), (.GET, "p/notes", nil, .listNotes),
    (.GET, "p/notes/n", nil, .getNotes), (.POST, "p/notes?noteId=n", "{}", .createNotes),
    (.POST, "p/notes:batchCreate", "{}", .createNotes), (.GET, "p/notes/n/occurrences", nil, .listNoteOccurrences),
  ]

  @Test("needs one right for each method, in that project, and every other right does not help", arguments: calls)
  func eachMethod(_ method: HTTPMethod, _ path: String, _ body: String?, _ right: Right) async throws {
    let others = Right.allCases.filter { $0 != right }.map { "projects/p:\($0.rawValue)" } + ["projects/q:\(right.rawValue)"]
    let without = Caller(name: "robot", grants: Set(others.compactMap { Grant(parsing: $0) }))
    let with = Caller(name: "other", grants: [Grant(right, on: try ProjectName(id: "p"))])
    try await servingMetadata(by: Authority(tokens: [("without", without), ("with", with)])) { address, _ in
      let url = "\(address)/v1/projects/\(path)"
      let refused = try await send(method, url, body, headers: [("Authorization", "Bearer without")])
      #expect(refused.status == 403 && refused["error.message"]?.contains(right.rawValue) == true, "\(refused.text)")
      let allowed = try await send(method, url, body, headers: [("Authorization", "bearer with")])
      #expect(allowed.status != 403 && allowed.status != 401, "\(allowed.text)")
    }
  }

  @Test(
    "is nobody without a known token",
    arguments: [nil, "Bearer ", "Bearer secret-b", "Basic c2VjcmV0LWE=", "secret-a", "Bearer secret-a "])
  func unknown(_ header: String?) async throws {
    let book = LogBook()
    try await servingMetadata(by: try Self.authority("projects/*:notes.list"), logger: book.logger) { address, _ in
      let answer = try await send(.GET, "\(address)/v1/projects/p/notes", headers: header.map { [("Authorization", $0)] } ?? [])
      let isTrimmed = header == "Bearer secret-a "
      #expect(answer.status == (isTrimmed ? 200 : 401), "\(answer.text)")
      if !isTrimmed { #expect(answer["error.status"] == "UNAUTHENTICATED") }
    }
    if header != "Bearer secret-a " { #expect(book.all.contains { $0.contains("for want of a known token") }) }
  }

  static let file = """
    callers:
      - name: robot
        tokenSHA256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
        grants:
          - projects/tenant-a:occurrences.create
          - projects/*:notes.get
    """

  @Test("is read from a file of hashed tokens")
  func file() async throws {
    let authority = try Authority(parsing: Self.file, file: "callers.yaml")
    try await servingMetadata(by: authority) { address, _ in
      let token = [("Authorization", "Bearer secret")]
      let granted = try await send(.GET, "\(address)/v1/projects/x/notes/n", headers: token)
      let missing = try await send(.GET, "\(address)/v1/projects/tenant-a/notes", headers: token)
      #expect(granted.status == 404 && missing.status == 403)
    }
  }

  @Test(
    "is refused with its place when the file is wrong",
    arguments: [
      ("tokenSHA256: 2bb8", "tokenSHA256: xx", "not the SHA-256"),
      ("projects/*:notes.get", "projects/*:notes.burn", "not a grant"),
      ("projects/*:notes.get", "notes.get", "not a grant"), ("grants:", "rights:", "unknown here"),
      ("name: robot", "nom: robot", "unknown here"),
      ("callers:", "caller:", "unknown here"),
    ])
  func malformed(_ part: String, _ replacement: String, _ said: String) {
    let text = Self.file.replacing(part, with: replacement)
    #expect { try Authority(parsing: text, file: "callers.yaml") } throws: { error in
      (error as? DocumentError)?.problem.contains(said) == true && (error as? DocumentError)?.line != nil
    }
  }

  @Test("may not be listed twice, by name or by token")
  func twice() {
    let second = Self.file.split(separator: "\n").dropFirst().joined(separator: "\n")
    for other in [second, second.replacing("robot", with: "double"), second.replacing("2bb80d", with: "aaaaaa")] {
      #expect(throws: DocumentError.self) { try Authority(parsing: Self.file + "\n" + other, file: "callers.yaml") }
    }
  }

  @Test(
    "may be everybody on loopback only",
    arguments: [
      ("127.0.0.1:8080", true), ("127.0.0.1:0", true), ("[::1]:80", true), ("0.0.0.0:80", false), ("localhost:80", false),
      ("127.0.0.1", false), ("127.0.0.1:", false), ("127.0.0.1:65536", false), ("127.0.0.1:-1", false), ("10.0.0.1:80", false),
      ("127.0.0.1.example.test:80", false),
    ])
  func loopback(_ text: String, _ isLoopback: Bool) { #expect((LoopbackAddress(parsing: text) != nil) == isLoopback) }
}
