import Attestations
import Images
import Metadata
import NIOHTTP1
import Policies
import Server
import Signing
import Testing

/// An attestor of a new key, as the API takes it.
struct SampleAttestor {
  let pair: KeyPair
  let body: String

  init(_ note: String = "projects/shop/notes/qa", id: String = "") throws {
    pair = try KeyPair(generating: .ecdsaP256SHA256)
    let pem = pair.publicPEM.replacing("\n", with: "\\n")
    let written = id.isEmpty ? "" : #""id":"\#(id)","#
    body =
      #"{"userOwnedGrafeasNote":{"noteReference":"\#(note)","publicKeys":[{\#(written)"pkixPublicKey":{"publicKeyPem":"\#(pem)","signatureAlgorithm":"ECDSA_P256_SHA256"}}]}}"#
  }
}

@Suite("The policy of a project over the API")
struct PolicyRouteTests {
  static func policy(_ rule: String, _ rest: String = "") -> String {
    #"{"defaultAdmissionRule":{\#(rule),"enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}\#(rest)}"#
  }

  static let deny = policy(#""evaluationMode":"ALWAYS_DENY""#)

  static func requiring(_ attestor: String) -> String {
    policy(#""evaluationMode":"REQUIRE_ATTESTATION","requireAttestationsBy":["\#(attestor)"]"#)
  }

  @Test("lets everything in until one is set, and is replaced as a whole")
  func replaced() async throws {
    try await servingMetadata { address, _ in
      let url = "\(address)/v1/projects/shop/policy"
      let unset = try await send(.GET, url)
      #expect(unset["defaultAdmissionRule.evaluationMode"] == "ALWAYS_ALLOW" && unset["name"] == "projects/shop/policy")
      #expect(unset["updateTime"] == nil)
      let patterns = #","description":"ours","admissionWhitelistPatterns":[{"namePattern":"registry.example.test/infra/*"}]"#
      let first = try await send(.PUT, url, Self.policy(#""evaluationMode":"ALWAYS_DENY""#, patterns))
      #expect(first.status == 200 && first["description"] == "ours" && first["updateTime"] != nil, "\(first.text)")
      #expect(try await send(.GET, url).text == first.text)
      let second = try await send(.PUT, url, Self.deny)
      #expect(second.status == 200 && second["description"] == nil && second["admissionWhitelistPatterns"] == nil)
    }
  }

  @Test("is replaced only by who saw the one before, where they say so")
  func etags() async throws {
    try await servingMetadata { address, _ in
      let url = "\(address)/v1/projects/shop/policy"
      func put(_ etag: String?) async throws -> Answer {
        try await send(.PUT, url, Self.policy(#""evaluationMode":"ALWAYS_DENY""#, #","etag":"\#(etag ?? "")""#))
      }
      let unset = try await send(.GET, url)["etag"]
      let none = try await put("stale")
      #expect(none.status == 409 && none["error.status"] == "ABORTED", "\(none.text)")
      let first = try await put(unset)
      #expect(first.status == 200, "\(first.text)")
      #expect(try await put(unset).status == 409)
      let second = try await put(first["etag"])
      #expect(second.status == 200 && second["etag"] != first["etag"])
      #expect(try await put(first["etag"]).status == 409)
      #expect(try await put(nil).status == 200)
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    let problem: String
    var testDescription: String { name }
  }

  @Test(
    "is not kept when the gate would not read it, and says where and what to do",
    arguments: [
      Refusal(name: "no default rule", body: "{}", problem: "defaultAdmissionRule"),
      Refusal(name: "unknown field", body: #"{"defaultRule":{}}"#, problem: "defaultRule"),
      Refusal(
        name: "no enforcement", body: #"{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW"}}"#, problem: "enforcementMode"),
      Refusal(
        name: "nobody demanded", body: policy(#""evaluationMode":"REQUIRE_ATTESTATION""#), problem: "would demand nothing"),
      Refusal(
        name: "an attestor that is not there", body: requiring("projects/shop/attestors/none"),
        problem: "defaultAdmissionRule.requireAttestationsBy[0]: the attestor projects/shop/attestors/none does not exist"),
      Refusal(
        name: "an attestor without a key", body: requiring("projects/shop/attestors/keyless"), problem: "does not exist"),
      Refusal(name: "no attestor", body: requiring("qa"), problem: "the attestor qa does not exist"),
      Refusal(
        name: "an open pattern",
        body: policy(
          #""evaluationMode":"ALWAYS_DENY""#, #","admissionWhitelistPatterns":[{"namePattern":"gcr*"}]"#),
        problem: "admissionWhitelistPatterns[0].namePattern"),
      Refusal(
        name: "another project", body: policy(#""evaluationMode":"ALWAYS_DENY""#, #","name":"projects/other/policy""#),
        problem: "policy.name"),
    ])
  func refused(_ the: Refusal) async throws {
    try await servingMetadata { address, _ in
      let url = "\(address)/v1/projects/shop/policy"
      let keyless = #"{"userOwnedGrafeasNote":{"noteReference":"projects/shop/notes/qa"}}"#
      let made = try await send(.POST, "\(address)/v1/projects/shop/attestors?attestorId=keyless", keyless)
      #expect(made.status == 200, "\(made.text)")
      let before = try await send(.PUT, url, Self.deny)
      let answer = try await send(.PUT, url, the.body)
      #expect(answer.status == 400 && answer["error.status"] == "INVALID_ARGUMENT", "\(answer.text)")
      #expect(answer["error.message"]?.contains(the.problem) == true, "\(answer.text)")
      #expect(try await send(.GET, url).text == before.text)
    }
  }

  @Test("and its attestors are documents that the gate reads as they are answered")
  func export() async throws {
    try await servingMetadata { address, _ in
      let project = "\(address)/v1/projects/shop"
      let (qa, keyless) = (try SampleAttestor(), #"{"userOwnedGrafeasNote":{"noteReference":"projects/shop/notes/later"}}"#)
      #expect(try await send(.POST, "\(project)/attestors?attestorId=qa", qa.body).status == 200)
      #expect(try await send(.POST, "\(project)/attestors?attestorId=later", keyless).status == 200)
      let set = try await send(.PUT, "\(project)/policy", Self.requiring("projects/shop/attestors/qa"))
      #expect(set.status == 200, "\(set.text)")
      let platform = #"{"gkePolicy":{"checkSets":[{"checks":[{"alwaysDeny":true}]}]},"enforcementMode":"WARN"}"#
      #expect(try await send(.POST, "\(project)/platforms/gke/policies?policyId=a", platform).status == 200)
      let rulebook = try Rulebook(
        policies: [
          PolicyText(try await send(.GET, "\(project)/policy").text, file: "policy.json"),
          PolicyText(try await send(.GET, "\(project)/platforms/gke/policies/a").text, file: "platform.json"),
        ],
        attestors: PolicyText(try await send(.GET, "\(project)/attestors").text, file: "attestors.json"))
      #expect(rulebook.imagePolicies.map(\.name) == ["projects/shop/policy", "projects/shop/platforms/gke/policies/a"])
      #expect(rulebook.attestors.all.map(\.name) == ["projects/shop/attestors/qa"])
      #expect(rulebook.attestors.all[0].keys.map(\.id) == [qa.pair.keyID])
      let page = try await send(.GET, "\(project)/attestors?pageSize=1").text
      #expect(throws: DocumentError.self) {
        try Rulebook(policies: [PolicyText(Self.deny, file: "p")], attestors: PolicyText(page, file: "a"))
      }
    }
  }

  @Test("of the system says honestly that there is none")
  func system() async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/locations/global/policy")
      #expect(answer.status == 200 && answer["name"] == "locations/global/policy", "\(answer.text)")
      #expect(answer["description"]?.contains("lets nothing through") == true && answer["admissionWhitelistPatterns"] == nil)
    }
  }

  @Test("is changed only by who may, and demands only attestors that they may see")
  func rights() async throws {
    let roles: [(String, String)] = [
      ("viewer", "roles/binaryauthorization.policyViewer"), ("editor", "roles/binaryauthorization.policyEditor"),
    ]
    let owner = (token: "owner", caller: Caller(name: "owner", grants: Set(Right.allCases.map { Grant($0, on: nil) })))
    let others = (roles.map(\.0) + ["robot"]).map { (token: $0, caller: Caller(name: $0, grants: [])) }
    // Who may write everything that is recorded decides nothing.
    let recorder = (
      token: "recorder", caller: Caller(name: "recorder", grants: Set(Role.editor.rights.map { Grant($0, on: nil) }))
    )
    let book = LogBook()
    try await servingMetadata(by: Authority(tokens: [owner, recorder] + others), logger: book.logger) { address, _ in
      func call(_ method: HTTPMethod, _ path: String, _ body: String? = nil, by token: String) async throws -> UInt {
        try await send(method, "\(address)/v1/\(path)", body, headers: [("Authorization", "Bearer \(token)")]).status
      }
      let bindings = roles.map { #"{"role":"\#($0.1)","members":["user:\#($0.0)"]}"# }
      let access = #"{"policy":{"bindings":[\#(bindings.joined(separator: ","))]}}"#
      #expect(try await call(.POST, "projects/shop/policy:setIamPolicy", access, by: "owner") == 200)
      #expect(try await call(.GET, "projects/shop/policy", by: "viewer") == 200)
      #expect(try await call(.PUT, "projects/shop/policy", Self.deny, by: "viewer") == 403)
      #expect(try await call(.PUT, "projects/shop/policy", Self.deny, by: "editor") == 200)
      #expect(try await call(.PUT, "projects/other/policy", Self.deny, by: "editor") == 403)
      #expect(try await call(.GET, "projects/shop/policy", by: "robot") == 403)
      #expect(try await call(.PUT, "projects/shop/policy", Self.deny, by: "recorder") == 403)
      #expect(try await call(.GET, "projects/shop/policy:getIamPolicy", by: "editor") == 403)
      #expect(try await call(.GET, "projects/shop/policy:getIamPolicy", by: "owner") == 200)
      let qa = try SampleAttestor()
      #expect(try await call(.POST, "projects/secret/attestors?attestorId=qa", qa.body, by: "editor") == 403)
      #expect(try await call(.POST, "projects/secret/attestors?attestorId=qa", qa.body, by: "owner") == 200)
      for id in ["qa", "none"] {
        let demand = Self.requiring("projects/secret/attestors/\(id)")
        #expect(try await call(.PUT, "projects/shop/policy", demand, by: "editor") == 403)
      }
      #expect(try await call(.PUT, "projects/shop/policy", Self.requiring("projects/secret/attestors/qa"), by: "owner") == 200)
      let asked = #"{"permissions":["binaryauthorization.policy.update","binaryauthorization.policy.get"]}"#
      let held = try await send(
        .POST, "\(address)/v1/projects/shop/policy:testIamPermissions", asked, headers: [("Authorization", "Bearer viewer")])
      #expect(held.text == #"{"permissions":["binaryauthorization.policy.get"]}"#)
    }
    #expect(book.all.contains { $0.contains("right=policy.update") && $0.contains("on=projects/shop/policy") })
  }
}
