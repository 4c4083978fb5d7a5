import Images
import Metadata
import Policies
import Testing

@Suite("The record of a decision")
struct DecisionRecordTests {
  private static func node(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  private static let pod =
    #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p \"q\"","managedFields":[{"manager":"x"}],"labels":{"a":"é"}},"spec":{"containers":[{"name":"c","image":"r.test/a:1"}]},"n":1.50}"#

  @Test("keeps the object as it was sent, but for the fields of managers")
  func object() throws {
    let kept = DecisionRecord.Object(try Self.node(Self.pod), atMost: 1 << 16)
    let wanted = Self.pod.replacing(#""managedFields":[{"manager":"x"}],"#, with: "")
    #expect(kept == .kept(Array(wanted.utf8)))
    let plain = #"{"apiVersion":"v1", "kind":"Pod"}"#
    #expect(DecisionRecord.Object(try Self.node(plain), atMost: 1 << 16) == .kept(Array(plain.utf8)))
    #expect(DecisionRecord.Object(nil, atMost: 1 << 16) == .absent)
  }

  @Test("keeps only the digest of what is too large")
  func large() throws {
    let plain = Array(#"{"kind":"Pod"}"#.utf8)
    let digest = DecisionRecord.Object.digest("\(Digest(sha256Of: plain))", bytes: 14)
    #expect(DecisionRecord.Object(try Self.node(#"{"kind":"Pod"}"#), atMost: 13) == digest)
    #expect(DecisionRecord.Object(try Self.node(#"{"kind":"Pod"}"#), atMost: 14) == .kept(plain))
  }

  @Test("is the question again, word for word, after it was stored and read")
  func question() throws {
    let object = try Self.node(Self.pod)
    let asked = WorkloadReview(
      try Workload(object), in: Place(cluster: "eu.prod", namespace: "prod", trustDomain: "mesh.test"), object: object,
      oldObject: object, requester: Requester(username: "alice", groups: ["devs"]), namespaceLabels: ["a": "b"],
      resource: "pods/ephemeralcontainers", requiresDigest: false)
    var record = DecisionRecord()
    (record.request.user, record.request.groups, record.request.resource) = ("alice", ["devs"], asked.resource)
    record.take(asked, objectAtMost: 1 << 16)
    guard case .decision(let read) = JournalContent(JournalContent.decision(record).bytes) else {
      Issue.record("it cannot be read")
      return
    }
    let again = try #require(try read.review())
    #expect(again.workload.images == asked.workload.images)
    #expect(again.place == asked.place && again.requester == asked.requester && again.resource == asked.resource)
    #expect(again.namespaceLabels == asked.namespaceLabels && again.requiresDigest == asked.requiresDigest)
    #expect(again.object?["metadata"]?["labels"]?["a"]?.string == "é")
    #expect(again.oldObject?["n"]?.rawBytes.elementsEqual("1.50".utf8) == true)
    record.take(asked, objectAtMost: 10)
    #expect(try record.review() == nil)
  }

  private static let denied = [Reason(code: "attestation-missing", problem: "No attestation.", remedy: "Run `pratique attest`.")]

  private static func decision(_ enforcement: Enforcement) throws -> Decision {
    let image = "r.test/a@sha256:" + String(repeating: "a", count: 64)
    let use = Workload.ImageUse(kind: .container, name: "c", field: "spec.containers[0]", image: image)
    return Decision(
      images: [
        ImageDecision(
          use: use, image: try PinnedReference(parsing: image),
          judgements: [
            Judgement(
              policy: "projects/p/policy", rule: "defaultAdmissionRule", demanded: ["projects/p/attestors/qa"], reasons: denied,
              enforcement: enforcement)
          ])
      ], workload: [Judgement(policy: "pods", rule: "baseline", reasons: denied, enforcement: enforcement)])
  }

  @Test("tells in which mode something was let in", arguments: Enforcement.allCases)
  func modes(_ enforcement: Enforcement) throws {
    var record = DecisionRecord()
    record.take(try Self.decision(enforcement), evidence: Evidence())
    let wanted = enforcement == .block ? "denied" : enforcement.mode
    #expect(record.images.flatMap(\.judged).map(\.verdict) == [wanted])
    #expect(record.workload.map(\.verdict) == [wanted])
    #expect(record.workload.flatMap(\.causes).map(\.code) == ["attestation-missing"])
  }

  @Test("is proved line by line: what was demanded, what was found, what mends it")
  func proof() throws {
    var record = DecisionRecord()
    record.verdict = "denied"
    let decision = try Self.decision(.block)
    var evidence = Evidence()
    let image = try #require(decision.images[0].image)
    evidence.answers[image] = ["projects/p/attestors/qa": .unavailable("the store is down")]
    record.take(decision, evidence: evidence)
    let lines = ProofTree(record, time: { "t\($0)" }).lines { mark, text in "\(mark) \(text)" }
    #expect(lines.contains { $0.contains("fails projects/p/attestors/qa is demanded: there was no answer: the store is down") })
    #expect(lines.contains { $0.contains("fails projects/p/policy, defaultAdmissionRule: denied") })
    #expect(lines.contains { $0.contains("remedy Run `pratique attest`.") })
    record.images[0].asked = []
    let missing = ProofTree(record, time: { "t\($0)" }).lines { _, text in text }
    #expect(missing.contains { $0.contains("is demanded: nothing was found") })
  }
}

@Suite("The report of a replay")
struct ReplayReportTests {
  private static func decision(_ isAllowed: Bool) -> Decision {
    let reason = Reason(code: "always-deny", problem: "No.", remedy: "Go.")
    return Decision(
      images: [], workload: [Judgement(policy: "p", rule: "r", reasons: isAllowed ? [] : [reason], enforcement: .block)])
  }

  @Test("counts what would change by namespace and owner, and what could not be judged")
  func counts() {
    var report = ReplayReport()
    func add(_ uid: String, _ namespace: String, _ owner: String, was: String, isAllowed: Bool) {
      var record = DecisionRecord()
      (record.verdict, record.request.namespace, record.request.uid) = (was, namespace, uid)
      report.add(record, Self.decision(isAllowed), evidence: Evidence(), owner: owner)
    }
    for index in 0..<5 { add("a\(index)", "prod", "argo", was: "allowed", isAllowed: false) }
    add("b", "prod", "alice", was: "denied", isAllowed: true)
    add("c", "dev", "alice", was: "allowed", isAllowed: true)
    add("d", "dev", "alice", was: "broken-glass", isAllowed: false)
    report.skip(.notJudged)
    #expect((report.judged, report.toDenied, report.toAllowed) == (8, 5, 1))
    #expect(report.byOwner.map(\.owner) == ["argo", "alice"])
    #expect(report.byOwner[0].codes == ["always-deny": 5])
    #expect(report.byOwner[0].examples == ["a0", "a1", "a2"])
    #expect(report.skipped == [.notJudged: 1])
  }

  @Test("says which evidence is another now")
  func evidence() throws {
    let image = try PinnedReference(parsing: "r.test/a@sha256:" + String(repeating: "a", count: 64))
    let name = "projects/p/attestors/qa"
    var record = DecisionRecord()
    var one = DecisionRecord.Image()
    one.pinned = "\(image)"
    var asked = DecisionRecord.Asked(attestor: name)
    asked.counted = [DecisionRecord.Counted(attestor: name, key: "k", occurrence: "projects/p/occurrences/1", atSeconds: 1)]
    one.asked = [asked]
    record.images = [one]
    var evidence = Evidence()
    evidence.answers[image] = [name: .unavailable("down")]
    var report = ReplayReport()
    for _ in 0..<3 { report.add(record, Self.decision(false), evidence: evidence, owner: "alice") }
    #expect(report.evidenceChanged == 3)
    #expect(report.evidence.count == 1)
    #expect(report.evidence[0].contains("had projects/p/occurrences/1 by k, and has no answer (down)"))
  }
}
