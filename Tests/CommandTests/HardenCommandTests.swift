import Foundation
import TestSupport
import Testing

@Suite("Hardening from the command line")
struct HardenCommandTests {
  static let policy = """
    apiVersion: pratique.dev/v1
    kind: Hardening
    metadata: {name: shop}
    spec: {bits: {allowPrivilegeEscalation: set, runAsNonRoot: set}}
    """

  static func deployment(_ more: String = "") -> String {
    """
    # A comment is not kept.
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - {name: web, image: "r.test/web:1"\(more)}
    """
  }

  private func run(_ manifest: String, _ arguments: String...) async throws -> Pratique.Outcome {
    let pratique = try Pratique()
    try pratique.folder.write(["policy.yaml": Array(Self.policy.utf8), "web.yaml": Array(manifest.utf8)])
    return try await pratique.run(program: "pratique", ["harden", "--policy", "policy.yaml"] + arguments + ["web.yaml"])
  }

  @Test("prints the manifest with what was missing, templates too")
  func yaml() async throws {
    let outcome = try await run(Self.deployment() + "\n---\napiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
              - name: web
                image: r.test/web:1
                securityContext:
                  allowPrivilegeEscalation: false
              securityContext:
                runAsNonRoot: true
        ---
        apiVersion: v1
        kind: ConfigMap
        data:
          a: b

        """)
    #expect(outcome.errors.contains("not known who"))
  }

  @Test("prints the lines that change, or the patch")
  func forms() async throws {
    let diff = try await run(Self.deployment(), "--diff")
    #expect(
      diff.output.contains("\n+          allowPrivilegeEscalation: false\n")
        || diff.output.contains("\n+              allowPrivilegeEscalation: false\n"), "\(diff.output)")
    #expect(diff.output.contains("\n   name: web\n") && !diff.output.contains("\n-"))
    let json = try await run(Self.deployment(), "--output", "json")
    let all = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect((all.first?["patch"] as? [Any])?.count == 4)
  }

  @Test("says 1 and why when something is refused, and 2 when there is nothing to harden by")
  func codes() async throws {
    let refused = try await run(Self.deployment(", securityContext: {privileged: true}"))
    #expect(refused.code == 1)
    #expect(refused.errors.contains("it is privileged") && refused.errors.contains("[hardening-would-break]"))
    let pratique = try Pratique()
    try pratique.folder.write(["policy.yaml": Array(PolicyCommandTests.policy.utf8), "web.yaml": Array(Self.deployment().utf8)])
    let lawless = try await pratique.run("harden", "--policy", "policy.yaml", "web.yaml")
    #expect(lawless.code == 2 && lawless.errors.contains("holds no Hardening"))
  }
}

@Suite("The setting pinning")
struct PinningSettingTests {
  private func complaint(_ more: String) async throws -> String {
    let pratique = try Pratique()
    let settings = """
      tls: {certificate: c, key: k}
      policy: p
      attestors: a
      metadata: {store: s}
      \(more)
      """
    try pratique.folder.write(["gate.yaml": Array(settings.utf8)])
    let outcome = try await pratique.run(program: "pratique-admission", ["--config", "gate.yaml"])
    #expect(outcome.code == 2)
    return outcome.errors
  }

  @Test("is one of three, and does not contradict tags")
  func values() async throws {
    #expect(try await complaint("pinning: deployments").contains("neither pods, all nor off"))
    #expect(try await complaint("pinning: pods\ntags: refuse").contains("says something else"))
    #expect(try await complaint("pinning: off\ntags: resolve").contains("says something else"))
    for sound in ["pinning: pods", "pinning: all\ntags: resolve", "pinning: off"] {
      #expect(try await !complaint(sound).contains("pinning"))
    }
  }
}
