import Images
import Policies
import Testing

@Suite("The analysis of policies")
struct PolicyAnalysisTests {
  static let block = "enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG"

  private static func project(_ patterns: [String], rule: String = "evaluationMode: ALWAYS_DENY", more: String = "") -> String {
    (patterns.isEmpty ? "" : "admissionWhitelistPatterns:\n" + patterns.map { "  - namePattern: \($0)\n" }.joined())
      + "defaultAdmissionRule: {\(rule), \(block)}\n" + more
  }

  static let cases: [(String, [String])] = [
    (project(["r.test/a", "r.test/b/**"]), []),
    (project(["r.test/a", "r.test/*"]), ["pattern-shadowed 0"]), (project(["r.test/*", "r.test/*"]), ["pattern-shadowed 1"]),
    (project(["r.test/a/b/**", "r.test/a/**", "r.test/a/*"]), ["pattern-shadowed 0", "pattern-shadowed 2"]),
    (project(["r.test/**"]), ["pattern-covers-registry 0"]), (project(["docker.io/*"]), ["pattern-matches-nothing 0"]),
    (project(["docker.io/b*"]), ["pattern-matches-nothing 0"]), (project(["docker.io/library/*"]), []),
    (project(["r.test/a:v1"]), ["pattern-needs-tag 0"]), (project([]), ["nothing-admitted"]),
    (project([], rule: "evaluationMode: ALWAYS_ALLOW"), ["nothing-enforced"]),
    (project(["r.test/a"]).replacing("ENFORCED_BLOCK_AND_AUDIT_LOG", with: "DRYRUN_AUDIT_LOG_ONLY"), ["nothing-enforced"]),
    (
      project(
        ["r.test/a"],
        more:
          "kubernetesNamespaceAdmissionRules:\n  prod: {evaluationMode: ALWAYS_DENY, \(block)}\n  test: {evaluationMode: ALWAYS_ALLOW, \(block)}\n"
      ),
      ["rule-same-as-default"]
    ),
    (
      project(
        [], rule: "evaluationMode: ALWAYS_ALLOW",
        more: "kubernetesNamespaceAdmissionRules:\n  prod: {evaluationMode: ALWAYS_DENY, \(block)}\n"),
      ["default-allows"]
    ),
    (AdmissionSample.policy("validations: [{expression: 'object.a == 1'}]"), []),
    (AdmissionSample.policy("validations: [{expression: 'true'}]"), ["validation-always-true 0"]),
    (AdmissionSample.policy("validations: [{expression: '1 == 2'}]"), ["validation-always-false 0"]),
    (AdmissionSample.policy("validations: [{expression: '1 / 0 == 2'}]"), ["expression-always-fails 0"]),
    (
      AdmissionSample.policy("matchConditions: [{name: a, expression: 'false'}]\nvalidations: [{expression: 'object.a == 1'}]"),
      ["policy-never-fires 0"]
    ),
    (
      AdmissionSample.policy("matchConditions: [{name: a, expression: 'true'}]\nvalidations: [{expression: 'object.a == 1'}]"),
      ["condition-always-true 0"]
    ),
    (
      AdmissionSample.policy(
        "validations: [{expression: 'object.a == 1'}]", selector: "{matchLabels: {kubernetes.io/metadata.name: a}}",
        binding: "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}"), ["policy-never-fires"]
    ),
    (
      AdmissionSample.policy("validations: [{expression: 'object.a == 1'}]").replacing(
        "operations: [CREATE, UPDATE]", with: "operations: [DELETE]"),
      ["rule-never-fires 0"]
    ),
    (
      AdmissionSample.policy("validations: [{expression: 'object.a == 1'}]").replacing(
        "resources: [pods]", with: "resources: [services]"), ["rule-without-pods 0"]
    ),
    (AdmissionSample.policy("validations: [{expression: 'object.metadata.labels.team != object.spec.schedulerName'}]"), []),
    (AdmissionSample.policy("validations: [{expression: 'object.spec.containers.all(c, c.name != c.image)'}]"), []),
    (
      AdmissionSample.policy("validations: [{expression: 'object.a == 1'}]").replacing(
        "resources: [pods]", with: "resources: [deployments]"
      ).replacing("object.a", with: "object.metadata.name"), []
    ),
    (
      String(AdmissionSample.policy("validations: [{expression: 'object.a == 1'}]").split(separator: "---")[0]),
      ["policy-unbound"]
    ),
  ]

  @Test("tells what cannot be meant, and nothing else", arguments: cases)
  func findings(_ text: String, _ wanted: [String]) throws {
    let findings = try AdmissionSample.rulebook(text).findings(at: 1_777_896_000)
    let found = findings.map { finding in
      finding.code
        + (finding.path.contains("[") && !finding.path.contains("Rules[prod")
          ? " \(finding.path.split(separator: "[")[1].prefix(1))" : "")
    }
    #expect(found == wanted, "\(text)")
    for finding in findings {
      #expect(!finding.remedy.isEmpty)
      #expect(finding.place(in: [PolicyText(text, file: "p.yaml")])?.line != nil, "\(finding)")
    }
  }

  @Test(
    "tells what continuous validation does not know",
    arguments: [
      ("object.metadata.name.startsWith('web')", "object.metadata.name"),
      ("has(object.metadata.ownerReferences)", "object.metadata.ownerReferences"),
      ("object.metadata.ownerReferences.exists(o, o.kind == 'Job')", "object.metadata.ownerReferences"),
      ("object.spec.?nodeName.orValue('') == ''", "object.spec.nodeName"),
      ("object['spec']['hostname'] == 'a'", "object.spec.hostname"),
      ("request.userInfo.username == 'root' && object.status.phase == 'a'", "object.status, request.userInfo"),
      ("!object.spec.affinity.nodeAffinity.required.terms.exists(t, has(t.matchFields))", "matchFields"),
    ])
  func runtime(_ expression: String, _ named: String) throws {
    let text = AdmissionSample.policy("validations: [{expression: \"\(expression)\"}]")
    let findings = try AdmissionSample.rulebook(text).findings(at: 0)
    #expect(findings.map(\.code) == ["expression-differs-at-runtime"])
    #expect(findings.first?.problem.hasPrefix("Continuous validation does not know \(named), so") == true, "\(findings)")
  }

  @Test("points at the line")
  func place() throws {
    let text = Self.project(["r.test/a", "r.test/*"])
    let finding = try #require(try AdmissionSample.rulebook(text).findings(at: 0).first)
    #expect(finding.place(in: [PolicyText(text, file: "p.yaml")])?.line == 2)
  }
}
