import Policies
import Server
import Testing

@Suite("The gate, of what a workload may do")
struct PodSecurityGateTests {
  private static let documents = """
    apiVersion: pratique.dev/v1
    kind: PodSecurity
    metadata: {name: all}
    spec: {standard: baseline}
    """
  private static let configuration = """
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    """

  private static func deployment(_ more: String, labels: String = "{}", replicas: Int = 1) -> String {
    #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":\#(replicas),"template":"#
      + #"{"metadata":{"labels":\#(labels)},"spec":{"containers":[{"name":"c","image":"\#(Review.web)"}]\#(more)}}}}"#
  }

  private static func checkpoint(_ text: String) throws -> Checkpoint {
    let rulebook = try Rulebook(policies: [PolicyText(text, file: "policy.yaml")], attestors: nil)
    return try Checkpoint(workloads: rulebook.workloadPolicies)
  }

  @Test("judges a template that changes though its images do not")
  func template() async throws {
    let checkpoint = try Self.checkpoint(Self.documents)
    func update(_ more: String, from old: String = "", replicas: Int = 1) async throws -> AdmissionAnswer {
      try await checkpoint.answer(
        Review.of(
          Self.deployment(more, replicas: replicas), old: Self.deployment(old), operation: "UPDATE",
          kind: ("apps", "v1", "Deployment")))
    }
    #expect(try await update(#","hostNetwork":true"#).codes == ["pod-security"])
    #expect(try await update(#","hostUsers":false"#).isAllowed)
    // What was let in before the rule can still be scaled; its images are not asked for again.
    #expect(try await update(#","hostNetwork":true"#, from: #","hostNetwork":true"#, replicas: 2).codes == ["unchanged"])
  }

  private static let replicas = """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: few}
    spec:
      matchConstraints:
        resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [things]}]
      validations: [{expression: "object.spec.replicas <= 5", message: There are too many.}]
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: few}
    spec: {policyName: few, validationActions: [Deny]}
    """

  @Test("asks those that look beyond the pod about changes that leave it as it is, and neither pins nor hardens there")
  func beyondPods() async throws {
    let checkpoint = try Self.checkpoint(Self.replicas)
    try await checkpoint.signed.sign(Review.web)
    func scaling(to replicas: Int) -> String {
      Review.of(
        Self.deployment("", replicas: replicas), old: Self.deployment("", replicas: 3), operation: "UPDATE",
        kind: ("apps", "v1", "Deployment"))
    }
    for mayPatch in [false, true] {
      #expect(try await checkpoint.answer(scaling(to: 900), mayPatch: mayPatch).codes == ["expression-invalid"])
      let fit = try await checkpoint.answer(scaling(to: 5), mayPatch: mayPatch)
      #expect(fit.isAllowed && fit.patch == nil)
    }
    #expect(try await Self.checkpoint(Self.documents).answer(scaling(to: 900)).codes == ["unchanged"])
  }

  private static let labelled = """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: owned}
    spec:
      matchConstraints:
        resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [things]}]
      validations: [{expression: "has(object.metadata.labels)", message: It has no owner.}]
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: owned}
    spec: {policyName: owned, validationActions: [Deny]}
    """

  @Test("judges what runs nothing where a policy looks at it, and else lets it be")
  func withoutImages() async throws {
    func map(_ labels: String, old: String? = nil) -> String {
      func object(_ labels: String) -> String { #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"\#(labels)}}"# }
      let kind = ("", "v1", "ConfigMap")
      guard let old else { return Review.of(object(labels), kind: kind) }
      return Review.of(object(labels), old: object(old), operation: "UPDATE", kind: kind)
    }
    let labels = #","labels":{"owner":"shop"}"#
    let checkpoint = try Self.checkpoint(Self.labelled)
    for mayPatch in [false, true] {
      #expect(try await !checkpoint.answer(map(""), mayPatch: mayPatch).isAllowed)
      #expect(try await checkpoint.answer(map(labels), mayPatch: mayPatch).isAllowed)
    }
    #expect(try await !checkpoint.answer(map("", old: labels)).isAllowed)
    let elsewhere = try Self.checkpoint(Self.labelled.replacing("[things]", with: "[secrets]"))
    #expect(try await elsewhere.answer(map("")).basis == nil)
    #expect(try await elsewhere.answer(map("")).isAllowed)
    #expect(try await Self.checkpoint(Self.documents).answer(map("")).basis == nil, "it has no pod")
    #expect(try await Checkpoint(hasPolicy: false).answer(map("")).isAllowed)
    let workloads = try Rulebook(policies: [PolicyText(Self.labelled, file: "policy.yaml")], attestors: nil).workloadPolicies
    let broken = try Checkpoint(hasPolicy: false, workloads: workloads)
    #expect(try await broken.answer(map(labels)).codes == ["no-policy"], "the last good rules looked at it")
  }

  @Test("judges containers that are added to a running pod")
  func ephemeral() async throws {
    let checkpoint = try Self.checkpoint(Self.documents)
    try await checkpoint.signed.sign(Review.web)
    func adding(_ context: String) async throws -> AdmissionAnswer {
      let debug = #","ephemeralContainers":[{"name":"d","image":"\#(Review.web)","securityContext":\#(context)}]"#
      return try await checkpoint.answer(
        Review.of(
          Review.pod(Review.web, more: debug), old: Review.pod(Review.web), operation: "UPDATE",
          subResource: "ephemeralcontainers"))
    }
    #expect(try await adding("{}").isAllowed)
    #expect(try await adding(#"{"privileged":true}"#).codes == ["pod-security"])
  }

  @Test("refuses a namespace with labels that cannot be read, and none for want of a policy")
  func namespaces() async throws {
    func review(_ level: String) -> String {
      Review.of(
        #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n","labels":{"pod-security.kubernetes.io/warn":"\#(level)"}}}"#,
        kind: ("", "v1", "Namespace"), namespace: "n")
    }
    let checkpoint = try Self.checkpoint(Self.configuration)
    #expect(try await checkpoint.answer(review("strict")).codes == ["pod-security-labels"])
    #expect(try await checkpoint.answer(review("baseline")).isAllowed)
    #expect(try await Checkpoint(hasPolicy: false).answer(review("strict")).isAllowed)
  }
}
