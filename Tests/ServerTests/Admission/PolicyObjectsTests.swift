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

  private func rules(
    _ objects: PolicyObjects?, whileBroken: GateSettings.BrokenPolicy = .lastGood
  ) throws -> (RulebookFiles, TemporaryFolder) {
    let folder = try TemporaryFolder()
    try folder.write(["policy.yaml": Array(Self.policy("files").utf8), "attestors.yaml": Array("[]".utf8)])
    return (
      RulebookFiles(
        policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"), objects: objects,
        whileBroken: whileBroken), folder
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
    let all = try #require(objects.all)
    #expect(all.map(\.text.file) == ["T shop/a"] && all.map(\.namespace) == ["shop"])
    objects.put(try Self.plain("a", version: "2"), of: Self.kind, generation: 1)
    #expect(objects.all == all)
    objects.complete(Self.kind, generation: 2)
    #expect(objects.all == [])
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
    #expect(Self.namespaces(rules) == ["everywhere", "shop"])
    #expect(rules.fault == nil)
    #expect(rules.faultsOfObjects.count == 1 && rules.faultsOfObjects[0].cause.problem.contains("shop/broken"))
    // The files are another matter.
    try folder.write(["policy.yaml": Array("nonsense".utf8)])
    #expect(throws: DocumentError.self) { try rules.reload() }
    #expect(rules.fault != nil && rules.rulebook != nil)
  }

  private static let kritis = "kritis.grafeas.io/v1beta1/imagesecuritypolicies"

  private static func security(
    _ name: String, in namespace: String, _ spec: String = "{}", type: Bool = true
  ) throws -> JSONNode {
    let kind = type ? #""apiVersion":"kritis.grafeas.io/v1beta1","kind":"ImageSecurityPolicy","# : ""
    let text = #"{\#(kind)"metadata":{"name":"\#(name)","namespace":"\#(namespace)"},"spec":\#(spec)}"#
    return try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  /// Where each policy applies.
  private static func namespaces(_ rules: RulebookFiles) -> [String] {
    (rules.rulebook?.imagePolicies ?? []).map { policy in
      if case .namespaces(let names) = policy.scope { names.sorted().joined(separator: ",") } else { "everywhere" }
    }.sorted()
  }

  private static let broken = #"{"imageAlowlist":[]}"#

  @Test("hold on as they last were good, or close their namespace where broken policies are to deny")
  func lastGood() throws {
    for (whileBroken, isCovered) in [(GateSettings.BrokenPolicy.lastGood, true), (.deny, false)] {
      let objects = PolicyObjects(kinds: [Self.kritis])
      let (rules, folder) = try rules(objects, whileBroken: whileBroken)
      objects.put(try Self.security("a", in: "shop"), of: Self.kritis, generation: 1)
      objects.complete(Self.kritis, generation: 1)
      #expect(try rules.reload() && rules.faultsOfObjects.isEmpty)
      let before = rules.rulebook?.digest
      for edit in [Self.broken, #"{"imageAllowlist":7}"#] {
        objects.put(try Self.security("a", in: "shop", edit), of: Self.kritis, generation: 1)
        #expect(try rules.reload() && rules.faultsOfObjects.map(\.isCovered) == [isCovered])
        #expect((rules.inForce?.digest == before) == isCovered)
      }
      #expect(try rules.reload() == false)
      // What is deleted has no last good state, whatever comes back under its name.
      objects.remove(try Self.security("a", in: "shop"), of: Self.kritis)
      #expect(try rules.reload() && rules.faultsOfObjects.isEmpty)
      objects.put(try Self.security("a", in: "shop", Self.broken), of: Self.kritis, generation: 1)
      #expect(try rules.reload() && rules.faultsOfObjects.map(\.isCovered) == [false])
      withExtendedLifetime(folder) {}
    }
  }

  @Test("are closed after a restart, where nobody knows what they were")
  func restart() throws {
    let objects = PolicyObjects(kinds: [Self.kritis])
    let (rules, folder) = try rules(objects)
    objects.put(try Self.security("a", in: "shop", Self.broken), of: Self.kritis, generation: 1)
    objects.complete(Self.kritis, generation: 1)
    #expect(try rules.reload())
    #expect(Self.namespaces(rules) == ["everywhere", "shop"])
    withExtendedLifetime(folder) {}
  }

  @Test("are known for what they are by their list")
  func typed() throws {
    let objects = PolicyObjects(kinds: [Self.kritis])
    objects.put(
      try Self.security("a", in: "shop", type: false), as: ("kritis.grafeas.io/v1beta1", "ImageSecurityPolicy"),
      of: Self.kritis, generation: 1)
    objects.put(try Self.security("b", in: "shop", type: false), of: Self.kritis, generation: 1)
    objects.complete(Self.kritis, generation: 1)
    let all = try #require(objects.all)
    #expect(all.map { $0.fault == nil } == [true, false])
    #expect(all[0].text.text.contains("ImageSecurityPolicy"))
  }

  @Test("past the bound close their namespaces, are counted, and are asked for once there is room", arguments: [false, true])
  func bound(_ byBytes: Bool) throws {
    var limits = PolicyObjects.Limits()
    let weight = try #require(PolicyText(object: Self.security("a", in: "one"))).text.utf8.count
    if byBytes { limits.bytes = 2 * weight } else { limits.objects = 2 }
    let objects = PolicyObjects(kinds: [Self.kritis], limits: limits)
    let (rules, folder) = try rules(objects)
    for (name, namespace) in [("a", "one"), ("b", "two"), ("c", "two"), ("d", "six")] {
      objects.put(try Self.security(name, in: namespace), of: Self.kritis, generation: 1)
    }
    objects.complete(Self.kritis, generation: 1)
    #expect(try rules.reload())
    #expect(objects.excess == 2 && !objects.isWanting(Self.kritis))
    #expect(Self.namespaces(rules) == ["everywhere", "one", "six", "two", "two"])
    #expect(rules.faultsOfObjects.map(\.isCovered) == [false, false])
    #expect(rules.faultsOfObjects.allSatisfy { $0.cause.problem.contains("which are not held") })
    // One that is known is told of again all the same.
    objects.put(try Self.security("a", in: "one"), of: Self.kritis, generation: 1)
    #expect(objects.excess == 2)
    objects.remove(try Self.security("a", in: "one"), of: Self.kritis)
    #expect(objects.isWanting(Self.kritis))
    objects.put(try Self.security("d", in: "six"), of: Self.kritis, generation: 2)
    objects.put(try Self.security("b", in: "two"), of: Self.kritis, generation: 2)
    objects.complete(Self.kritis, generation: 2)
    #expect(objects.excess == 0 && !objects.isWanting(Self.kritis))
    #expect(try rules.reload() && rules.faultsOfObjects.isEmpty)
    withExtendedLifetime(folder) {}
  }

  @Test("so many that not even their names are held close everything", arguments: [false, true])
  func beyond(_ isTruncated: Bool) throws {
    var limits = PolicyObjects.Limits()
    (limits.objects, limits.names) = (1, 1)
    let objects = PolicyObjects(kinds: [Self.kritis], limits: limits)
    let (rules, folder) = try rules(objects)
    for name in isTruncated ? ["a"] : ["a", "b", "c"] {
      objects.put(try Self.security(name, in: name), of: Self.kritis, generation: 1)
    }
    objects.complete(Self.kritis, generation: 1, isTruncated: isTruncated)
    #expect(try rules.reload())
    #expect(Self.namespaces(rules).count { $0 == "everywhere" } == 2)
    objects.put(try Self.security("a", in: "a"), of: Self.kritis, generation: 2)
    objects.complete(Self.kritis, generation: 2)
    #expect(try rules.reload() && rules.faultsOfObjects.isEmpty && objects.excess == 0)
    withExtendedLifetime(folder) {}
  }

  @Test("of a kind that the cluster does not know let nothing in, until it knows it")
  func absent() throws {
    let objects = PolicyObjects(kinds: [Self.kritis])
    let (rules, folder) = try rules(objects)
    objects.absent(Self.kritis, generation: 2)
    #expect(try rules.reload())
    #expect(Self.namespaces(rules) == ["everywhere", "everywhere"])
    #expect(rules.faultsOfObjects.map { $0.cause.problem } == ["\(Self.kritis): there is no such kind in the cluster."])
    objects.put(try Self.security("a", in: "shop"), of: Self.kritis, generation: 3)
    objects.complete(Self.kritis, generation: 3)
    #expect(try rules.reload() && rules.faultsOfObjects.isEmpty)
    withExtendedLifetime(folder) {}
  }
}
