import Foundation
import Images
import Policies
import Testing

@Suite("A hardened object")
struct HardenedPodTests {
  private typealias Samples = HardeningSamples

  private static func mutation(_ rulebook: Rulebook, _ review: WorkloadReview, _ pinning: Pinning = .off) -> Mutation {
    rulebook.mutation(of: review, evidence: Evidence(), pinning: pinning)
  }

  /// A specification that a seed chooses: what is there, absent, odd or contrary.
  private static func spec(_ seed: UInt64) -> String {
    var dice = Dice(seed)
    func one(_ choices: String...) -> String { choices.randomElement(using: &dice) ?? "" }
    func context(_ isPod: Bool) -> String {
      var fields = [
        one("", "", "runAsNonRoot: true", "runAsNonRoot: false"), one("", "", "runAsUser: 1000", "runAsUser: 0"),
        one(
          "", "", "seccompProfile: {type: RuntimeDefault}", "seccompProfile: {type: Unconfined}",
          "seccompProfile: {type: Localhost}",
          "seccompProfile: {type: Localhost, localhostProfile: a}"),
        one("", "", "appArmorProfile: {type: RuntimeDefault}", "appArmorProfile: {type: Unconfined}"),
      ]
      if !isPod {
        fields += [
          one("", "", "allowPrivilegeEscalation: true", "allowPrivilegeEscalation: false"),
          one("", "", "", "privileged: true", "privileged: false"),
          one("", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
          one(
            "", "", "capabilities: {}", "capabilities: null", "capabilities: {add: [NET_BIND_SERVICE]}",
            "capabilities: {add: [SYS_ADMIN]}",
            "capabilities: {drop: [ALL]}", "capabilities: {drop: [NET_RAW]}"),
        ]
      }
      return one("", "securityContext: null", "SET", "SET", "SET").replacing(
        "SET", with: "securityContext: {\(fields.filter { !$0.isEmpty }.joined(separator: ", "))}")
    }
    func container(_ name: String) -> String {
      "{" + ["name: \(name)", "image: r.test/\(name)", context(false)].filter { !$0.isEmpty }.joined(separator: ", ") + "}"
    }
    let parts = [
      "containers: [\(container("a")), \(container("b"))]", one("", "initContainers: [\(container("i"))]"), context(true),
      one("", "", "automountServiceAccountToken: true", "automountServiceAccountToken: false"), one("", "hostUsers: false"),
      one(
        "",
        "volumes: [{name: kube-api-access-abcde, projected: {sources: [{serviceAccountToken: {path: token}}]}}, {name: v, emptyDir: {}}]"
      ),
    ]
    return "{" + parts.filter { !$0.isEmpty }.joined(separator: ", ") + "}"
  }

  @Test("is restricted where all is required and nothing refused, passes its own rules, and is hardened but once")
  func restricted() throws {
    let rulebook = try Samples.rulebook(Samples.document(Samples.every.replacing("MODE", with: "require")))
    var sound = 0
    for seed in UInt64(0)..<1_500 {
      let object = try Samples.pod(Self.spec(seed))
      let mutation = Self.mutation(rulebook, try Samples.review(object))
      let after = try #require(mutation.review.object)
      let isAllowed = rulebook.decision(on: mutation.review, evidence: Evidence(), at: 0).workload.allSatisfy { $0.denial == nil }
      let parsed = try ReferencePatch.parsed(JSONValue(after).bytes)
      let violations = RestrictedPod.violations(try #require(parsed["spec"] as? [String: Any]))
      if isAllowed {
        sound += 1
        #expect(violations.isEmpty, "seed \(seed): \(violations)")
      }
      // What was refused is refused for what is left, and never because hardening was half done.
      let again = Self.mutation(rulebook, try Samples.review(after))
      #expect(again.patch.isEmpty, "seed \(seed): \(String(decoding: again.patch.bytes ?? [], as: UTF8.self))")
      if let bytes = mutation.patch.bytes {
        #expect(
          try ReferencePatch.apply(bytes, to: JSONValue(object).bytes) == ReferencePatch.canonical(JSONValue(after).bytes),
          "seed \(seed)")
      }
    }
    #expect(sound > 50)
  }

  @Test("differs from what was written only inside the pod, by what is stronger")
  func bounds() throws {
    let rulebook = try Samples.rulebook(Samples.document(Samples.every.replacing("MODE", with: "set")))
    let strong: Set<String> = [
      "false", "true", "{}", #"["ALL"]"#, #"{"type":"RuntimeDefault"}"#,
    ]
    for seed in UInt64(0)..<500 {
      let object = try Samples.pod(Self.spec(seed))
      for operation in Self.mutation(rulebook, try Samples.review(object)).patch.operations {
        switch operation {
        case .add(let path, let value):
          #expect(path.steps.first == "spec" && path.steps.count > 1)
          #expect(strong.contains(String(decoding: value.bytes, as: UTF8.self)))
        case .replace(let path, _):
          // Only a null is ever written over.
          #expect(object[path]?.isNull == true, "\(path)")
        case .remove(let path): #expect(path.steps.contains("volumes") || path.steps.contains("volumeMounts"))
        }
      }
    }
  }

  @Test("keeps every explicit value under set")
  func explicit() throws {
    let rulebook = try Samples.rulebook(Samples.document(Samples.every.replacing("MODE", with: "set")))
    for seed in UInt64(0)..<300 {
      let object = try Samples.pod(Self.spec(seed))
      let after = try #require(Self.mutation(rulebook, try Samples.review(object)).review.object)
      for key in ["securityContext", "automountServiceAccountToken", "hostUsers"] {
        try keeps(object["spec"]?[key], after["spec"]?[key])
      }
      for index in 0..<2 {
        try keeps(
          object[JSONPointer(["spec", "containers", "\(index)"])], after[JSONPointer(["spec", "containers", "\(index)"])])
      }
    }
  }

  private func keeps(_ before: JSONNode?, _ after: JSONNode?) throws {
    guard let before, !before.isNull else { return }
    let after = try #require(after)
    if before.isObject {
      for (key, value) in before.members where !(value.isObject && value.members.isEmpty) { try keeps(value, after[key]) }
    } else {
      #expect(HardeningSamples.text(before) == HardeningSamples.text(after))
    }
  }

  @Test("is judged once more: what is required must be there, what is only set is told of")
  func judged() throws {
    let rulebook = try Samples.rulebook(
      Samples.document("allowPrivilegeEscalation: require\nreadOnlyRootFilesystem: set"))
    let bare = try Samples.review(Samples.pod("{containers: [{name: a, image: r.test/a}]}"))
    let judgements = rulebook.decision(on: bare, evidence: Evidence(), at: 0).workload
    #expect(judgements.flatMap { $0.denial?.all.map(\.code) ?? [] } == ["not-hardened"])
    #expect(judgements.contains { if case .wouldBeDenied(_, .warn) = $0.verdict { true } else { false } })
    let strict = try Samples.rulebook(
      Samples.document("readOnlyRootFilesystem: set", more: "  whenUnset: block"))
    #expect(strict.decision(on: bare, evidence: Evidence(), at: 0).codes.contains("not-hardened"))
    let after = Self.mutation(rulebook, bare).review
    #expect(rulebook.decision(on: after, evidence: Evidence(), at: 0).workload.allSatisfy { $0.verdict == .allowed })
  }

  private static let template =
    "{template: {spec: {containers: [{name: a, image: r.test/a, securityContext: {privileged: true}}]}}}"

  @Test("is a pod unless other kinds are named; a template is told early what its pods will meet")
  func kinds() throws {
    let deployment = try Samples.object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: \(Self.template)}")
    let review = try Samples.review(deployment, resource: "deployments")
    let pods = try Samples.rulebook(Samples.document("allowPrivilegeEscalation: set\nrunAsNonRoot: set"))
    #expect(Self.mutation(pods, review).patch.isEmpty)
    let workload = pods.decision(on: review, evidence: Evidence(), at: 0).workload
    #expect(workload.allSatisfy { $0.denial == nil } && workload.contains { $0.verdict != .allowed })
    let templates = try Samples.rulebook(
      Samples.document("allowPrivilegeEscalation: set\nrunAsNonRoot: set", more: "  match: {kinds: [Deployment]}"))
    let patched = Self.mutation(templates, review)
    #expect(
      String(decoding: patched.patch.bytes ?? [], as: UTF8.self)
        == #"[{"op":"add","path":"/spec/template/spec/securityContext","value":{}},{"op":"add","path":"/spec/template/spec/securityContext/runAsNonRoot","value":true}]"#
    )
    #expect(templates.decision(on: patched.review, evidence: Evidence(), at: 0).codes.contains("hardening-would-break"))
  }

  @Test("is changed while it is made, and a running pod only by what joins it")
  func updates() throws {
    let rulebook = try Samples.rulebook(Samples.document(Samples.every.replacing("MODE", with: "set")))
    let old = try Samples.pod("{containers: [{name: a, image: r.test/a}], ephemeralContainers: [{name: x, image: r.test/x}]}")
    let new = try Samples.pod(
      "{containers: [{name: a, image: r.test/b}], ephemeralContainers: [{name: x, image: r.test/x}, {name: y, image: r.test/y}]}")
    #expect(Self.mutation(rulebook, try Samples.review(new, old: old)).patch.isEmpty)
    let joining = Self.mutation(rulebook, try Samples.review(new, old: old, resource: "pods/ephemeralcontainers"))
    #expect(!joining.patch.isEmpty)
    for operation in joining.patch.operations {
      guard case .add(let path, _) = operation else { continue }
      #expect(path.description.hasPrefix("/spec/ephemeralContainers/1/securityContext"))
    }
    let job = try Samples.object("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: \(Self.template)}")
    let jobs = try Samples.rulebook(Samples.document("runAsNonRoot: set", more: "  match: {kinds: [Job]}"))
    #expect(Self.mutation(jobs, try Samples.review(job, old: job)).patch.isEmpty)
    #expect(!Self.mutation(jobs, try Samples.review(job)).patch.isEmpty)
  }

  @Test("is let be while it runs on, whatever it was made with; another image is held to the rules")
  func runsOn() throws {
    let rulebook = try Samples.rulebook(Samples.document(Samples.every.replacing("MODE", with: "require")))
    let old = try Samples.pod("{containers: [{name: a, image: r.test/a, securityContext: {privileged: true}}]}")
    let labelled = try Samples.pod(
      "{containers: [{name: a, image: r.test/a, securityContext: {privileged: true}}]}", labels: "{a: b}")
    func codes(_ new: JSONNode) throws -> Set<String> {
      let decision = rulebook.decision(on: try Samples.review(new, old: old), evidence: Evidence(), at: 0)
      return Set(decision.workload.flatMap { $0.denial?.all.map(\.code) ?? [] })
    }
    #expect(try codes(labelled).isEmpty)
    let swapped = try Samples.pod("{containers: [{name: a, image: r.test/b, securityContext: {privileged: true}}]}")
    #expect(try codes(swapped) == ["hardening-would-break", "not-hardened"])
  }

  @Test("comes under the namespaces and labels that are named, and under one document after the other")
  func scopes() throws {
    let first = Samples.document(
      "runAsNonRoot: set",
      more:
        "  match: {namespaces: [shop], selector: {matchLabels: {tier: web}, matchExpressions: [{key: legacy, operator: DoesNotExist}]}}"
    )
    let second = Samples.document("runAsNonRoot: set\nseccompProfile: set", name: "second")
    let rulebook = try Samples.rulebook(first, second)
    let web = try Samples.pod("{containers: [{name: a, image: r.test/a}]}", labels: "{tier: web}")
    let both = Self.mutation(rulebook, try Samples.review(web))
    #expect(both.warnings.count { $0.contains(" set ") } == 2)
    #expect(both.patch.operations.count == 3)
    for (labels, namespace) in [("{tier: web}", "other"), ("{tier: db}", "shop"), ("{tier: web, legacy: x}", "shop")] {
      let pod = try Samples.pod("{containers: [{name: a, image: r.test/a}]}", labels: labels)
      let one = Self.mutation(rulebook, try Samples.review(pod, namespace: namespace))
      #expect(one.warnings.count { $0.contains(" set ") } == 1 && one.warnings.first?.hasPrefix("Hardening second") == true)
    }
  }

  @Test("is of a kind whose pod is known; any other is left alone")
  func unknown() throws {
    let rulebook = try Samples.rulebook(Samples.document("runAsNonRoot: set"))
    let rollout = try Samples.object("{apiVersion: x.test/v1, kind: Pod, spec: {containers: [{name: a, image: r.test/a}]}}")
    #expect(Self.mutation(rulebook, try Samples.review(rollout)).patch.isEmpty)
  }
}
