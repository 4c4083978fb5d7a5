import Attestations
import Images
import Policies
import Schemas
import Testing

@Suite("An admission policy")
struct AdmissionPolicyTests {
  static let notRoot =
    "validations: [{expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork', message: no host network}]"

  @Test("keeps out what a validation forbids, in the words of its message")
  func denies() throws {
    let judgement = try #require(try AdmissionSample.judgements(AdmissionSample.policy(Self.notRoot)).first)
    #expect(judgement.policy == "ValidatingAdmissionPolicy p")
    #expect(judgement.rule == "validations[0]")
    #expect(judgement.denial?.first.code == "expression-invalid")
    #expect(judgement.denial?.first.problem == "no host network.")
  }

  @Test("lets in what holds")
  func allows() throws {
    let text = AdmissionSample.policy("validations: [{expression: \"object.metadata.name == 'web'\"}]")
    #expect(try AdmissionSample.judgements(text).map(\.verdict) == [.allowed])
  }

  static let actions: [(String, Judgement.Verdict?)] = [("[Warn]", nil), ("[Audit]", nil), ("[Warn, Audit]", nil)]

  @Test("only tells, where its binding says so", arguments: ["[Warn]", "[Audit]", "[Warn, Audit]"])
  func mild(_ actions: String) throws {
    let judgement = try #require(try AdmissionSample.judgements(AdmissionSample.policy(Self.notRoot, actions: actions)).first)
    guard case .wouldBeDenied(_, let enforcement) = judgement.verdict else { return #expect(Bool(false)) }
    #expect(enforcement == (actions.contains("Warn") ? .warn : .audit))
  }

  @Test("makes its message, and falls back where it cannot")
  func messages() throws {
    for (spec, wanted) in [
      ("messageExpression: \"'bad ' + object.metadata.name\"", "bad web."),
      ("message: plain, messageExpression: object.nope", "plain."),
      ("message: plain, messageExpression: \"'a\\\\nb'\"", "plain."),
      ("reason: Forbidden", "failed expression: false && object.x."),
    ] {
      let text = AdmissionSample.policy("validations: [{expression: false && object.x, \(spec)}]")
      let reason = try #require(try AdmissionSample.reason(text))
      #expect(reason.problem == wanted)
      #expect(reason.code == (spec.contains("Forbidden") ? "expression-forbidden" : "expression-invalid"))
    }
  }

  @Test("denies on an error, unless its failure policy lets errors pass")
  func errors() throws {
    let spec = "validations: [{expression: object.spec.nope == 1}]"
    let reason = try #require(try AdmissionSample.reason(AdmissionSample.policy(spec)))
    #expect(reason.code == "expression-error")
    #expect(reason.problem.contains("no such key: nope"))
    let mild = try AdmissionSample.judgements(AdmissionSample.policy(spec + "\nfailurePolicy: Ignore"))
    #expect(mild.allSatisfy { $0.denial == nil })
    #expect(mild.last?.rule == "failurePolicy")
    let both = "validations: [{expression: object.spec.nope == 1}, {expression: 'false && object.x'}]\nfailurePolicy: Ignore"
    #expect(try AdmissionSample.reason(AdmissionSample.policy(both))?.code == "expression-invalid")
  }

  @Test("denies when it takes too many steps")
  func budget() throws {
    let wide = "{" + (0..<4000).map { "\"l\($0)\": \"v\"" }.joined(separator: ",") + "}"
    let spec = "validations: [{expression: 'object.metadata.labels.all(a, object.metadata.labels.all(b, size(a + b) > 0))'}]"
    let reason = try AdmissionSample.reason(AdmissionSample.policy(spec), on: AdmissionSample.review(labels: wide))
    #expect(reason?.code == "expression-over-budget")
  }

  @Test("builds variables on each other and looks at each once")
  func variables() throws {
    let spec = """
      variables:
        - {name: containers, expression: object.spec.containers}
        - {name: names, expression: 'variables.containers.map(c, c.name)'}
        - {name: broken, expression: object.nope}
      validations: [{expression: "[1].all(x, variables.names == ['web'] && variables.containers.size() == x)"}]
      """
    #expect(try AdmissionSample.judgements(AdmissionSample.policy(spec)).map(\.verdict) == [.allowed])
  }

  @Test("has a say only where its conditions all hold")
  func conditions() throws {
    let spec = { (conditions: String) in AdmissionSample.policy("matchConditions: \(conditions)\n\(Self.notRoot)") }
    #expect(try AdmissionSample.judgements(spec("[{name: a, expression: \"object.metadata.name == 'other'\"}]")).isEmpty)
    #expect(try AdmissionSample.reason(spec("[{name: a, expression: \"object.metadata.name == 'web'\"}]")) != nil)
    #expect(try AdmissionSample.reason(spec("[{name: a, expression: object.nope}]"))?.code == "expression-error")
    #expect(
      try AdmissionSample.judgements(spec("[{name: a, expression: object.nope}, {name: b, expression: '!has(object.spec)'}]"))
        .isEmpty)
  }

  @Test("notes what its annotations say")
  func annotations() throws {
    let spec = "auditAnnotations: [{key: who, valueExpression: object.metadata.name}, {key: none, valueExpression: 'null'}]"
    #expect(try AdmissionSample.judgements(AdmissionSample.policy(spec)).first?.evidence == ["who: web"])
  }

  @Test("knows the request, the old object and the namespace")
  func request() throws {
    let spec = """
      validations:
        - expression: "request.operation == 'UPDATE' && request.namespace == 'prod' && request.kind.kind == 'Pod'"
        - expression: "request.userInfo.username == 'ann' && 'dev' in request.userInfo.groups && !request.dryRun"
        - expression: "oldObject.metadata.name == 'web' && request.resource.resource == 'pods' && request.name == 'web'"
        - expression: "namespaceObject.metadata.labels.team == 'shop' && namespaceObject.metadata.name == 'prod'"
      """
    let review = try AdmissionSample.review(
      namespaceLabels: ["team": "shop"], old: #"{"metadata": {"name": "web"}}"#,
      requester: Requester(username: "ann", groups: ["dev"]))
    let judgement = try AdmissionSample.judgements(AdmissionSample.policy(spec), on: review).first
    #expect(judgement?.verdict == .allowed, "\(String(describing: judgement))")
    let unknown = try AdmissionSample.reason(
      AdmissionSample.policy("validations: [{expression: '!has(namespaceObject.metadata.labels)'}]"))
    #expect(unknown?.code == "expression-error", "labels that are not known are not absent")
    #expect(
      try AdmissionSample.judgements(AdmissionSample.policy("validations: [{expression: 'oldObject == null'}]")).first?.verdict
        == .allowed)
  }

  @Test("combines the object with what was found out about its images")
  func evidence() throws {
    let spec = "validations: [{expression: \"images.all(i, i.evidence.vulnerabilities.all(v, v.severity != 'CRITICAL'))\"}]"
    let text = AdmissionSample.policy(spec)
    let rulebook = try AdmissionSample.rulebook(text)
    let image = try PinnedReference(parsing: AdmissionSample.image)
    #expect(try rulebook.demands(of: AdmissionSample.review())[image]?.needs == [.occurrences])
    #expect(try AdmissionSample.judgements(text, evidence: AdmissionSample.scan([.high])).first?.verdict == .allowed)
    #expect(try AdmissionSample.reason(text, evidence: AdmissionSample.scan([.high, .critical]))?.code == "expression-invalid")
    #expect(try AdmissionSample.reason(text)?.code == "expression-error", "nobody looked")
    #expect(try AdmissionSample.reason(text, evidence: AdmissionSample.scan([], ending: []))?.code == "expression-error")
    let failed = try AdmissionSample.scan([], ending: [.finishedSuccess, .finishedFailed])
    #expect(try AdmissionSample.reason(text, evidence: failed)?.code == "expression-error", "the last scan counts")
    let fields =
      "images[0].registry == 'r.test' && images[0].repository == 'r.test/prod/web' && images[0].digest.startsWith('sha256:aaa')"
    #expect(
      try AdmissionSample.judgements(AdmissionSample.policy("validations: [{expression: \"\(fields)\"}]")).first?.verdict
        == .allowed)
  }

  @Test("asks the attestors that it names, and no others")
  func attested() async throws {
    let spec = "validations: [{expression: \"images.all(i, '\(Vouchers.qa)' in i.evidence.attestedBy)\"}]"
    let text = AdmissionSample.policy(spec)
    let rulebook = try AdmissionSample.rulebook(text)
    let image = try PinnedReference(parsing: AdmissionSample.image)
    #expect(try rulebook.demands(of: AdmissionSample.review())[image]?.attestors == [Vouchers.qa])
    #expect(try AdmissionSample.reason(text)?.code == "expression-invalid")
    var evidence = Evidence()
    evidence.answers[image] = [Vouchers.qa: try await Vouchers().answer(of: Vouchers.qa, on: image, signedBy: [Vouchers.qa])]
    let judgement = try AdmissionSample.judgements(text, evidence: evidence).first
    #expect(judgement?.verdict == .allowed)
    #expect(judgement?.found.map(\.attestor) == [Vouchers.qa])
    evidence.answers[image] = [Vouchers.qa: .unavailable("down")]
    #expect(try AdmissionSample.reason(text, evidence: evidence)?.code == "expression-error")
  }
}
