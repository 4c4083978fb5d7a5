import Images
import Metadata
import Policies
import Testing

@Suite("Breaking the glass")
struct BreakGlassTests {
  private let glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"], users: ["carol"])

  private static func workload(_ annotations: [String: String]) -> Workload {
    Workload(apiVersion: "v1", kind: "Pod", name: "p", namespace: "prod", annotations: annotations, images: [])
  }

  @Test(
    "is for members of the groups, with a reason",
    arguments: [
      ("incident 42", ["sre-oncall", "devs"], true), ("incident 42", ["devs"], false), ("incident 42", [], false),
      ("incident 42", ["sre-oncall-2"], false), ("", ["sre-oncall"], false), (" \t\u{00A0}\n", ["sre-oncall"], false),
      ("\u{0}", ["sre-oncall"], false), ("true", ["devs"], false), ("\u{200B}\u{FEFF}", ["sre-oncall"], false),
      ("\u{AD}\u{2060} \u{3164}", ["sre-oncall"], false), ("\u{200B}42", ["sre-oncall"], true),
    ])
  func claims(_ reason: String, _ groups: [String], _ isGranted: Bool) {
    let claim = glass.claim(on: Self.workload(["x.test/reason": reason]), by: Requester(username: "u", groups: groups))
    if case .granted(let plea) = claim { #expect(isGranted && plea.reason == reason) } else { #expect(!isGranted) }
    if case .refused(let refusal) = claim { #expect(refusal.code == "break-glass-refused") }
    #expect(claim != .none)
  }

  @Test("is not meant where its annotation is not written")
  func none() {
    let claim = glass.claim(on: Self.workload(["x.test/Reason": "a"]), by: Requester(username: "u", groups: ["sre-oncall"]))
    #expect(claim == .none)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let object: String
    var user = "carol"
    /// The marker that counts; nil where none does.
    let marker: String?
    /// Whether it is asked for at all.
    var isMeant = true

    init(_ name: String, _ object: String, user: String = "carol", marker: String?, isMeant: Bool = true) {
      (testDescription, self.object, self.user, self.marker, self.isMeant) = (name, object, user, marker, isMeant)
    }
  }

  private static func pod(_ metadata: String) -> String {
    #"{"apiVersion":"v1","kind":"Pod","metadata":\#(metadata),"spec":{"containers":[]}}"#
  }

  private static func deployment(_ metadata: String, template: String) -> String {
    #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":\#(metadata),"spec":{"template":{"metadata":\#(template),"spec":{"containers":[]}}}}"#
  }

  private static let label = #""labels":{"image-policy.k8s.io/break-glass":"true"}"#

  @Test(
    "understands the markers of others, and asks them for a reason too",
    arguments: [
      Case(
        "Kritis' annotation", pod(#"{"annotations":{"kritis.grafeas.io/breakglass":"inc 1"}}"#),
        marker: BreakGlass.kritisAnnotation),
      Case("Kritis' annotation with a flag", pod(#"{"annotations":{"kritis.grafeas.io/breakglass":"true"}}"#), marker: nil),
      Case(
        "Kritis' annotation by a stranger", pod(#"{"annotations":{"kritis.grafeas.io/breakglass":"inc 1"}}"#), user: "eve",
        marker: nil),
      Case(
        "Binary Authorization's label with a reason beside it", pod(#"{\#(label),"annotations":{"x.test/reason":"inc 1"}}"#),
        marker: BreakGlass.label),
      Case("Binary Authorization's label alone", pod("{\(label)}"), marker: nil),
      Case(
        "the label on a template, the reason on the object",
        deployment(#"{"annotations":{"x.test/reason":"inc 1"}}"#, template: "{\(label)}"), marker: BreakGlass.label),
      Case(
        "the annotation on a template", deployment("{}", template: #"{"annotations":{"x.test/reason":"inc 1"}}"#),
        marker: "x.test/reason"),
      Case("a label that says no", pod(#"{"labels":{"image-policy.k8s.io/break-glass":"false"}}"#), marker: nil, isMeant: false),
      Case(
        "the label as an annotation", pod(#"{"annotations":{"image-policy.k8s.io/break-glass":"true"}}"#), marker: nil,
        isMeant: false),
    ])
  func markers(_ the: Case) throws {
    let object = try JSONDocument(parsing: Array(the.object.utf8), atMost: 1 << 16).root
    let claim = glass.claim(on: try Workload(object), object: object, by: Requester(username: the.user, groups: []))
    if case .granted(let plea) = claim {
      #expect(plea.marker == the.marker && plea.reason == "inc 1")
    } else {
      #expect(the.marker == nil)
    }
    #expect((claim != .none) == the.isMeant)
  }

  @Test("is repeated by controllers, which never begin it")
  func controllers() {
    let controller = Requester(
      username: "system:serviceaccount:kube-system:replicaset-controller", groups: ["system:serviceaccounts"])
    let claim = glass.claim(on: Self.workload(["x.test/reason": "inc 1"]), by: controller)
    if case .inherited(let plea) = claim { #expect(plea.reason == "inc 1") } else { Issue.record("\(claim)") }
  }
}

@Suite("What covers a use of break-glass")
struct BreakGlassGrantTests {
  static let image = "r.test/prod/web@sha256:" + String(repeating: "a", count: 64)
  static let other = "r.test/prod/evil@sha256:" + String(repeating: "b", count: 64)

  private static func use(
    user: String = "alice", namespace: String = "prod", images: [String] = [image], workload: [String] = [],
    at seconds: Int64 = 100
  ) throws -> BreakGlassUse {
    let denied = Reason(code: "attestation-missing", problem: "No.", remedy: "Attest.")
    let decision = Decision(
      images: try images.map { image in
        ImageDecision(
          use: Workload.ImageUse(kind: .container, name: "c", field: "spec.containers[0]", image: image),
          image: try PinnedReference(parsing: image),
          judgements: [Judgement(policy: "p", rule: "r", reasons: [denied], enforcement: .block)])
      },
      workload: workload.map {
        Judgement(
          policy: "pods", rule: "r", reasons: [Reason(code: $0, problem: "No.", remedy: "Mend.")], enforcement: .block)
      })
    return BreakGlassUse(user: user, namespace: namespace, workload: "web", decision: decision, atSeconds: seconds)
  }

  private static func request(_ change: (inout BreakGlassRequest) -> Void = { _ in }) -> BreakGlassRequest {
    var request = BreakGlassRequest()
    (request.id, request.user, request.namespace, request.workload) = ("bg-1", "alice", "prod", "web")
    (request.images, request.reason, request.untilSeconds) = ([image], "incident 42", 200)
    change(&request)
    return request
  }

  private static func approval(by user: String = "bob", of id: String = "bg-1", at seconds: Int64 = 50) -> BreakGlassApproval {
    var approval = BreakGlassApproval()
    (approval.atSeconds, approval.request, approval.user) = (seconds, id, user)
    return approval
  }

  struct Approved: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var request = BreakGlassGrantTests.request()
    var approvals = [BreakGlassGrantTests.approval()]
    let use: BreakGlassUse
    var approvers: Set<String> = []
    let counts: Bool
  }

  static func approvals() throws -> [Approved] {
    [
      Approved(testDescription: "the same", use: try use(), counts: true),
      Approved(testDescription: "any workload", request: request { $0.workload = "" }, use: try use(), counts: true),
      Approved(testDescription: "any image", request: request { $0.images = [] }, use: try use(images: [other]), counts: true),
      Approved(testDescription: "nobody approved", approvals: [], use: try use(), counts: false),
      Approved(testDescription: "their own", approvals: [approval(by: "alice")], use: try use(), counts: false),
      Approved(
        testDescription: "their own, written otherwise", approvals: [approval(by: " Alice")], use: try use(), counts: false),
      Approved(testDescription: "nobody's name", approvals: [approval(by: "")], use: try use(), counts: false),
      Approved(testDescription: "another request", approvals: [approval(of: "bg-2")], use: try use(), counts: false),
      Approved(testDescription: "from tomorrow", approvals: [approval(at: 101)], use: try use(), counts: false),
      Approved(testDescription: "over", use: try use(at: 200), counts: false),
      Approved(testDescription: "another user", use: try use(user: "eve"), counts: false),
      Approved(testDescription: "nearly the user", use: try use(user: "Alice"), counts: false),
      Approved(testDescription: "another namespace", use: try use(namespace: "prod-2"), counts: false),
      Approved(testDescription: "another workload", request: request { $0.workload = "api" }, use: try use(), counts: false),
      Approved(testDescription: "one image more", use: try use(images: [image, other]), counts: false),
      Approved(testDescription: "no approver", use: try use(), approvers: ["carol"], counts: false),
      Approved(
        testDescription: "an approver", approvals: [approval(by: "carol")], use: try use(), approvers: ["carol"], counts: true),
    ]
  }

  @Test("is an approval by another person, for this and in time", arguments: try approvals())
  func approved(_ the: Approved) {
    var glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"])
    glass.approvers = the.approvers
    #expect((glass.approved(the.use, requests: [the.request], approvals: the.approvals) != nil) == the.counts)
  }

  @Test("is an earlier use of the same images in the same namespace, until its time is over")
  func covers() throws {
    let glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"])
    var earlier = DecisionRecord()
    earlier.request.namespace = "prod"
    earlier.take(try Self.use(workload: ["privileged"]).decision, evidence: Evidence())
    #expect(try !glass.covers(Self.use(), by: earlier), "no glass was broken")
    var broken = DecisionRecord.Glass()
    broken.untilSeconds = 200
    earlier.glass = broken
    #expect(try glass.covers(Self.use(), by: earlier))
    #expect(try glass.covers(Self.use(workload: ["privileged"]), by: earlier))
    #expect(try !glass.covers(Self.use(workload: ["host-network"]), by: earlier))
    #expect(try !glass.covers(Self.use(images: [Self.image, Self.other]), by: earlier))
    #expect(try !glass.covers(Self.use(namespace: "dev"), by: earlier))
    #expect(try !glass.covers(Self.use(at: 200), by: earlier))
    broken.follows = 7
    earlier.glass = broken
    #expect(try glass.covers(Self.use(), by: earlier), "what follows covers as much")
    #expect(try !glass.covers(Self.use(at: 200), by: earlier))
  }
}
