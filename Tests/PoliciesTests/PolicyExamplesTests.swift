import Foundation
import Images
import Policies
import Testing

@Suite("The example policies of hardening and vulnerabilities")
struct PolicyExamplesTests {
  private static let files = ["hardening.yaml", "sandbox.yaml", "vulnerabilities.yaml"]

  private static func text(_ name: String) throws -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return try String(contentsOf: folder.appending(path: "Deploy/policies/\(name)"), encoding: .utf8)
  }

  private static func rulebook(_ files: [String] = files) throws -> Rulebook {
    try Rulebook(policies: files.map { PolicyText(try text($0), file: $0) }, attestors: nil)
  }

  @Test("are sound, alone and together", arguments: files)
  func sound(_ file: String) throws {
    let alone = try Self.rulebook([file])
    #expect(alone.imagePolicies.count + alone.workloadPolicies.count == 1)
    let all = try Self.rulebook()
    #expect(all.workloadPolicies.map(\.name) == ["Hardening shop", "Hardening sandbox"])
    #expect(all.imagePolicies.map(\.name) == ["VulnerabilityPolicy shop"])
  }

  @Test("make of a bare pod one that passes them, and is restricted")
  func bare() throws {
    let rulebook = try Self.rulebook(["hardening.yaml", "sandbox.yaml"])
    let pod = try HardeningSamples.pod("{containers: [{name: web, image: my.regist.ry/shop/web}, {name: b, image: r.test/b}]}")
    let mutation = rulebook.mutation(of: try HardeningSamples.review(pod), evidence: Evidence(), pinning: .off)
    let after = try #require(mutation.review.object)
    #expect(rulebook.decision(on: mutation.review, evidence: Evidence(), at: 0).workload.allSatisfy { $0.verdict == .allowed })
    let spec = try #require(try ReferencePatch.parsed(JSONValue(after).bytes)["spec"] as? [String: Any])
    #expect(RestrictedPod.violations(spec).isEmpty)
    #expect(spec["runtimeClassName"] as? String == "gvisor")
    #expect(spec["automountServiceAccountToken"] as? Bool == false)
  }

  @Test(
    "put pods into the sandbox of their trust",
    arguments: [
      ("customers", "{}", "kata"), ("shop", "{tier: untrusted}", "kata"), ("shop", "{}", "gvisor"), ("monitoring", "{}", nil),
    ]
      as [(String, String, String?)])
  func trust(_ namespace: String, _ labels: String, _ runtimeClass: String?) throws {
    let pod = try HardeningSamples.pod("{containers: [{name: a, image: r.test/a}]}", labels: labels)
    let mutation = try Self.rulebook(["sandbox.yaml"]).mutation(
      of: HardeningSamples.review(pod, namespace: namespace), evidence: Evidence(), pinning: .off)
    #expect(mutation.review.object?["spec"]?["runtimeClassName"]?.string == runtimeClass)
  }
}
