import Images
import Policies
import Testing

@Suite("What an admission policy is about")
struct AdmissionMatchTests {
  static let never = "validations: [{expression: 'false && object.x'}]"

  private static func rule(_ groups: String, _ operations: String, _ resources: String, _ more: String = "") -> String {
    "[{apiGroups: [\(groups)], apiVersions: [v1], operations: [\(operations)], resources: [\(resources)]\(more)}]"
  }

  struct Case: Sendable {
    let name: String
    var rules = AdmissionMatchTests.rule("''", "CREATE", "pods")
    var selector = "{}"
    var binding = "{}"
    var labels: [String: String]? = ["env": "live"]
    var resource = "pods"
    var namespace = "prod"
    let matches: Bool
  }

  static let cases: [Case] = [
    Case(name: "its resource", matches: true),
    Case(name: "another resource", rules: rule("''", "CREATE", "services"), matches: false),
    Case(name: "another group", rules: rule("apps", "CREATE", "pods"), matches: false),
    Case(name: "any group and resource", rules: rule("'*'", "'*'", "'*'"), matches: true),
    Case(name: "another operation", rules: rule("''", "UPDATE", "pods"), matches: false),
    Case(name: "a part of a resource is not the resource", resource: "pods/ephemeralcontainers", matches: false),
    Case(
      name: "* is no part of a resource", rules: rule("''", "'*'", "'*'"), resource: "pods/ephemeralcontainers", matches: false),
    Case(name: "all parts of pods", rules: rule("''", "'*'", "pods/*"), resource: "pods/ephemeralcontainers", matches: true),
    Case(
      name: "one part of all", rules: rule("''", "'*'", "'*/ephemeralcontainers'"), resource: "pods/ephemeralcontainers",
      matches: true),
    Case(name: "everything", rules: rule("''", "'*'", "'*/*'"), resource: "pods/ephemeralcontainers", matches: true),
    Case(name: "told from the kind", resource: "", matches: true),
    Case(name: "its name", rules: rule("''", "'*'", "pods", ", resourceNames: [web]"), matches: true),
    Case(name: "another name", rules: rule("''", "'*'", "pods", ", resourceNames: [other]"), matches: false),
    Case(name: "only what belongs to no namespace", rules: rule("''", "'*'", "pods", ", scope: Cluster"), matches: false),
    Case(name: "its namespace", selector: "{matchLabels: {kubernetes.io/metadata.name: prod}}", matches: true),
    Case(
      name: "its namespace, labels unknown", selector: "{matchLabels: {kubernetes.io/metadata.name: prod}}", labels: nil,
      matches: true),
    Case(name: "another namespace", selector: "{matchLabels: {kubernetes.io/metadata.name: test}}", labels: nil, matches: false),
    Case(
      name: "any but this namespace",
      selector: "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [prod]}]}", labels: nil,
      matches: false),
    Case(name: "a label of the namespace", selector: "{matchLabels: {env: live}}", matches: true),
    Case(name: "another label", selector: "{matchLabels: {env: test}}", matches: false),
    Case(name: "labels unknown count as meant", selector: "{matchLabels: {env: test}}", labels: nil, matches: true),
    Case(name: "no such label", selector: "{matchExpressions: [{key: env, operator: DoesNotExist}]}", matches: false),
    Case(
      name: "a binding elsewhere", binding: "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: test}}}",
      matches: false),
    Case(name: "a binding for an object", binding: "{objectSelector: {matchLabels: {app: shop}}}", matches: true),
    Case(name: "a binding for other objects", binding: "{objectSelector: {matchLabels: {app: other}}}", matches: false),
    Case(name: "excluded", binding: "{excludeResourceRules: \(rule("''", "'*'", "pods"))}", matches: false),
    Case(name: "another version, equivalent", rules: rule("''", "CREATE", "pods").replacing("[v1]", with: "[v2]"), matches: true),
  ]

  @Test("is what its rules and selectors say", arguments: cases)
  func match(_ the: Case) throws {
    let text = AdmissionSample.policy(Self.never, rules: the.rules, selector: the.selector, binding: the.binding)
    let review = try AdmissionSample.review(
      labels: #"{"app": "shop"}"#, namespace: the.namespace, namespaceLabels: the.labels, resource: the.resource)
    #expect(try AdmissionSample.judgements(text, on: review).isEmpty != the.matches, "\(the.name)")
  }

  static let faults: [(String, String)] = [
    (AdmissionSample.policy("validations: []"), "demands nothing"),
    (AdmissionSample.policy(never, rules: "[]"), "matches nothing"),
    (AdmissionSample.policy(never, rules: rule("''", "'*'", "")), "is empty"),
    (AdmissionSample.policy(never, rules: rule("''", "MAKE", "pods")), "operation is unknown"),
    (AdmissionSample.policy(never, selector: "{matchLabels: {a: b}, nope: 1}"), "unknown here"),
    (AdmissionSample.policy(never, selector: "{matchExpressions: [{key: a, operator: In}]}"), "without values"),
    (AdmissionSample.policy(never, selector: "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}"), "takes no values"),
    (AdmissionSample.policy(never, actions: "[]"), "nothing follows"),
    (AdmissionSample.policy(never, actions: "[Deny, Warn]"), "say the same"),
    (AdmissionSample.policy(never, actions: "[Deny, Deny]"), "twice"),
    (AdmissionSample.policy(never, actions: "[Kill]"), "not one of"),
    (AdmissionSample.policy(never + "\nparamKind: {apiVersion: v1, kind: ConfigMap}"), "paramKind is not read"),
    (AdmissionSample.policy(never).replacing("policyName: p", with: "policyName: q"), "there is no ValidatingAdmissionPolicy q"),
    (
      AdmissionSample.policy(never).replacing("policyName: p", with: "policyName: p, paramRef: {name: a}"), "paramRef is not read"
    ),
    (AdmissionSample.policy(never).replacing("k8s.io/v1", with: "k8s.io/v1beta1"), "version is not read"),
    (AdmissionSample.policy("validations: [{expression: 'nope == 1'}]"), "not declared"),
    (
      AdmissionSample.policy("validations: [{expression: object.metadata.name + 1}]").replacing(
        "object.metadata.name + 1", with: "\"'a' + 1\""), "no overload"
    ),
    (AdmissionSample.policy("validations: [{expression: '1'}]"), "bool is wanted"),
    (AdmissionSample.policy("validations: [{expression: 'true', messageExpression: '1'}]"), "string is wanted"),
    (AdmissionSample.policy("validations: [{expression: 'true', reason: Because}]"), "not one of"),
    (
      AdmissionSample.policy("validations: [{expression: \"authorizer.path('/').check('get').allowed()\"}]"),
      "authorizer is not known"
    ),
    (AdmissionSample.policy("validations: [{expression: 'params.x'}]"), "params is not known"),
    (
      AdmissionSample.policy("variables: [{name: a, expression: variables.b}, {name: b, expression: '1'}]\n" + never),
      "no variable"
    ),
    (
      AdmissionSample.policy(
        "matchConditions: [{name: a, expression: variables.b}]\nvariables: [{name: b, expression: 'true'}]\n" + never),
      "no variable"
    ),
    (
      AdmissionSample.policy(
        "validations: [{expression: images.all(i, 'qa' in i.evidence.attestedBy)}]".replacing(
          "images.all(i, 'qa' in i.evidence.attestedBy)", with: "\"images.all(i, 'qa' in i.evidence.attestedBy)\"")),
      "no attestor is named"
    ),
  ]

  @Test("is refused where it could mean nothing, or what is not read", arguments: faults)
  func refused(_ text: String, _ message: String) {
    let error = #expect(throws: DocumentError.self, "\(message)") { try AdmissionSample.rulebook(text) }
    #expect(error?.reason.contains(message) == true, "\(message): \(error?.reason ?? "")")
  }

  @Test("may name only attestors that exist")
  func unknownAttestor() {
    let text = AdmissionSample.policy(
      "validations: [{expression: \"images.all(i, 'projects/p/attestors/qa' in i.evidence.attestedBy)\"}]")
    let error = #expect(throws: DocumentError.self) { try AdmissionSample.rulebook(text, attestors: "[]") }
    #expect(error?.reason.contains("there is no attestor") == true)
  }
}
