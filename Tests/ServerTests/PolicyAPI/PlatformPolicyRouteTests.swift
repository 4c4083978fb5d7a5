import Contracts
import Images
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import SwiftProtobuf
import Testing

@Suite("Platform policies over the API")
struct PlatformPolicyRouteTests {
  private static let digest = String(repeating: "a", count: 64)
  private static let vulnerabilities =
    #"{"gkePolicy":{"imageAllowlist":{"allowPattern":["registry.example.test/infra/*"]},"checkSets":[{"displayName":"prod","scope":{"kubernetesNamespace":"prod"},"checks":[{"displayName":"cves","vulnerabilityCheck":{"maximumFixableSeverity":"LOW","maximumUnfixableSeverity":"LOW"}}]},{"checks":[{"alwaysDeny":true}]}]}}"#

  private static func pod(_ image: String, namespace: String) -> String {
    #"{"resource":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"\#(namespace)"},"spec":{"template":{"spec":{"containers":[{"name":"web","image":"\#(image)"}]}}}}}"#
  }

  @Test("are made, read, listed, replaced and deleted, each in the state that is meant")
  func life() async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/platforms/gke/policies"
      let made = try await send(.POST, "\(all)?policyId=a", Self.vulnerabilities)
      #expect(made.status == 200 && made["name"] == "projects/shop/platforms/gke/policies/a", "\(made.text)")
      #expect(made["updateTime"]?.hasSuffix("Z") == true && made["gkePolicy.imageAllowlist"] != nil)
      #expect(try await send(.POST, "\(all)?policyId=a", Self.vulnerabilities).status == 409)
      #expect(try await send(.GET, "\(all)/a").text == made.text)
      #expect(try await send(.GET, all).text == "{\"platformPolicies\":[\(made.text)]}")
      // What was read can be sent back.
      let replaced = try await send(.PUT, "\(all)/a", made.text)
      #expect(replaced.status == 200 && replaced["etag"] != made["etag"], "\(replaced.text)")
      #expect(try await send(.PUT, "\(all)/a", made.text).status == 409)
      #expect(try await send(.PUT, "\(all)/none", Self.vulnerabilities).status == 404)
      #expect(try await send(.DELETE, "\(all)/a?etag=\(made["etag"] ?? "")").status == 409)
      #expect(try await send(.DELETE, "\(all)/a?etag=\(replaced["etag"] ?? "")").status == 200)
      #expect(try await send(.GET, "\(all)/a").status == 404)
    }
  }

  @Test(
    "are not kept when the gate would not read them",
    arguments: [
      ("[]", "no object"), ("{}", "gkePolicy"), (#"{"gkePolicy":{"checkSets":[]}}"#, "would let everything in"),
      (#"{"name":"projects/x/platforms/gke/policies/a"}"#, "name is not"),
      (#"{"gkePolicy":{"checkSets":[{"checks":[{"alwaysDeny":true,"x":1}]}]}}"#, "gkePolicy.checkSets[0].checks[0].x"),
    ])
  func refused(_ body: String, _ problem: String) async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/platforms/gke/policies"
      let answer = try await send(.POST, "\(all)?policyId=a", body)
      #expect(answer.status == 400 && answer["error.message"]?.contains(problem) == true, "\(answer.text)")
      #expect(try await send(.GET, all).text == #"{"platformPolicies":[]}"#)
    }
  }

  @Test("are of Kubernetes only")
  func platforms() async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/projects/shop/platforms/cloudRun/policies")
      #expect(answer.status == 404, "\(answer.text)")
    }
  }

  @Test("judge a workload by what is recorded of its images, check by check")
  func evaluation() async throws {
    try await servingMetadata { address, store in
      let policy = "\(address)/v1/projects/shop/platforms/gke/policies/a"
      let made = try await send(.POST, "\(address)/v1/projects/shop/platforms/gke/policies?policyId=a", Self.vulnerabilities)
      #expect(made.status == 200, "\(made.text)")
      let image = "registry.example.test/shop/web@sha256:\(Self.digest)"
      func evaluate(_ image: String, _ namespace: String = "prod") async throws -> Answer {
        try await send(.POST, "\(policy):evaluate", Self.pod(image, namespace: namespace))
      }
      let unscanned = try await evaluate(image)
      #expect(unscanned["verdict"] == "ERROR" && unscanned.text.contains("No scan of the image is recorded"), "\(unscanned.text)")
      let project = try ProjectName(id: "shop")
      let notes = try await store.create(
        ["scan": .with { $0.discovery.analysisKind = .vulnerability }], in: project)
      try await store.create(
        [
          .with {
            $0.resourceUri = "https://\(image)"
            $0.noteName = notes[0].name
            $0.discovery.analysisStatus = .finishedSuccess
          }
        ], in: project)
      let clean = try await evaluate(image)
      #expect(clean["verdict"] == "CONFORMANT", "\(clean.text)")
      for part in [
        #""kubernetesNamespace":"prod""#, #""podName":"web""#, #""type":"VulnerabilityCheck""#, #""displayName":"cves""#,
        #""imageUri":"\#(image)""#, #""evaluationResult":{"verdict":"CONFORMANT"}"#,
      ] { #expect(clean.text.contains(part), "\(clean.text) lacks \(part)") }
      let elsewhere = try await evaluate(image, "dev")
      #expect(elsewhere["verdict"] == "NON_CONFORMANT" && elsewhere.text.contains(#""index":1"#), "\(elsewhere.text)")
      let exempt = try await evaluate("registry.example.test/infra/agent@sha256:\(Self.digest)", "dev")
      #expect(
        exempt["verdict"] == "CONFORMANT"
          && exempt.text.contains(#""allowlistResult":{"matchedPattern":"registry.example.test/infra/*"}"#), "\(exempt.text)")
      let tagged = try await evaluate("registry.example.test/shop/web:v1")
      #expect(tagged["verdict"] == "NON_CONFORMANT" && tagged.text.contains("no digest"), "\(tagged.text)")
      #expect(try await evaluate("???")["verdict"] == "ERROR")
    }
  }

  @Test(
    "judge nothing that has no pod",
    arguments: [
      "{}", #"{"resource":{}}"#, #"{"resource":{"apiVersion":"v1","kind":"Service"}}"#,
      #"{"resource":{"apiVersion":"v1","kind":"Pod","spec":{}}}"#, #"{"resource":{},"x":1}"#,
    ])
  func unfit(_ body: String) async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/platforms/gke/policies"
      #expect(try await send(.POST, "\(all)?policyId=a", Self.vulnerabilities).status == 200)
      let answer = try await send(.POST, "\(all)/a:evaluate", body)
      #expect(answer.status == 400, "\(answer.text)")
      #expect(try await send(.POST, "\(all)/none:evaluate", body).status == 404)
    }
  }

  @Test("tell what is recorded in a project only to who may list it")
  func crossTenant() async throws {
    let rights: [Right] = [.createPlatformPolicies, .evaluatePlatformPolicies, .listOccurrences]
    let own = AccessResource.project(try ProjectName(id: "shop"))
    let caller = Caller(name: "shop", grants: Set(rights.map { Grant($0, on: own) }))
    try await servingMetadata(by: Authority(tokens: [("shop", caller)])) { address, _ in
      let headers = [("Authorization", "Bearer shop")]
      let all = "\(address)/v1/projects/shop/platforms/gke/policies"
      let foreign = Self.vulnerabilities.replacing(
        #""maximumFixableSeverity""#,
        with: #""containerAnalysisVulnerabilityProjects":["projects/secret"],"maximumFixableSeverity""#)
      for (id, body, status) in [("own", Self.vulnerabilities, UInt(200)), ("foreign", foreign, 403)] {
        #expect(try await send(.POST, "\(all)?policyId=\(id)", body, headers: headers).status == 200)
        let pod = Self.pod("registry.example.test/shop/web@sha256:\(Self.digest)", namespace: "prod")
        let answer = try await send(.POST, "\(all)/\(id):evaluate", pod, headers: headers)
        #expect(answer.status == status, "\(answer.text)")
      }
    }
  }
}
