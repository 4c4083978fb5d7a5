import Images
import Metadata
import Policies
import Server
import Testing

/// Says the same of every image it is asked about.
private struct SameEvidence: RunningEvidence {
  let occurrences: Known<[Occurrence]>

  func evidence(for demands: [PinnedReference: ImageDemand], under rulebook: Rulebook, at now: Int64) async -> Evidence {
    Evidence(subjects: Dictionary(uniqueKeysWithValues: demands.keys.map { ($0, CheckSubject($0, occurrences: occurrences)) }))
  }
}

@Suite("What runs, judged again")
struct RevalidationTests {
  @Test("is a violation by what is recorded, and not by what nobody answered")
  func unanswered() async throws {
    let pods = RunningPods()
    pods.put(try RunningPod.json("web"), generation: 1)
    let bench = try await EvidenceBench()
    let rulebook = try bench.rulebook([ScannedPolicy()])
    let reason = Reason(code: "no-answer", problem: "There was no answer.", remedy: "Ask again.")
    for (occurrences, violating) in [(Known<[Occurrence]>.found([]), 1), (.missing(reason, .answer), 0)] {
      let revalidation = Revalidation(GateSettings(), evidence: SameEvidence(occurrences: occurrences))
      let summary = await revalidation.summary(of: pods, under: rulebook, at: bench.clock.now)
      #expect(summary.shapes == 1 && summary.violating == violating)
    }
  }

  @Test("is a violation where nobody can tell what it runs, and not where nothing is judged")
  func unreadable() async throws {
    let pods = RunningPods()
    pods.put(try RunningPod.json("odd", more: #","initContainers":[{"name":"i","image":7}]"#), generation: 1)
    pods.put(try RunningPod.json("odd", in: "exempt", more: #","initContainers":[{"name":"i","image":7}]"#), generation: 1)
    let bench = try await EvidenceBench()
    var settings = GateSettings()
    settings.exemptNamespaces = ["exempt"]
    let revalidation = Revalidation(settings, evidence: SameEvidence(occurrences: .found([])))
    let summary = await revalidation.summary(of: pods, under: try bench.rulebook([]), at: bench.clock.now)
    #expect(summary.violating == 1)
  }

  @Test("is looked at by an expression as it was when it was made")
  func expressions() async throws {
    let text = """
      defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: no-wide-tolerations}
      spec:
        matchConstraints:
          resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
        validations: [{expression: "object.spec.?tolerations.orValue([]).all(t, has(t.key))"}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: no-wide-tolerations}
      spec: {policyName: no-wide-tolerations, validationActions: [Deny]}
      """
    let rulebook = try Rulebook(policies: [PolicyText(text, file: "policy.yaml")], attestors: nil)
    let revalidation = Revalidation(GateSettings(), evidence: SameEvidence(occurrences: .found([])))
    for (toleration, violating) in [(#"{"key":"a","operator":"Exists"}"#, 0), (#"{"operator":"Exists"}"#, 1)] {
      let pods = RunningPods()
      for name in ["web-1", "web-2"] {
        pods.put(try RunningPod.json(name, more: #","tolerations":[\#(toleration)]"#), generation: 1)
      }
      let summary = await revalidation.summary(of: pods, under: rulebook, at: 1_777_896_000)
      #expect(summary.shapes == 1 && summary.violating == violating)
    }
  }
}
