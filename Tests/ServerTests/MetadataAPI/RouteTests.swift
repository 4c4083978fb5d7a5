import Contracts
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import Testing

@Suite("Routes of the metadata API")
struct RouteTests {
  struct Call: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let method: HTTPMethod
    let path: String
    let body: String?
    let rights: [String]

    init(_ method: HTTPMethod, _ path: String, _ body: String? = nil, needs rights: String...) {
      testDescription = "\(method) \(path)"
      (self.method, self.path, self.body, self.rights) = (method, path, body, rights)
    }
  }

  static let image = "https://registry.example.test/shop/web@sha256:" + String(repeating: "ab", count: 32)

  /// Every method but the lists of grafeas.v1, which have tests of their own; each right is needed.
  static let calls = [
    Call(.PATCH, "projects/p/notes/n", "{}", needs: "projects/p/notes/n:notes.update"),
    Call(.DELETE, "projects/p/notes/n", needs: "projects/p/notes/n:notes.delete"),
    Call(.PATCH, "projects/p/occurrences/o", "{}", needs: "projects/p:occurrences.update"),
    Call(.DELETE, "projects/p/occurrences/o", needs: "projects/p:occurrences.delete"),
    Call(.GET, "projects/p/occurrences:vulnerabilitySummary", needs: "projects/p:occurrences.list"),
    Call(.POST, "projects/p/notes/n:setIamPolicy", "{}", needs: "projects/p/notes/n:notes.setIamPolicy"),
    Call(.POST, "projects/p/notes/n:getIamPolicy", "{}", needs: "projects/p/notes/n:notes.getIamPolicy"),
    Call(.POST, "projects/p/occurrences/o:setIamPolicy", "{}", needs: "projects/p:occurrences.setIamPolicy"),
    Call(.POST, "projects/p/occurrences/o:getIamPolicy", "{}", needs: "projects/p:occurrences.getIamPolicy"),
    Call(.POST, "projects/p:setIamPolicy", "{}", needs: "projects/p:projects.setIamPolicy"),
    Call(.POST, "projects/p:getIamPolicy", "{}", needs: "projects/p:projects.getIamPolicy"),
    Call(
      .POST, "projects/p/resources/\(image):exportSBOM", "{}", needs: "projects/p:occurrences.list",
      "projects/p:occurrences.create", "projects/p:notes.create"),
    Call(.GET, "projects/p/documents/sha256:" + String(repeating: "a", count: 64), needs: "projects/p:occurrences.list"),
    Call(.POST, "projects", #"{"name":"projects/p"}"#, needs: "projects/p:projects.create"),
    Call(.GET, "projects/p", needs: "projects/p:projects.get"),
    Call(.DELETE, "projects/p", needs: "projects/p:projects.delete"),
    Call(.GET, "projects", needs: "projects/*:projects.list"),
    Call(.GET, "projects/p/affectedImages?cve=CVE-1", needs: "projects/p:occurrences.list"),
    Call(.GET, "projects/-/affectedImages?cve=CVE-1", needs: "projects/*:occurrences.list"),
    Call(.GET, "projects/p/changes", needs: "projects/p:occurrences.list", "projects/p:notes.list"),
    Call(.GET, "projects/-/changes", needs: "projects/*:occurrences.list", "projects/*:notes.list"),
  ]

  /// Every method of binaryauthorization.v1 but the system policy, which needs no right.
  static let policyCalls = [
    Call(.GET, "projects/p/policy", needs: "projects/p:policy.get"),
    Call(.PUT, "projects/p/policy", "{}", needs: "projects/p:policy.update"),
    Call(.GET, "projects/p/policy:getIamPolicy", needs: "projects/p:policy.getIamPolicy"),
    Call(.POST, "projects/p/policy:setIamPolicy", "{}", needs: "projects/p:policy.setIamPolicy"),
    Call(.POST, "projects/p/attestors?attestorId=a", "{}", needs: "projects/p:attestors.create"),
    Call(.GET, "projects/p/attestors", needs: "projects/p:attestors.list"),
    Call(.GET, "projects/p/attestors/a", needs: "projects/p:attestors.get"),
    Call(.PUT, "projects/p/attestors/a", "{}", needs: "projects/p:attestors.update"),
    Call(.DELETE, "projects/p/attestors/a", needs: "projects/p:attestors.delete"),
    Call(.GET, "projects/p/attestors/a:getIamPolicy", needs: "projects/p:attestors.getIamPolicy"),
    Call(.POST, "projects/p/attestors/a:setIamPolicy", "{}", needs: "projects/p:attestors.setIamPolicy"),
    Call(
      .POST, "projects/p/attestors/a:validateAttestationOccurrence", "{}", needs: "projects/p:attestors.verifyImageAttested"),
    Call(.POST, "projects/p/platforms/gke/policies?policyId=a", "{}", needs: "projects/p:platformPolicies.create"),
    Call(.GET, "projects/p/platforms/gke/policies", needs: "projects/p:platformPolicies.list"),
    Call(.GET, "projects/p/platforms/gke/policies/a", needs: "projects/p:platformPolicies.get"),
    Call(.PUT, "projects/p/platforms/gke/policies/a", "{}", needs: "projects/p:platformPolicies.replace"),
    Call(.DELETE, "projects/p/platforms/gke/policies/a", needs: "projects/p:platformPolicies.delete"),
    Call(.POST, "projects/p/platforms/gke/policies/a:evaluate", "{}", needs: "projects/p:platformPolicies.evaluatePolicy"),
  ]

  @Test("need each of their rights, on what they are about", arguments: calls + policyCalls)
  func rights(_ the: Call) async throws {
    let grants = the.rights.compactMap { Grant(parsing: $0) }
    #expect(grants.count == the.rights.count)
    let callers = grants.indices.map { left in
      // All rights elsewhere, and here all but one.
      let others = Right.allCases.filter { right in !grants.contains { $0.right == right } }.map { Grant($0, on: nil) }
      let elsewhere = Right.allCases.map { Grant($0, on: try? ProjectName(id: "q")) }
      let rest = grants.indices.filter { $0 != left }.map { grants[$0] }
      return (token: "without-\(left)", caller: Caller(name: "without-\(left)", grants: Set(others + elsewhere + rest)))
    }
    let with = (token: "with", caller: Caller(name: "with", grants: Set(grants)))
    try await servingMetadata(by: Authority(tokens: callers + [with])) { address, _ in
      func call(_ token: String) async throws -> Answer {
        try await send(
          the.method, "\(address)/v1/\(the.path)", the.body,
          headers: [("Authorization", "Bearer \(token)"), ("Accept", "application/json")])
      }
      for (index, grant) in grants.enumerated() {
        let refused = try await call("without-\(index)")
        #expect(refused.status == 403 && refused["error.message"]?.contains(grant.right.rawValue) == true, "\(refused.text)")
      }
      let allowed = try await call("with")
      #expect(![401, 403].contains(allowed.status) && !allowed.text.contains("no method for"), "\(allowed.text)")
    }
  }

  @Test("need the right on the note too, for what is changed or deleted")
  func attachToChange() async throws {
    let grants: Set<Grant> = [Grant(.updateOccurrences, on: nil), Grant(.deleteOccurrences, on: nil)]
    let robot = (token: "robot", caller: Caller(name: "robot", grants: grants))
    try await servingMetadata(by: Authority(tokens: [robot])) { address, store in
      let name = try await attested(store)
      for (method, body) in [(HTTPMethod.PATCH, "{}"), (.DELETE, nil)] as [(HTTPMethod, String?)] {
        let answer = try await send(method, "\(address)/v1/\(name)", body, headers: [("Authorization", "Bearer robot")])
        #expect(answer.status == 403 && answer["error.message"]?.contains("notes.attachOccurrence") == true, "\(answer.text)")
      }
      #expect(try await store.occurrence(OccurrenceName(parsing: name)).name == name)
    }
  }

  @Test(
    "are understood with a location too, and answer without it",
    arguments: [
      (HTTPMethod.GET, "notes/n", nil), (.GET, "notes", nil), (.GET, "notes/n/occurrences", nil), (.GET, "occurrences", nil),
      (.GET, "occurrences:vulnerabilitySummary", nil), (.POST, "notes/n:getIamPolicy", "{}"), (.GET, "changes", nil),
      (.GET, "affectedImages?cve=CVE-1", nil), (.DELETE, "notes/n", nil),
      (.POST, "notes?noteId=m", #"{"build":{"builderVersion":"1"}}"#),
    ] as [(HTTPMethod, String, String?)])
  func locations(_ method: HTTPMethod, _ path: String, _ body: String?) async throws {
    try await servingMetadata { address, store in
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/p/notes/n"))
      let answer = try await send(
        method, "\(address)/v1/projects/p/locations/europe-west3/\(path)", body, headers: [("Accept", "application/json")])
      #expect(answer.status == 200 && !answer.text.contains("locations"), "\(answer.text)")
    }
  }

  @Test("take names with a location in bodies")
  func locationsInBodies() async throws {
    try await servingMetadata { address, store in
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/attestors/notes/qa"))
      let body = AuthorityTests.occurrence.replacing("attestors/notes", with: "attestors/locations/global/notes")
      let answer = try await send(.POST, "\(address)/v1/projects/p/locations/global/occurrences", body)
      #expect(answer.status == 200 && answer["noteName"] == "projects/attestors/notes/qa", "\(answer.text)")
      let batch = #"{"parent":"projects/p/locations/global","occurrences":[\#(body)]}"#
      let many = try await send(.POST, "\(address)/v1/projects/p/occurrences:batchCreate", batch)
      #expect(many.status == 200 && many.text.components("projects/attestors/notes/qa") == 1, "\(many.text)")
    }
  }

  @Test(
    "are not what they look like when names are hostile",
    arguments: [
      ("projects/p%2Fnotes/n", 404), ("projects/p/notes%2Fn", 404), ("projects//notes", 404), ("projects/p/notes/", 404),
      ("projects/p/notes/..%2F..%2Fq", 400), ("projects/p/notes/%00", 400), ("projects/%2F/notes", 400),
      ("projects/-/notes", 400), ("projects/-/notes/n", 400), ("projects/p/locations//notes", 404),
      ("projects/p/locations/l/locations/l/notes", 404), ("projects/p/documents/..%2Fx", 400),
      ("projects/p/documents/sha256:zz", 400), ("projects/p/resources", 404), ("PROJECTS/p/notes", 404),
    ])
  func hostile(_ path: String, _ status: UInt) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/\(path)")
      #expect(answer.status == status && answer["error.code"] == "\(status)", "\(answer.text)")
    }
  }

  @Test("refuse parameters that the method does not have", arguments: ["notes/n?filter=x", "notes?noteId=x", "changes?cve=x"])
  func parameters(_ path: String) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/projects/p/\(path)", headers: [("Accept", "application/json")])
      #expect(answer.status == 400 && answer["error.message"]?.contains("is unknown") == true, "\(answer.text)")
    }
  }

  @Test("give enums as numbers to who asks so, and take both")
  func numbers() async throws {
    try await servingMetadata { address, _ in
      let url = "\(address)/v1/projects/p/notes"
      let body = #"{"kind":2,"build":{"builderVersion":"1"}}"#
      let made = try await send(.POST, "\(url)?noteId=n&%24alt=json%3Benum-encoding%3Dint", body)
      #expect(made["kind"] == "2", "\(made.text)")
      let read = try await send(.GET, "\(url)/n?$alt=json")
      #expect(read["kind"] == "BUILD", "\(read.text)")
    }
  }
}

/// Records one attestation and gives its name.
func attested(_ store: SQLiteStore) async throws -> String {
  let note = try NoteName(parsing: "projects/attestors/notes/qa")
  try await store.create(Facts.attestationNote, named: note)
  return try await store.create([Facts.attestation(of: note.description)], in: ProjectName(id: "p"))[0].name
}
