import Foundation
import TestSupport
import Testing

@Suite("Policies of Binary Authorization from the command line")
struct BinaryAuthorizationCommandTests {
  private static let project = """
    name: projects/shop/policy
    globalPolicyEvaluationMode: ENABLE
    defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
    """
  private static let system = """
    name: locations/global/policy
    admissionWhitelistPatterns: [{namePattern: registry.example.test/system/*}]
    """
  private static let platform = """
    name: projects/shop/platforms/gke/policies/prod
    gkePolicy:
      checkSets:
        - scope: {kubernetesNamespace: prod}
          checks:
            - trustedDirectoryCheck: {trustedDirPatterns: [registry.example.test/shop]}
            - vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: HIGH}
        - checks: [{alwaysDeny: true}]
    """

  @Test("are told in a few words, with what lets through what the operator names")
  func check() async throws {
    let pratique = try Pratique()
    let all = [Self.project, Self.platform]
    try pratique.folder.write([
      "alone.yaml": Array(all.joined(separator: "\n---\n").utf8),
      "whole.yaml": Array((all + [Self.system]).joined(separator: "\n---\n").utf8),
    ])
    let alone = try await pratique.run("policy", "check", "alone.yaml")
    #expect(alone.code == 0, "\(alone.errors)")
    #expect(alone.output.contains("globalPolicyEvaluationMode: ENABLE lets nothing through, for no system policy is given"))
    #expect(
      alone.output.contains(
        "kubernetesNamespace prod demands trustedDirectoryCheck, vulnerabilityCheck, unscoped demands alwaysDeny"))
    let whole = try await pratique.run("policy", "check", "whole.yaml")
    #expect(whole.code == 0 && whole.output.contains("1 patterns of locations/global/policy"), "\(whole)")
  }

  @Test("judge manifests by what the store has on record, and deny what nobody scanned")
  func test() async throws {
    let pratique = try Pratique()
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: prod}
      spec: {containers: [{name: web, image: "registry.example.test/shop/web@sha256:\(String(repeating: "ab", count: 32))"}]}
      """
    try pratique.folder.write(["platform.yaml": Array(Self.platform.utf8), "pod.yaml": Array(pod.utf8)])
    let denied = try await pratique.run("policy", "test", "--policy", "platform.yaml", "pod.yaml")
    #expect(denied.code == 1, "\(denied.errors)")
    #expect(denied.output.contains("checkSets[0].checks[1] (vulnerabilityCheck): No scan of the image is recorded."))
    #expect(!denied.output.contains("trustedDirectoryCheck"))
  }
}
