import Images
import Logging
import Policies
import Server
import Testing

@Suite("The gate and the labels of a namespace")
struct NamespaceChangeTests {
  private static let policy = """
    defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
    ---
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults: {warn: restricted, audit: baseline}
    """

  private static func gate(_ pods: RunningPods?) throws -> Gate {
    let rulebook = try Rulebook(policies: [PolicyText(policy, file: "policy.yaml")], attestors: nil)
    var surroundings = Gate.Surroundings(
      rulebook: { rulebook }, attestations: try SignedImages(), now: { 1_777_896_000 },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    surroundings.runningPods = pods
    surroundings.namespaceLabels = { _ in [:] }
    var settings = GateSettings()
    settings.deadline = .seconds(120)
    return Gate(settings: settings, surroundings: surroundings)
  }

  private static func answer(_ gate: Gate, _ review: String) async throws -> AdmissionAnswer {
    let document = try JSONDocument(parsing: Array(review.utf8), atMost: AdmissionRequest.limitBytes)
    return await gate.answer(to: try AdmissionRequest(document.root), mayPatch: false)
  }

  private static func namespace(_ level: String) -> String {
    #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"pod-security.kubernetes.io/enforce":"\#(level)"}}}"#
  }

  private static func change(to level: String) -> String {
    Review.of(
      namespace(level), old: namespace("privileged"), operation: "UPDATE", kind: ("", "v1", "Namespace"), namespace: "shop")
  }

  @Test("warn about what runs and breaks what is enforced from now on")
  func existing() async throws {
    let pods = RunningPods()
    for name in ["web-2", "web-1", "web-3"] {
      pods.put(try RunningPod.json(name, more: #","hostNetwork":true"#), generation: 1)
    }
    pods.put(try RunningPod.json("calm"), generation: 1)
    pods.put(try RunningPod.json("elsewhere", in: "shopping", more: #","hostNetwork":true"#), generation: 1)
    let gate = try Self.gate(pods)
    let answer = try await Self.answer(gate, Self.change(to: "baseline"))
    #expect(answer.isAllowed)
    #expect(
      answer.warnings == [
        #"existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest""#,
        "web-1 (and 2 other pods): host namespaces",
      ])
    #expect(try await Self.answer(gate, Self.change(to: "privileged")).warnings.isEmpty)
    #expect(try await Self.answer(Self.gate(nil), Self.change(to: "baseline")).warnings.isEmpty)
    #expect(pods.alike(in: "shop", atMost: 1).alike.map(\.name) == ["calm"])
    #expect(pods.alike(in: "shop", atMost: 1).total == 4)
  }

  @Test("are told in full, and what is only recorded goes to the audit log of the API server")
  func told() async throws {
    let answer = try await Self.answer(Self.gate(nil), Review.of(Review.pod(Review.web, more: #","hostPID":true"#)))
    #expect(answer.isAllowed)
    let sent = try JSONDocument(parsing: answer.review(uid: "u-1"), atMost: 1 << 20).root["response"]
    let warning = sent?["warnings"]?.elements.first?.string ?? ""
    #expect(warning.hasPrefix(#"would violate PodSecurity "restricted:latest": host namespaces (hostPID=true), allowPrivilege"#))
    #expect(warning.utf8.count > 256 && warning.hasSuffix("[pod-security]"))
    let audited = sent?["auditAnnotations"]?["audit-violations"]?.string ?? ""
    #expect(audited.hasPrefix(#"would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)"#))
  }

  @Test("are cut where they are a flood")
  func flood() throws {
    let long = String(repeating: "a", count: 900)
    func lengths(_ count: Int) throws -> [Int] {
      let answer = AdmissionAnswer(.allowed, warnings: Array(repeating: long, count: count))
      let sent = try JSONDocument(parsing: answer.review(uid: "u"), atMost: 1 << 20).root
      return (sent["response"]?["warnings"]?.elements ?? []).map { $0.string?.utf8.count ?? 0 }
    }
    #expect(try lengths(4) == [900, 900, 900, 900])
    #expect(try lengths(20) == Array(repeating: 256, count: 10))
  }
}
