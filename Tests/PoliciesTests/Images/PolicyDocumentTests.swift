import Images
import Policies
import Testing

@Suite("A policy document")
struct PolicyDocumentTests {
  private static let attestors: Set = ["projects/p/attestors/qa", "projects/p/attestors/security"]

  private static func read(_ text: String, attestors: Set<String>? = attestors) throws -> Policy {
    try Policy(DocumentNode(parsing: text, file: "policy.yaml"), attestors: attestors)
  }

  @Test("is read as gcloud exports it")
  func export() throws {
    let policy = try Self.read(
      """
      admissionWhitelistPatterns:
      - namePattern: gcr.io/google_containers/*
      - namePattern: gke.gcr.io/**
      clusterAdmissionRules:
        europe-west1-b.prod:
          enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
          evaluationMode: REQUIRE_ATTESTATION
          requireAttestationsBy:
          - projects/p/attestors/qa
          - projects/p/attestors/security
      defaultAdmissionRule:
        enforcementMode: DRYRUN_AUDIT_LOG_ONLY
        evaluationMode: ALWAYS_DENY
      etag: '"abc="'
      globalPolicyEvaluationMode: ENABLE
      name: projects/p/policy
      updateTime: '2026-05-04T12:00:00.123Z'
      """)
    let rule = try #require(AdmissionRule.requiring(["projects/p/attestors/qa", "projects/p/attestors/security"]))
    #expect(policy.name == "projects/p/policy")
    #expect(policy.allowlist.map(\.description) == ["gcr.io/google_containers/*", "gke.gcr.io/**"])
    #expect(policy.scoped == .clusters(["europe-west1-b.prod": rule]))
    #expect(policy.defaultRule == .denying(enforcement: .dryRun))
    #expect(policy.attestorNames == Self.attestors)
  }

  @Test(
    "is read as JSON too, however it is indented",
    arguments: [
      #"{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}}"#,
      "{\n\t\"name\": \"projects\\/p\\/policy\",\n\t\"defaultAdmissionRule\": {\n\t\t\"evaluationMode\": \"ALWAYS_ALLOW\",\n\t\t\"enforcementMode\": \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n\t}\n}\n",
    ])
  func json(_ text: String) throws { #expect(try Self.read(text).defaultRule == .allowing()) }

  @Test("takes fewer attestors than it lists, when it says so")
  func atLeast() throws {
    let policy = try Self.read(
      """
      defaultAdmissionRule:
        evaluationMode: REQUIRE_ATTESTATION
        enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
        requireAttestationsBy: [projects/p/attestors/qa, projects/p/attestors/security]
        requireAttestationsAtLeast: 1
      """)
    #expect(
      policy.defaultRule == AdmissionRule.requiring(["projects/p/attestors/qa", "projects/p/attestors/security"], atLeast: 1))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let problem: String
    var testDescription: String { name }
  }

  private static let allow = "{evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}"

  @Test(
    "is refused where it is wrong",
    arguments: [
      Refusal(name: "no default rule", text: "name: projects/p/policy", problem: "defaultAdmissionRule"),
      Refusal(
        name: "unknown key", text: "defaultAdmisionRule: \(allow)", problem: "policy.yaml:1:22: defaultAdmisionRule: the key"),
      Refusal(
        name: "unknown key in a rule",
        text:
          "defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, attestors: [a]}",
        problem: "\"attestors\" is unknown"),
      Refusal(name: "no enforcement", text: "defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW}", problem: "enforcementMode"),
      Refusal(
        name: "unspecified mode",
        text:
          "defaultAdmissionRule: {evaluationMode: EVALUATION_MODE_UNSPECIFIED, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}",
        problem: "not one of the choices"),
      Refusal(
        name: "attestors missing",
        text: "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}",
        problem: "would demand nothing"),
      Refusal(
        name: "attestors empty",
        text:
          "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: []}",
        problem: "would demand nothing"),
      Refusal(
        name: "attestors where none are asked",
        text:
          "defaultAdmissionRule: {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: [projects/p/attestors/qa]}",
        problem: "takes no attestors"),
      Refusal(
        name: "unknown attestor",
        text:
          "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: [projects/p/attestors/nobody]}",
        problem: "requireAttestationsBy[0]: the attestor projects/p/attestors/nobody does not exist"),
      Refusal(
        name: "attestor twice",
        text:
          "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: [projects/p/attestors/qa, projects/p/attestors/qa]}",
        problem: "stands twice"),
      Refusal(
        name: "threshold of zero",
        text:
          "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: [projects/p/attestors/qa], requireAttestationsAtLeast: 0}",
        problem: "not a whole number from 1 to 1"),
      Refusal(
        name: "two sorts of scoped rules",
        text:
          "defaultAdmissionRule: \(allow)\nclusterAdmissionRules: {a.b: \(allow)}\nkubernetesNamespaceAdmissionRules: {prod: \(allow)}",
        problem: "this is the second"),
      Refusal(
        name: "service account without namespace",
        text: "defaultAdmissionRule: \(allow)\nkubernetesServiceAccountAdmissionRules: {deployer: \(allow)}",
        problem: "not a key of kubernetesServiceAccountAdmissionRules"),
      Refusal(
        name: "cluster without location", text: "defaultAdmissionRule: \(allow)\nclusterAdmissionRules: {prod: \(allow)}",
        problem: "not a key of clusterAdmissionRules"),
      Refusal(
        name: "pattern without registry",
        text: "defaultAdmissionRule: \(allow)\nadmissionWhitelistPatterns: [{namePattern: 'gcr*'}]",
        problem: "admissionWhitelistPatterns[0].namePattern"),
      Refusal(
        name: "duplicate key", text: "defaultAdmissionRule: \(allow)\ndefaultAdmissionRule: \(allow)", problem: "stands twice"),
      Refusal(name: "a list", text: "- a", problem: "mapping"),
    ])
  func refuses(_ the: Refusal) {
    let error = #expect(throws: DocumentError.self) { try Self.read(the.text) }
    #expect(error?.problem.contains(the.problem) == true, "\(error?.problem ?? "")")
  }

  @Test("may name attestors that are not at hand, when they are not asked for")
  func unknownAttestors() throws {
    let text =
      "defaultAdmissionRule: {evaluationMode: REQUIRE_ATTESTATION, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, requireAttestationsBy: [projects/p/attestors/x]}"
    #expect(try Self.read(text, attestors: nil).attestorNames == ["projects/p/attestors/x"])
  }
}
