import Images
import Metadata
import Policies
import Server
import Testing

@Suite("The gate")
struct GateTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let review: String
    /// Nil when it is let in.
    let code: String?
    var testDescription: String { name }

    init(_ name: String, _ review: String, _ code: String?) {
      self.name = name
      self.review = review
      self.code = code
    }
  }

  private static func cronJob(_ image: String) -> String {
    #"{"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"\#(image)"}]}}}}}}"#
  }

  @Test(
    "judges whatever would make an image run",
    arguments: [
      Case("attested pod", Review.of(Review.pod(Review.web)), nil),
      Case("unsigned pod", Review.of(Review.pod(Review.evil)), "attestation-missing"),
      Case("second container", Review.of(Review.pod(Review.web, Review.evil)), "attestation-missing"),
      Case(
        "init container", Review.of(Review.pod(Review.web, more: #","initContainers":[{"name":"i","image":"\#(Review.evil)"}]"#)),
        "attestation-missing"),
      Case(
        "ephemeral container by its subresource",
        Review.of(
          Review.pod(Review.web, more: #","ephemeralContainers":[{"name":"d","image":"\#(Review.evil)"}]"#),
          old: Review.pod(Review.web), operation: "UPDATE", subResource: "ephemeralcontainers"), "attestation-missing"),
      Case(
        "image volume",
        Review.of(Review.pod(Review.web, more: #","volumes":[{"name":"v","image":{"reference":"\#(Review.evil)"}}]"#)),
        "attestation-missing"),
      Case("cron job", Review.of(cronJob(Review.evil), kind: ("batch", "v1", "CronJob")), "attestation-missing"),
      Case("attested cron job", Review.of(cronJob(Review.web), kind: ("batch", "v1", "CronJob")), nil),
      Case(
        "unknown kind",
        Review.of(
          #"{"apiVersion":"x.test/v1","kind":"Rollout","spec":{"template":{"spec":{"containers":[{"name":"c","image":"\#(Review.evil)"}]}}}}"#,
          kind: ("x.test", "v1", "Rollout")), "attestation-missing"),
      Case(
        "unknown kind that cannot be read",
        Review.of(#"{"apiVersion":"x.test/v1","kind":"Odd","spec":{"containers":{"a":1}}}"#, kind: ("x.test", "v1", "Odd")),
        "malformed-workload"),
      Case(
        "config map", Review.of(#"{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"b"}}"#, kind: ("", "v1", "ConfigMap")), nil),
      Case("pod without containers", Review.of(#"{"apiVersion":"v1","kind":"Pod","spec":{}}"#), "malformed-workload"),
      Case(
        "image swapped by update", Review.of(Review.pod(Review.evil), old: Review.pod(Review.web), operation: "UPDATE"),
        "attestation-missing"),
      Case(
        "swapped while being deleted",
        Review.of(
          Review.pod(Review.evil).replacing(#""name":"p","#, with: #""name":"p","deletionTimestamp":"2026-05-04T12:00:00Z","#),
          old: Review.pod(Review.web), operation: "UPDATE"), "attestation-missing"),
      Case(
        "update that changes no image",
        Review.of(Review.pod(Review.evil, annotations: #"{"a":"b"}"#), old: Review.pod(Review.evil), operation: "UPDATE"), nil),
      Case("update without the old object", Review.of(Review.pod(Review.evil), operation: "UPDATE"), "attestation-missing"),
      Case(
        "update of a malformed old object", Review.of(Review.pod(Review.evil), old: "{}", operation: "UPDATE"),
        "attestation-missing"),
      Case("deletion", Review.of("null", old: Review.pod(Review.evil), operation: "DELETE"), nil),
      Case(
        "connection",
        Review.of(#"{"apiVersion":"v1","kind":"PodExecOptions"}"#, operation: "CONNECT", kind: ("", "v1", "PodExecOptions")), nil),
      Case("allowlisted", Review.of(Review.pod("r.test/infra/agent@\(Review.digest)")), nil),
      Case("allowlisted by tag", Review.of(Review.pod("r.test/infra/agent:v1")), "digest-missing"),
      Case("tag", Review.of(Review.pod("r.test/prod/web:v1")), "digest-missing"),
      Case(
        "good tag, bad digest", Review.of(Review.pod("r.test/prod/web:v1@sha256:" + String(repeating: "b", count: 64))),
        "attestation-missing"),
      Case("homoglyph", Review.of(Review.pod("r.test/prod/w\u{0435}b@\(Review.digest)")), "malformed-reference"),
      Case(
        "owner that is approved",
        Review.of(
          Review.pod(Review.evil).replacing(
            #""name":"p","#, with: #""name":"p","ownerReferences":[{"kind":"ReplicaSet","name":"r","uid":"1"}],"#)),
        "attestation-missing"),
      Case(
        "annotation that claims it",
        Review.of(Review.pod(Review.evil, annotations: #"{"pratique.dev/verified":"\#(Review.evil)"}"#)), "attestation-missing"),
      Case("exempt namespace", Review.of(Review.pod(Review.evil), namespace: "kube-system"), nil),
      Case("namespace that starts alike", Review.of(Review.pod(Review.evil), namespace: "kube-system-2"), "attestation-missing"),
      Case(
        "namespace of the object only", Review.of(Review.pod(Review.evil).replacing("\"prod\"", with: "\"kube-system\"")),
        "attestation-missing"),
      Case("exempt user", Review.of(Review.pod(Review.evil), user: "system:apiserver"), nil),
      Case(
        "label that exempts",
        Review.of(
          #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"tenant","labels":{"x.test/exempt":"true"}}}"#,
          kind: ("", "v1", "Namespace"), namespace: "tenant"), "namespace-exempt"),
      Case("dry run of an unsigned pod", Review.of(Review.pod(Review.evil), dryRun: true), "attestation-missing"),
      Case("dry run of an attested pod", Review.of(Review.pod(Review.web), dryRun: true), nil),
    ])
  func judges(_ the: Case) async throws {
    let checkpoint = try Checkpoint {
      $0.exemptNamespaces = ["kube-system"]
      $0.exemptUsers = ["system:apiserver"]
      $0.namespaceExemption = NamespaceExemption(label: "x.test/exempt=true", allowed: [])
    }
    try await checkpoint.signed.sign(Review.web)
    let answer = try await checkpoint.answer(the.review)
    #expect(answer.isAllowed == (the.code == nil), "\(answer.message)")
    if let code = the.code {
      #expect(answer.codes == [code])
      #expect(!answer.message.isEmpty)
    }
  }

  @Test("lets nothing in without a policy, and says that the store could not be read where it could not")
  func faults() async throws {
    let lawless = try Checkpoint(hasPolicy: false)
    #expect(try await lawless.answer(Review.of(Review.pod(Review.web))).codes == ["no-policy"])
    let down = try Checkpoint()
    try await down.signed.sign(Review.web)
    down.signed.fail(true)
    let answer = try await down.answer(Review.of(Review.pod(Review.web)))
    #expect(answer.codes == ["evidence-unavailable"])
    #expect(answer.message.contains("the store is down"))
  }

  @Test("warns about what a dry-run rule lets in")
  func warnings() async throws {
    let checkpoint = try Checkpoint(policy: Policy(defaultRule: .denying(enforcement: .dryRun)))
    let answer = try await checkpoint.answer(Review.of(Review.pod(Review.evil)))
    #expect(answer.isAllowed)
    #expect(answer.warnings.first?.contains("always-deny") == true)
  }

  @Test("asks once for an image, then answers from memory until the evidence is old")
  func cache() async throws {
    let clock = TestClock()
    let signed = try SignedImages()
    try await signed.sign(Review.web)
    let checkpoint = try Checkpoint(signed, clock: clock) { ($0.evidenceAgeSeconds, $0.refusalAgeSeconds) = (300, 2) }
    for _ in 0..<3 { #expect(try await checkpoint.answer(Review.of(Review.pod(Review.web, Review.web))).isAllowed) }
    #expect(signed.questions == 2)
    clock.advance(seconds: 300)
    #expect(try await checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed)
    #expect(signed.questions == 4)

    #expect(try await !checkpoint.answer(Review.of(Review.pod(Review.evil))).isAllowed)
    try await signed.sign(Review.evil)
    #expect(try await !checkpoint.answer(Review.of(Review.pod(Review.evil))).isAllowed)
    clock.advance(seconds: 2)
    #expect(try await checkpoint.answer(Review.of(Review.pod(Review.evil))).isAllowed)
  }

  @Test("asks once for what many want at the same time")
  func coalesces() async throws {
    let checkpoint = try Checkpoint()
    try await checkpoint.signed.sign(Review.web)
    checkpoint.signed.hold()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<50 { group.addTask { try await checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed } }
      while checkpoint.signed.questions == 0 { await Task.yield() }
      checkpoint.signed.release()
      for try await isAllowed in group { #expect(isAllowed) }
    }
    #expect(checkpoint.signed.questions == 2)
  }

  @Test("keeps what it remembers within its bounds")
  func bounds() async throws {
    let checkpoint = try Checkpoint { $0.limitEntries = 100 }
    for index in 0..<300 {
      let hex = String(index, radix: 16)
      let image = "r.test/prod/a@sha256:" + String(repeating: "0", count: 64 - hex.count) + hex
      #expect(try await !checkpoint.answer(Review.of(Review.pod(image))).isAllowed)
    }
    #expect(checkpoint.gate.cache.count <= 100)
  }
}
