import Images
import Policies
import Testing

@Suite("The system policy")
struct SystemPolicyTests {
  private static let system = """
    name: locations/global/policy
    admissionWhitelistPatterns: [{namePattern: registry.example.test/system/*}]
    """

  private static func project(_ mode: String) -> String {
    """
    name: projects/shop/policy
    globalPolicyEvaluationMode: \(mode)
    admissionWhitelistPatterns: [{namePattern: registry.example.test/infra/*}]
    defaultAdmissionRule: {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
    """
  }

  @Test(
    "lets its images through before anything else, where the project's policy asks for it",
    arguments: [
      ("ENABLE", "system/dns", "locations/global/policy admissionWhitelistPatterns[0]", true),
      ("ENABLE", "infra/agent", "admissionWhitelistPatterns[0]", true),
      ("ENABLE", "shop/web", "defaultAdmissionRule", false), ("DISABLE", "system/dns", "defaultAdmissionRule", false),
      ("GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED", "system/dns", "defaultAdmissionRule", false),
    ])
  func order(_ mode: String, _ image: String, _ rule: String, _ isAllowed: Bool) throws {
    let review = try sampleReview("registry.example.test/\(image)@sha256:\(String(repeating: "a", count: 64))")
    // In whatever order the documents stand.
    for texts in [[Self.system, Self.project(mode)], [Self.project(mode), Self.system]] {
      let rulebook = try Rulebook(policies: texts.map { PolicyText($0, file: "policy.yaml") }, attestors: nil)
      let decision = rulebook.decision(on: review, evidence: Evidence(), at: sampleNow)
      #expect(decision.images[0].judgements.map(\.rule) == [rule] && decision.isAllowed == isAllowed)
    }
  }

  @Test("is empty where nobody gives one")
  func absent() throws {
    let rulebook = try Rulebook(policies: [PolicyText(Self.project("ENABLE"), file: "policy.yaml")], attestors: nil)
    let review = try sampleReview("registry.example.test/system/dns@sha256:\(String(repeating: "a", count: 64))")
    #expect(!rulebook.decision(on: review, evidence: Evidence(), at: sampleNow).isAllowed)
    #expect((rulebook.imagePolicies.first as? Policy)?.systemPolicy == .empty)
  }

  @Test(
    "is refused where it names no image, has rules, or is the second",
    arguments: [
      ("name: locations/global/policy", "it names no image"),
      (
        "\(system)\ndefaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}",
        "only names images"
      ),
      ("\(system)\n---\n\(system)", "second system policy"), ("\(system)\nclusterAdmissionRules: {}", "is unknown"),
    ])
  func refused(_ text: String, _ problem: String) {
    let error = #expect(throws: DocumentError.self) {
      try Rulebook(
        policies: [PolicyText("\(text)\n---\n\(Self.project("ENABLE"))", file: "policy.yaml")], attestors: nil)
    }
    #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
  }
}
