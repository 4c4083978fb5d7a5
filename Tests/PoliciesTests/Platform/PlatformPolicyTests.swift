import Images
import Metadata
import Policies
import Testing

@Suite("A platform policy")
struct PlatformPolicyTests {
  private static let deny = #"{"alwaysDeny":true}"#

  private static let scoped = """
    name: projects/shop/platforms/gke/policies/scoped
    description: By scope.
    gkePolicy:
      imageAllowlist:
        allowPattern: [registry.example.test/infra/*]
      checkSets:
        - displayName: robots
          scope: {kubernetesServiceAccount: "prod:robot"}
          checks: [{displayName: ours, trustedDirectoryCheck: {trustedDirPatterns: [registry.example.test/robots]}}]
        - scope: {kubernetesNamespace: prod}
          imageAllowlist:
            allowPattern: [registry.example.test/shop/exempt]
          checks: [{trustedDirectoryCheck: {trustedDirPatterns: [registry.example.test/shop]}}]
        - checks: [{alwaysDeny: true}]
    """

  struct Case: Sendable, CustomTestStringConvertible {
    let image: String
    var namespace = "prod"
    var account = "default"
    let rule: String
    let isAllowed: Bool
    var testDescription: String { "\(image) of \(namespace):\(account)" }
  }

  @Test(
    "evaluates exactly one check set, the most specific",
    arguments: [
      Case(image: "robots/r", account: "robot", rule: "checkSets[0]", isAllowed: true),
      // What its namespace would allow does not count for a service account with a check set of its own.
      Case(image: "shop/web", account: "robot", rule: "checkSets[0]", isAllowed: false),
      Case(image: "shop/web", rule: "checkSets[1]", isAllowed: true),
      Case(image: "robots/r", rule: "checkSets[1]", isAllowed: false),
      Case(image: "shop/exempt", rule: "checkSets[1]", isAllowed: true),
      Case(image: "shop/web", namespace: "dev", rule: "checkSets[2]", isAllowed: false),
      Case(image: "robots/r", namespace: "dev", account: "robot", rule: "checkSets[2]", isAllowed: false),
      Case(image: "infra/agent", namespace: "dev", rule: "checkSets[2]", isAllowed: true),
    ])
  func scopes(_ the: Case) throws {
    let review = try sampleReview(
      "registry.example.test/\(the.image)@sha256:\(String(repeating: "a", count: 64))", namespace: the.namespace,
      account: the.account)
    let decision = try platformRulebook(Self.scoped).decision(on: review, evidence: Evidence(), at: sampleNow)
    #expect(decision.images[0].judgements.map(\.rule) == [the.rule])
    #expect(decision.isAllowed == the.isAllowed, "\(decision.problems)")
  }

  @Test("says which check of which set objects, and what the others rest on")
  func explanation() throws {
    let text = platformPolicy(
      #"{"displayName":"ours","trustedDirectoryCheck":{"trustedDirPatterns":["registry.example.test/shop"]}},{"imageFreshnessCheck":{"maxUploadAgeDays":1}}"#
    )
    let judgement = try platformRulebook(text)
      .decision(on: sampleReview(), evidence: Evidence(), at: sampleNow).images[0].judgements[0]
    #expect(judgement.policy == "projects/shop/platforms/gke/policies/a")
    #expect(judgement.denial?.first.problem == "checkSets[0].checks[1] (imageFreshnessCheck): It was not looked at.")
    #expect(
      judgement.evidence == [
        "checkSets[0].checks[0] (trustedDirectoryCheck \"ours\"): "
          + "registry.example.test/shop/web is in registry.example.test/shop."
      ])
  }

  @Test("asks only for what the checks need that the image is not exempt from")
  func demands() throws {
    let check = #"{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW","maximumUnfixableSeverity":"LOW"}}"#
    let rulebook = try platformRulebook(
      platformPolicy(check, beside: #""imageAllowlist":{"allowPattern":["registry.example.test/infra/*"]},"#))
    #expect(rulebook.demands(of: try sampleReview()).values.map(\.needs) == [[.occurrences]])
    let infra = "registry.example.test/infra/a@sha256:\(String(repeating: "a", count: 64))"
    #expect(rulebook.demands(of: try sampleReview(infra)).isEmpty)
  }

  @Test("only tells where it is told to", arguments: [("DRYRUN_AUDIT_LOG_ONLY", true), ("WARN", true), ("AUDIT", true)])
  func enforcement(_ mode: String, _ isAllowed: Bool) throws {
    let text = platformPolicy(Self.deny).replacing(#""gkePolicy""#, with: #""enforcementMode":"\#(mode)","gkePolicy""#)
    let decision = try platformRulebook(text).decision(on: sampleReview(), evidence: Evidence(), at: sampleNow)
    #expect(decision.isAllowed == isAllowed && decision.mildModes.count == 1)
  }

  @Test("denies an image without digest as soon as a check has to look at it")
  func digest() throws {
    let review = try sampleReview("registry.example.test/shop/web:v1", requiresDigest: false)
    let looking = try platformRulebook(platformPolicy(#"{"imageFreshnessCheck":{"maxUploadAgeDays":1}}"#))
    #expect(looking.decision(on: review, evidence: Evidence(), at: sampleNow).codes == ["digest-missing"])
    let naming = try platformRulebook(
      platformPolicy(#"{"trustedDirectoryCheck":{"trustedDirPatterns":["registry.example.test/shop"]}}"#))
    #expect(naming.decision(on: review, evidence: Evidence(), at: sampleNow).isAllowed)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let problem: String
    var testDescription: String { name }
  }

  static let refusals: [Refusal] = [
    Refusal(name: "no name", text: #"{"gkePolicy":{"checkSets":[]}}"#, problem: "\"name\" is missing"),
    Refusal(
      name: "another platform", text: platformPolicy(deny).replacing("/gke/", with: "/cloudRun/"), problem: "names no platform"),
    Refusal(
      name: "no check sets", text: #"{"name":"projects/shop/platforms/gke/policies/a","gkePolicy":{}}"#,
      problem: "would let everything in"),
    Refusal(name: "no checks", text: platformPolicy(""), problem: "would let everything in"),
    Refusal(
      name: "no catch-all", text: platformPolicy(deny, in: #""scope":{"kubernetesNamespace":"prod"},"#),
      problem: "no check set covers what the others leave out"),
    Refusal(
      name: "a set that is never evaluated",
      text: scoped.replacing("scope: {kubernetesServiceAccount: \"prod:robot\"}", with: "scope: {kubernetesNamespace: prod}"),
      problem: "checkSets[1]: it is never evaluated, because checkSets[0] covers its scope"),
    Refusal(name: "an empty scope", text: platformPolicy(deny, in: #""scope":{},"#), problem: "it names nothing"),
    Refusal(
      name: "two scopes",
      text: platformPolicy(deny, in: #""scope":{"kubernetesNamespace":"a","kubernetesServiceAccount":"a:b"},"#),
      problem: "it names two scopes"),
    Refusal(
      name: "an empty allowlist", text: platformPolicy(deny, in: #""imageAllowlist":{"allowPattern":[]},"#),
      problem: "an empty list names nothing"),
    Refusal(name: "an unknown key", text: platformPolicy(#"{"alwaysDeny":true,"note":"x"}"#), problem: "\"note\" is unknown"),
    Refusal(name: "an empty check", text: platformPolicy("{}"), problem: "it checks nothing"),
    Refusal(
      name: "two checks in one", text: platformPolicy(#"{"alwaysDeny":true,"imageFreshnessCheck":{"maxUploadAgeDays":1}}"#),
      problem: "it is more than one check"),
    Refusal(name: "denying nothing", text: platformPolicy(#"{"alwaysDeny":false}"#), problem: "false denies nothing"),
    Refusal(
      name: "denial beside others", text: platformPolicy(#"{"alwaysDeny":true},{"imageFreshnessCheck":{"maxUploadAgeDays":1}}"#),
      problem: "the other checks decide nothing"),
    Refusal(
      name: "no age", text: platformPolicy(#"{"imageFreshnessCheck":{"maxUploadAgeDays":0}}"#), problem: "not a whole number"),
    Refusal(
      name: "a vulnerability check that never fails",
      text: platformPolicy(
        #"{"vulnerabilityCheck":{"maximumFixableSeverity":"ALLOW_ALL","maximumUnfixableSeverity":"ALLOW_ALL"}}"#),
      problem: "could never fail"),
    Refusal(
      name: "a severity that is not said",
      text: platformPolicy(#"{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW"}}"#), problem: "maximumUnfixableSeverity"),
    Refusal(
      name: "custom constraints",
      text: platformPolicy(
        #"{"slsaCheck":{"rules":[{"trustedBuilder":"GOOGLE_CLOUD_BUILD","customConstraints":"true"}]}}"#),
      problem: "customConstraints are written in CEL"),
    Refusal(name: "no rules", text: platformPolicy(#"{"slsaCheck":{"rules":[]}}"#), problem: "without a rule nothing can pass"),
    Refusal(
      name: "an unknown builder", text: platformPolicy(#"{"slsaCheck":{"rules":[{"trustedBuilder":"JENKINS"}]}}"#),
      problem: "no builder that is known"),
    Refusal(
      name: "a pattern of sources with a scheme",
      text: platformPolicy(
        #"{"slsaCheck":{"rules":[{"trustedBuilder":"GOOGLE_CLOUD_BUILD","trustedSourceRepoPatterns":["https://github.com/a/b"]}]}}"#
      ),
      problem: "names no source repository"),
    Refusal(
      name: "no authenticators",
      text: platformPolicy(
        #"{"simpleSigningAttestationCheck":{"containerAnalysisAttestationProjects":["projects/p"],"attestationAuthenticators":[]}}"#
      ),
      problem: "without an authenticator nothing can pass"),
    Refusal(
      name: "nowhere to look", text: platformPolicy(#"{"simpleSigningAttestationCheck":{"attestationAuthenticators":[]}}"#),
      problem: "does not say where attestations are recorded"),
    Refusal(
      name: "no authorities", text: platformPolicy(#"{"sigstoreSignatureCheck":{"sigstoreAuthorities":[]}}"#),
      problem: "without an authority nothing can pass"),
    Refusal(
      name: "no key",
      text: platformPolicy(
        #"{"sigstoreSignatureCheck":{"sigstoreAuthorities":[{"publicKeySet":{"publicKeys":[{"publicKeyPem":"x"}]}}]}}"#),
      problem: "no public key that cosign signs with"),
  ]

  @Test("is refused where it is wrong, or would mean nothing", arguments: refusals)
  func refuses(_ the: Refusal) {
    let error = #expect(throws: DocumentError.self) { try readPlatformPolicy(the.text) }
    #expect(error?.problem.contains(the.problem) == true, "\(error?.problem ?? "")")
  }

  @Test(
    "takes directories only where the registry is whole",
    arguments: [
      "gcr.i*", "sub*domain.gcr.io/nginx", "*pkg.dev/my-project/my-repo", "**-docker.pkg.dev", "*/a", "*.io/a", "registry/a",
      "gcr.io/a/../b", "gcr.io//a", "",
    ])
  func directories(_ pattern: String) {
    #expect(throws: DocumentError.self) {
      try readPlatformPolicy(platformPolicy(#"{"trustedDirectoryCheck":{"trustedDirPatterns":["\#(pattern)"]}}"#))
    }
  }

  @Test("names where facts about images are looked for")
  func projects() throws {
    let policy = try readPlatformPolicy(
      platformPolicy(
        #"{"vulnerabilityCheck":{"maximumFixableSeverity":"LOW","maximumUnfixableSeverity":"LOW","containerAnalysisVulnerabilityProjects":["projects/scans"]}}"#
      ))
    #expect(Set(policy.projects.map(\.id)) == ["shop", "scans"])
  }
}
