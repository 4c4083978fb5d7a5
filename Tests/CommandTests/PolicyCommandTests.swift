import Foundation
import TestSupport
import Testing

@Suite("A policy from the command line")
struct PolicyCommandTests {
  static let policy = """
    admissionWhitelistPatterns:
      - namePattern: registry.example.test/infra/*
    defaultAdmissionRule:
      evaluationMode: ALWAYS_DENY
      enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
    """
  static let digest = String(repeating: "ab", count: 32)

  func pod(_ image: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: prod}
    spec:
      containers:
        - {name: web, image: "\(image)"}
    """
  }

  @Test("is sound, or is refused with its line")
  func check() async throws {
    let pratique = try Pratique()
    try pratique.folder.write([
      "good.yaml": Array(Self.policy.utf8), "bad.yaml": Array((Self.policy + "\nnonsense: 1\n").utf8),
    ])
    let good = try await pratique.run("policy", "check", "good.yaml")
    #expect(good.code == 0, "\(good.errors)")
    let bad = try await pratique.run("policy", "check", "bad.yaml")
    #expect(bad.code == 1)
    #expect(bad.errors.contains("bad.yaml:6"))
    #expect(bad.errors.contains("nonsense"))
  }

  @Test("judges manifests as the gate would")
  func test() async throws {
    let pratique = try Pratique()
    try pratique.folder.write([
      "policy.yaml": Array(Self.policy.utf8),
      "agent.yaml": Array(pod("registry.example.test/infra/agent@sha256:\(Self.digest)").utf8),
      "web.yaml": Array(pod("registry.example.test/prod/web@sha256:\(Self.digest)").utf8),
    ])
    let allowed = try await pratique.run("policy", "test", "--policy", "policy.yaml", "agent.yaml")
    #expect(allowed.code == 0, "\(allowed.output)\(allowed.errors)")
    let denied = try await pratique.run("policy", "test", "--policy", "policy.yaml", "agent.yaml", "web.yaml")
    #expect(denied.code == 1)
    #expect(denied.output.contains("denied web.yaml: Pod web"))
  }
}

@Suite("The gate's configuration")
struct GateConfigurationTests {
  @Test("of the examples has only settings that the gate knows")
  func example() async throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Deploy/gate/gate.yaml")
    let started = try await Pratique().run(program: "pratique-admission", ["--config", file.path])
    #expect(started.code == 2, "this machine is no pod")
    #expect(started.errors.contains("KUBERNETES_SERVICE_HOST"))
    #expect(!started.errors.contains("unknown"))
  }

  @Test("is explained setting by setting")
  func explained() async throws {
    let printed = try await Pratique().run(program: "pratique-admission", ["--print-config"])
    #expect(printed.code == 0)
    #expect(printed.output.contains("requireDigest"))
  }
}
