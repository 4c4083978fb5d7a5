import Foundation
import Images
import Policies
import Testing

@Suite("The example of a deployment")
struct DeployTests {
  private static func text(_ name: String) throws -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return try String(contentsOf: folder.appending(path: "Deploy/gate/\(name)"), encoding: .utf8)
  }

  @Test("has rules that are sound")
  func rules() throws {
    let rulebook = try Rulebook(
      policy: Self.text("policy.yaml"), file: "policy.yaml", attestors: Self.text("attestors.yaml"), file: "attestors.yaml")
    #expect(rulebook.policy.attestorNames == ["projects/shop/attestors/built", "projects/shop/attestors/audited"])
  }

  @Test("has manifests whose images can be told", arguments: [("webhooks.yaml", 0), ("deployment.yaml", 1)])
  func manifests(_ name: String, _ images: Int) throws {
    let documents = try DocumentNode.documents(in: Self.text(name), file: name, atMost: 1 << 20)
    let workloads = try documents.map { try Workload($0.json().root) }
    #expect(workloads.map(\.images.count).reduce(0, +) == images)
  }
}
