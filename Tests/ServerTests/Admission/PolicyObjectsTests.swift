import Foundation
import Images
import Policies
import Server
import TestSupport
import Testing

@Suite("Policies that are objects of the cluster")
struct PolicyObjectsTests {
  private static let kind = "test/v1/policies"

  private static func policy(_ name: String, pattern: String = "r.test/x") -> String {
    """
    {"name": "projects/\(name)/policy", "globalPolicyEvaluationMode": "DISABLE",
     "admissionWhitelistPatterns": [{"namePattern": "\(pattern)"}],
     "defaultAdmissionRule": {"evaluationMode": "ALWAYS_DENY", "enforcementMode": "ENFORCED_BLOCK_AND_AUDIT_LOG"}}
    """
  }

  private func rules(_ objects: PolicyObjects?) throws -> (RulebookFiles, TemporaryFolder) {
    let folder = try TemporaryFolder()
    try folder.write(["policy.yaml": Array(Self.policy("files").utf8), "attestors.yaml": Array("[]".utf8)])
    return (
      RulebookFiles(
        policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"), objects: objects), folder
    )
  }

  @Test("are no rules before all of them are known")
  func unknown() throws {
    let objects = PolicyObjects(kinds: [Self.kind])
    let (rules, folder) = try rules(objects)
    #expect(try rules.reload() == false)
    #expect(rules.rulebook == nil && rules.fault == nil)
    objects.complete(Self.kind, generation: 1)
    #expect(try rules.reload() == true)
    #expect(rules.rulebook?.imagePolicies.map(\.name) == ["projects/files/policy"])
    withExtendedLifetime(folder) {}
  }

  @Test("count beside the files, and only what somebody wrote makes other rules")
  func beside() throws {
    let objects = PolicyObjects(kinds: [Self.kind])
    let (rules, folder) = try rules(objects)
    objects.complete(Self.kind, generation: 1)
    objects.put(try Self.plain("a"), of: Self.kind, generation: 1)
    let texts = try #require(objects.texts)
    #expect(texts.map(\.file) == ["T shop/a"])
    objects.put(try Self.plain("a", version: "2"), of: Self.kind, generation: 1)
    #expect(objects.texts == texts)
    objects.complete(Self.kind, generation: 2)
    #expect(objects.texts == [])
    _ = try rules.reload()
    withExtendedLifetime(folder) {}
  }

  private static func plain(_ name: String, version: String = "1") throws -> JSONNode {
    let text =
      #"{"apiVersion":"t/v1","kind":"T","metadata":{"name":"\#(name)","namespace":"shop","resourceVersion":"\#(version)"},"spec":{"a":"\u003c"},"status":{"v":\#(version)}}"#
    return try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  @Test("with a fault shut their own namespace and are told of, and stop nobody else's rules", arguments: [0, 300_000])
  func faults(_ padding: Int) throws {
    let objects = PolicyObjects(kinds: [Self.kind])
    let (rules, folder) = try rules(objects)
    // It asks nobody, so it would let everything in; and one that is larger than is held.
    let broken = """
      {"apiVersion":"kritis.grafeas.io/v1beta1","kind":"GenericAttestationPolicy","metadata":{"name":"broken",\
      "namespace":"shop"},"spec":{"attestationAuthorityNames":["\(String(repeating: "a", count: padding))"]}}
      """
    objects.put(
      try JSONDocument(parsing: Array(broken.utf8), atMost: 1 << 20).root, of: Self.kind, generation: 1)
    objects.complete(Self.kind, generation: 1)
    #expect(try rules.reload() == true)
    #expect(rules.rulebook?.imagePolicies.map(\.scope) == [.everywhere, .namespaces(["shop"])])
    #expect(rules.fault == nil)
    #expect(rules.faultsOfObjects.count == 1 && rules.faultsOfObjects[0].contains("shop/broken"))
    // The files are another matter.
    try folder.write(["policy.yaml": Array("nonsense".utf8)])
    #expect(throws: DocumentError.self) { try rules.reload() }
    #expect(rules.fault != nil && rules.rulebook != nil)
  }
}
