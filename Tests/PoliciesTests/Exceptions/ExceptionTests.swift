import Attestations
import Images
import Policies
import Testing

@Suite("Exceptions")
struct ExceptionTests {
  private static let now: Int64 = 1_777_896_000  // 2026-05-04T12:00:00Z

  static func document(
    _ name: String = "logger", match: String = "{labels: {app: logger}}", allow: String = "{hostPath: [/var/log]}",
    expires: String = "2026-06-01T00:00:00Z"
  ) -> String {
    """
    apiVersion: pratique.dev/v1
    kind: Exception
    metadata: {name: \(name)}
    spec: {owner: team-a, reason: it reads logs, ticket: OPS-12, expires: "\(expires)", match: \(match), allow: \(allow)}
    """
  }

  private func decision(
    _ exceptions: [String], _ fields: [String: String], standard: String = "baseline", kind: String = "Pod",
    in namespace: String = "prod", by user: String? = "alice", labels: String = #"{"app":"logger"}"#
  ) throws -> Decision {
    let documents = [StandardPolicyTests.document("standard: \(standard)")] + exceptions
    let rulebook = try Rulebook(
      policies: [PolicyText(documents.joined(separator: "\n---\n"), file: "policy.yaml")], attestors: nil)
    let object = try PodSketch.minimal(.restricted, minor: 37).with(fields).object(kind: kind, labels: labels)
    let review = WorkloadReview(
      try Workload(object), in: Place(namespace: namespace), object: object,
      requester: user.map { Requester(username: $0, groups: []) }, judgesImages: false)
    return rulebook.decision(on: review, evidence: Evidence(), at: Self.now)
  }

  private static func hostPath(_ paths: String...) -> [String: String] {
    [
      "pod.volumes": "["
        + paths.enumerated().map { #"{"name":"v\#($0)","hostPath":{"path":"\#($1)"}}"# }.joined(separator: ",") + "]"
    ]
  }

  @Test("excuse what they name, and say who answers for it", arguments: ["Pod", "Deployment", "CronJob"])
  func excuse(_ kind: String) throws {
    for standard in ["baseline", "restricted"] {
      let decision = try decision([Self.document()], Self.hostPath("/var/log"), standard: standard, kind: kind)
      #expect(decision.isAllowed)
      #expect(
        decision.workload.first?.evidence == [
          "The exception logger of team-a excuses it until 2026-06-01T00:00:00Z (OPS-12)."
        ])
    }
  }

  @Test(
    "count paths by segments",
    arguments: [
      ("/var/log", true), ("/var/log/", true), ("/var/log/app", true), ("//var/./log", true), ("/var/logs", false),
      ("/var", false), ("/", false), ("/etc", false), ("/var/log/../../etc", false), ("var/log", false), ("", false),
    ])
  func paths(_ path: String, _ isAllowed: Bool) throws {
    #expect(try decision([Self.document()], Self.hostPath(path)).isAllowed == isAllowed)
  }

  @Test("must cover all of a violation alone: two never add up")
  func noUnion() throws {
    let other = Self.document("adder", match: "{namespaces: [prod]}", allow: "{capabilities: [NET_ADMIN]}")
    let fields = Self.hostPath("/var/log").merging(["c.securityContext.capabilities.add": #"["NET_ADMIN"]"#]) { $1 }
    #expect(try !decision([Self.document(), other], fields).isAllowed)
    let both = Self.document("both", allow: "{hostPath: [/var/log], capabilities: [NET_ADMIN]}")
    #expect(try decision([Self.document(), other, both], fields).isAllowed)
    #expect(
      try !decision([Self.document(), Self.document("etc", allow: "{hostPath: [/etc]}")], Self.hostPath("/var/log", "/etc"))
        .isAllowed)
  }

  @Test("count where all of their match holds")
  func match() throws {
    let fields = ["pod.hostPID": "true"]
    func excuses(_ match: String, in namespace: String = "prod", by user: String? = "alice") throws -> Bool {
      try decision(
        [Self.document(match: match, allow: "{hostNamespaces: [hostPID]}")], fields, in: namespace, by: user
      ).isAllowed
    }
    #expect(try excuses("{namespaces: [prod], users: [alice], labels: {app: logger}}"))
    #expect(try !excuses("{namespaces: [prod], users: [alice]}", by: "bob"))
    #expect(try !excuses("{users: [alice]}", by: nil))
    #expect(try !excuses("{namespaces: [prod]}", in: "test"))
    #expect(try !excuses("{labels: {app: logger, tier: a}}"))
    #expect(try excuses("{images: [docker.io/library/*]}"))
    #expect(try !excuses("{images: [registry.example.test/**]}"))
  }

  @Test("allow whole controls by id, and what has no value only so")
  func controls() throws {
    let fields = ["c.securityContext.privileged": "true"]
    #expect(try decision([Self.document(allow: "{controls: [privileged]}")], fields).isAllowed)
    #expect(try !decision([Self.document(allow: "{capabilities: [ALL]}")], fields).isAllowed)
    let drop = ["c.securityContext.capabilities": #"{"add":["CHOWN"]}"#]
    #expect(try !decision([Self.document(allow: "{capabilities: [CHOWN]}")], drop, standard: "restricted").isAllowed)
    #expect(
      try decision([Self.document(allow: "{controls: [capabilities_restricted]}")], drop, standard: "restricted").isAllowed)
  }

  @Test("excuse nothing once they have expired")
  func expiry() throws {
    let decision = try decision([Self.document(expires: "2026-05-04T12:00:00Z")], Self.hostPath("/var/log"))
    #expect(!decision.isAllowed)
    #expect(
      decision.workload.first?.evidence == [
        "The exception logger of team-a would excuse it, but it expired at 2026-05-04T12:00:00Z (OPS-12)."
      ])
  }

  @Test(
    "are refused where they are vague",
    arguments: [
      document(match: "{}"), document(allow: "{}"), document(allow: "{hostPath: []}"), document(allow: "{hostPath: [var]}"),
      document(allow: "{hostPath: [/a/../b]}"), document(allow: "{controls: [everything]}"), document(allow: "{all: true}"),
      document(match: "{namespace: [a]}"), document(match: "{images: []}"), document(expires: "soon"),
      document().replacing("owner: team-a, ", with: ""), document().replacing("ticket: OPS-12, ", with: ""),
      document().replacing("reason: it reads logs, ", with: ""), document().replacing("expires: ", with: "expiry: "),
    ])
  func faults(_ text: String) {
    #expect(throws: DocumentError.self) { try Trial(StandardPolicyTests.document(), text) }
  }

  @Test("excuse each vulnerability of an image alone")
  func vulnerabilities() throws {
    let image = "docker.io/library/web@sha256:\(String(repeating: "a", count: 64))"
    let exceptions = [
      Self.document("one", match: "{namespaces: [prod]}", allow: "{vulnerabilities: [CVE-2024-1]}"),
      Self.document("two", match: "{images: [docker.io/library/web]}", allow: "{vulnerabilities: [CVE-2024-2]}"),
      Self.document("three", match: "{namespaces: [test]}", allow: "{vulnerabilities: [CVE-2024-3]}"),
    ]
    let read = try Trial(([StandardPolicyTests.document()] + exceptions).joined(separator: "\n---\n")).rulebook
    func judged(_ ids: [String]) throws -> Judgement {
      let rulebook = Rulebook(
        images: [Scanned(ids: ids)], exceptions: read.exceptions, attestors: read.attestors, digest: read.digest)
      let use = Workload.ImageUse(kind: .container, name: "web", field: "spec.containers[0]", image: image)
      let workload = Workload(
        apiVersion: "v1", kind: "Pod", name: "ex", namespace: "prod", annotations: [:], images: [use])
      let decision = rulebook.decision(
        on: WorkloadReview(workload, in: Place(namespace: "prod")), evidence: Evidence(), at: Self.now)
      return try #require(decision.images.first?.judgements.first)
    }
    #expect(try judged(["CVE-2024-1", "CVE-2024-2"]).denial == nil)
    #expect(try judged(["CVE-2024-1", "CVE-2024-2"]).evidence.count == 2)
    #expect(try judged(["CVE-2024-1", "CVE-2024-3"]).denial?.all.map(\.problem) == ["CVE-2024-3"])
  }
}

/// Finds some vulnerabilities in every image.
private struct Scanned: ImagePolicy {
  let ids: [String]
  let name = "scanned"
  let scope = PolicyScope.everywhere

  func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "all", enforcement: .block)
  }

  func demand(of image: ImageQuestion) -> ImageDemand { ImageDemand() }

  func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    Judgement(
      policy: name, rule: rule.name,
      reasons: ids.map { Reason(code: "vulnerable", problem: $0, remedy: "Update.", about: .vulnerability($0)) },
      enforcement: rule.enforcement)
  }
}
