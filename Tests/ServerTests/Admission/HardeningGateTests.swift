import Foundation
import Images
import Policies
import Server
import Testing

@Suite("Hardening at the gate")
struct HardeningGateTests {
  private static func hardening(_ bits: String, more: String = "") throws -> Hardening {
    let text = """
      apiVersion: pratique.dev/v1
      kind: Hardening
      metadata: {name: shop}
      spec:
        bits: \(bits)
      \(more)
      """
    return try Hardening(DocumentNode(parsing: text, file: "h.yaml"))
  }

  private static func checkpoint(
    _ bits: String, more: String = "", tags: [String: Result<Digest, ImageError>]? = nil, pinning: Pinning = .all,
    others: [any WorkloadPolicy] = []
  ) async throws -> Checkpoint {
    let registry = tags.map { TestRegistry($0) }
    let checkpoint = try Checkpoint(inspector: registry, workloads: others + [hardening(bits, more: more)]) {
      if registry != nil { ($0.tags, $0.registries, $0.pinning) = (.resolve, ["r.test"], pinning) }
    }
    try await checkpoint.signed.sign(Review.web)
    return checkpoint
  }

  /// The object as the API server stores it, by an applier that the gate does not share.
  private static func stored(_ object: String, _ patch: [UInt8]) throws -> String {
    var value = try JSONSerialization.jsonObject(with: Data(object.utf8))
    for operation in try #require(try JSONSerialization.jsonObject(with: Data(patch)) as? [[String: Any]]) {
      let steps = try #require(operation["path"] as? String).split(separator: "/").map(String.init)
      value = try put(value, steps[...], try #require(operation["value"]))
    }
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: [.withoutEscapingSlashes]), as: UTF8.self)
  }

  private static func put(_ value: Any, _ steps: ArraySlice<String>, _ new: Any) throws -> Any {
    guard let step = steps.first else { return new }
    if var members = value as? [String: Any] {
      members[step] = try put(members[step] ?? [String: Any](), steps.dropFirst(), new)
      return members
    }
    var elements = try #require(value as? [Any])
    let index = try #require(Int(step))
    elements[index] = try put(elements[index], steps.dropFirst(), new)
    return elements
  }

  private static let digest = try? Digest(parsing: Review.digest)

  @Test("sets and pins in one patch; what is stored passes, and is not patched again")
  func together() async throws {
    let tags = ["r.test/prod/web:v1": Result<Digest, ImageError>.success(try #require(Self.digest))]
    let checkpoint = try await Self.checkpoint(
      "{allowPrivilegeEscalation: require, seccompProfile: set}", tags: tags, pinning: .pods)
    let pod = Review.pod("r.test/prod/web:v1")
    let answer = try await checkpoint.answer(Review.of(pod), mayPatch: true)
    #expect(answer.isAllowed, "\(answer.message)")
    #expect(
      answer.warnings.first
        == #"Hardening shop set allowPrivilegeEscalation: false (container "c0"); seccompProfile: RuntimeDefault (pod)."#)
    let stored = try Self.stored(pod, try #require(answer.patch))
    #expect(stored.contains("r.test/prod/web:v1@\(Review.digest)") && stored.contains("RuntimeDefault"))
    let again = try await checkpoint.answer(Review.of(stored), mayPatch: true)
    #expect(again.isAllowed && again.patch == nil && again.warnings.isEmpty)
    let judged = try await checkpoint.answer(Review.of(stored))
    #expect(judged.isAllowed && judged.codes.isEmpty && judged.warnings.isEmpty, "\(judged.message) \(judged.warnings)")
    #expect(try await checkpoint.answer(Review.of(pod, dryRun: true), mayPatch: true).patch == answer.patch)
  }

  @Test("finds a pod that went round the webhook that patches")
  func bypass() async throws {
    let required = try await Self.checkpoint("{runAsNonRoot: require}")
    #expect(try await required.answer(Review.of(Review.pod(Review.web))).codes == ["not-hardened"])
    let told = try await Self.checkpoint("{runAsNonRoot: set}").answer(Review.of(Review.pod(Review.web)))
    #expect(told.isAllowed && told.warnings.first?.contains("not-hardened") == true)
    let strict = try await Self.checkpoint("{runAsNonRoot: set}", more: "  whenUnset: block")
    #expect(try await strict.answer(Review.of(Review.pod(Review.web))).codes == ["not-hardened"])
    let forged = Review.pod(Review.web, annotations: #"{"pratique.dev/hardened":"true"}"#)
    #expect(try await required.answer(Review.of(forged)).codes == ["not-hardened"])
  }

  @Test("refuses with the reason what it would break, and gives no patch")
  func refuses() async throws {
    let checkpoint = try await Self.checkpoint("{allowPrivilegeEscalation: set, readOnlyRootFilesystem: set}")
    let pod = Review.pod(Review.web).replacing(
      #""name":"c0","#, with: #""name":"c0","securityContext":{"privileged":true},"#)
    let answer = try await checkpoint.answer(Review.of(pod), mayPatch: true)
    #expect(answer.codes == ["hardening-would-break"] && answer.patch == nil)
    #expect(answer.message.contains("it is privileged"))
    #expect(try await checkpoint.answer(Review.of(pod)).codes == ["hardening-would-break"])
  }

  @Test("judges by all other rules the object as it will be stored")
  func judgesTheOutcome() async throws {
    let nonRoot = Wanting { $0["spec"]?["securityContext"]?["runAsNonRoot"]?.bool == true }
    let checkpoint = try await Self.checkpoint("{runAsNonRoot: set}", others: [nonRoot])
    #expect(try await checkpoint.answer(Review.of(Review.pod(Review.web)), mayPatch: true).isAllowed)
    #expect(try await checkpoint.answer(Review.of(Review.pod(Review.web))).codes == ["wanting"])
    let never = Wanting { _ in false }
    let closed = try await Self.checkpoint("{runAsNonRoot: set}", others: [never])
    #expect(try await closed.answer(Review.of(Review.pod(Review.web)), mayPatch: true).codes == ["wanting"])
  }

  private static func deployment(_ image: String, security: String = "") -> String {
    #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"\#(image)"\#(security)}]}}}}"#
  }

  @Test("judges a template by tag in pods-only mode and leaves it as it is, in both webhooks")
  func podsOnly() async throws {
    let digests: [String: Result<Digest, ImageError>] = [
      "r.test/prod/web:v1": .success(try #require(Self.digest)),
      "r.test/prod/evil:v1": .success(try Digest(parsing: "sha256:" + String(repeating: "b", count: 64))),
    ]
    let kind = ("apps", "v1", "Deployment")
    for mayPatch in [true, false] {
      let checkpoint = try await Self.checkpoint("{runAsNonRoot: set}", tags: digests, pinning: .pods)
      let good = try await checkpoint.answer(Review.of(Self.deployment("r.test/prod/web:v1"), kind: kind), mayPatch: mayPatch)
      #expect(good.isAllowed && good.patch == nil && good.warnings.isEmpty, "\(good.message) \(good.warnings)")
      let bad = try await checkpoint.answer(Review.of(Self.deployment("r.test/prod/evil:v1"), kind: kind), mayPatch: mayPatch)
      #expect(bad.codes == ["attestation-missing"])
    }
    let pods = try await Self.checkpoint("{runAsNonRoot: set}", tags: digests, pinning: .pods)
    #expect(try await pods.answer(Review.of(Review.pod("r.test/prod/web:v1"))).codes == ["digest-missing"])
  }

  @Test("keeps the digest that a template has when it is written by tag again, without asking the registry")
  func kept() async throws {
    let checkpoint = try await Self.checkpoint("{runAsNonRoot: set}", tags: [:], pinning: .all)
    let old = Self.deployment("r.test/prod/web:v1@\(Review.digest)")
    let review = Review.of(
      Self.deployment("r.test/prod/web:v1"), old: old, operation: "UPDATE", kind: ("apps", "v1", "Deployment"))
    let answer = try await checkpoint.answer(review, mayPatch: true)
    #expect(answer.isAllowed, "\(answer.message)")
    #expect(answer.patch.map { String(decoding: $0, as: UTF8.self) }?.contains("v1@\(Review.digest)") == true)
  }

  @Test("looks again at a template whose images stay and whose rights grow")
  func unhardened() async throws {
    let checkpoint = try await Self.checkpoint("{allowPrivilegeEscalation: require}", more: "  match: {kinds: [Deployment]}")
    let kind = ("apps", "v1", "Deployment")
    let hard = Self.deployment(Review.web, security: #","securityContext":{"allowPrivilegeEscalation":false}"#)
    let soft = Self.deployment(Review.web, security: #","securityContext":{"allowPrivilegeEscalation":true}"#)
    func answer(_ new: String) async throws -> AdmissionAnswer {
      try await checkpoint.answer(Review.of(new, old: hard, operation: "UPDATE", kind: kind))
    }
    #expect(try await answer(soft).codes == ["hardening-refused"])
    #expect(try await answer(hard.replacing(#""name":"d""#, with: #""name":"d","labels":{"a":"b"}"#)).codes == ["unchanged"])
  }
}

/// A policy that wants something of the object.
private struct Wanting: WorkloadPolicy {
  let name = "wanting"
  let scope = PolicyScope.everywhere
  let wants: @Sendable (JSONNode) -> Bool

  init(_ wants: @escaping @Sendable (JSONNode) -> Bool) { self.wants = wants }

  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    let holds = review.object.map(wants) ?? false
    let reason = Reason(code: "wanting", problem: "Something is wanting.", remedy: "Add it.")
    return [Judgement(policy: name, rule: "spec", reasons: holds ? [] : [reason], enforcement: .block)]
  }
}
