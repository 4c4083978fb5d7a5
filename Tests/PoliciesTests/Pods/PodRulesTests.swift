import Images
import Policies
import Testing

@Suite("Rules beyond the standards")
struct PodRulesTests {
  private static func document(_ rules: String) -> String {
    "apiVersion: pratique.dev/v1\nkind: PodRules\nmetadata: {name: house}\nspec: {rules: {\(rules)}}"
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let rule: String
    let pass: [[String: String]]
    let fail: [[String: String]]
    var testDescription: String { rule }
  }

  private static let limits = #"{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}}"#

  static let cases: [Case] =
    [
      Case(
        rule: "serviceAccountToken",
        pass: [
          ["pod.automountServiceAccountToken": "false"],
          ["pod.automountServiceAccountToken": "true", "pod.serviceAccountName": #""web""#],
        ],
        fail: [[:], ["pod.automountServiceAccountToken": "true"], ["pod.serviceAccountName": #""web""#]]),
      Case(
        rule: "serviceAccountName", pass: [["pod.serviceAccountName": #""web""#]],
        fail: [[:], ["pod.serviceAccountName": #""default""#]]),
      Case(
        rule: "deprecatedServiceAccount",
        pass: [[:], ["pod.serviceAccount": #""web""#, "pod.serviceAccountName": #""web""#]],
        fail: [["pod.serviceAccount": #""web""#]]),
      Case(
        rule: "readOnlyRootFilesystem",
        pass: [["c.securityContext.readOnlyRootFilesystem": "true", "i.securityContext.readOnlyRootFilesystem": "true"]],
        fail: [[:], ["c.securityContext.readOnlyRootFilesystem": "true"]]),
      Case(
        rule: "sensitiveHostPaths",
        pass: [[:], ["pod.volumes": #"[{"name":"v","hostPath":{"path":"/data"}}]"#]],
        fail: ["/", "/etc/passwd", "/var/run/docker.sock", "/var", "/run", "/data/../etc", "/var/lib/kubelet/pki"].map {
          ["pod.volumes": #"[{"name":"v","hostPath":{"path":"\#($0)"}}]"#]
        }),
      Case(
        rule: "imageTag", pass: [["c.image": #""web:v1""#, "i.image": #""web:v1""#]],
        fail: [["c.image": #""web:v1""#], ["c.image": #""web:latest""#, "i.image": #""web:1""#]]),
      Case(
        rule: "secretsAsEnvironment", pass: [["c.env": #"[{"name":"A","value":"b"}]"#]],
        fail: [
          ["c.env": #"[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]"#],
          ["i.envFrom": #"[{"secretRef":{"name":"s"}}]"#],
        ]),
      Case(
        rule: "hostAliases", pass: [[:], ["pod.hostAliases": "[]"]],
        fail: [["pod.hostAliases": #"[{"ip":"1.2.3.4","hostnames":["a"]}]"#]]),
      Case(rule: "hostUsers", pass: [["pod.hostUsers": "false"]], fail: [[:], ["pod.hostUsers": "true"]]),
      Case(
        rule: "highUser", pass: [["pod.securityContext.runAsUser": "10001"]],
        fail: [[:], ["pod.securityContext.runAsUser": "10001", "c.securityContext.runAsUser": "1000"]]),
      Case(rule: "highGroup", pass: [["pod.securityContext.runAsGroup": "20000"]], fail: [[:]]),
      Case(
        rule: "addedCapabilities", pass: [[:], ["c.securityContext.capabilities.drop": #"["ALL"]"#]],
        fail: [["e.securityContext.capabilities.add": #"["CHOWN"]"#]]),
      Case(
        rule: "appArmor",
        pass: [
          ["pod.securityContext.appArmorProfile.type": #""RuntimeDefault""#],
          [
            "c.securityContext.appArmorProfile.type": #""RuntimeDefault""#,
            "i.securityContext.appArmorProfile": #"{"type":"Localhost","localhostProfile":"a"}"#,
          ],
        ],
        fail: [
          [:], ["c.securityContext.appArmorProfile.type": #""RuntimeDefault""#],
          ["pod.securityContext.appArmorProfile.type": #""Unconfined""#],
        ]),
      Case(rule: "claimAccessMode", pass: [[:]], fail: []), Case(rule: "claimStorage", pass: [[:]], fail: []),
      Case(rule: "legacyAnnotations", pass: [[:]], fail: []), Case(rule: "deprecatedAPI", pass: [[:]], fail: []),
    ]
    + ["limitsCPU", "limitsMemory", "requestsCPU", "requestsMemory"].map {
      Case(
        rule: $0, pass: [["c.resources": limits, "i.resources": limits, "e.stdin": "true"]],
        fail: [["c.resources": limits], ["c.resources": "{}", "i.resources": limits]])
    }

  @Test("hold and are broken", arguments: cases)
  func rules(_ the: Case) throws {
    let trial = try Trial(Self.document("\(the.rule): block"))
    for fields in the.pass { #expect(try trial.decision(on: PodSketch().with(fields).object()).isAllowed, "\(fields)") }
    for fields in the.fail {
      let decision = try trial.decision(on: PodSketch().with(fields).object(kind: "Deployment"))
      #expect(decision.codes == ["pod-rule"], "\(fields)")
      #expect(decision.problems.first?.hasPrefix("PodRules house: \(the.rule): ") == true)
    }
  }

  @Test("know annotations and versions of old")
  func old() throws {
    let trial = try Trial(Self.document("legacyAnnotations: block"))
    let key = "container.apparmor.security.beta.kubernetes.io/container1"
    #expect(try !trial.decision(on: PodSketch().with([:], annotations: [key: "runtime/default"]).object()).isAllowed)
    let text = "{apiVersion: extensions/v1beta1, kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: b}]}}}}"
    let object = try DocumentNode(parsing: text, file: "x").json().root
    #expect(try !Trial(Self.document("deprecatedAPI: block")).decision(on: object).isAllowed)
  }

  @Test("look at what the claims of a StatefulSet ask for")
  func claims() throws {
    func broken(_ rule: String, _ spec: String) throws -> Bool {
      let text = """
        {apiVersion: apps/v1, kind: StatefulSet, spec: {template: {spec: {containers: [{name: a, image: b}]}},
          volumeClaimTemplates: [{metadata: {name: data}, spec: \(spec)}]}}
        """
      let object = try DocumentNode(parsing: text, file: "set.yaml").json().root
      let decision = try Trial(Self.document("\(rule): block")).decision(on: object, resource: "statefulsets")
      return decision.problems.first?.contains(#"claim "data" must set"#) ?? false
    }
    #expect(try !broken("claimAccessMode", "{accessModes: [ReadWriteOnce]}"))
    #expect(try broken("claimAccessMode", "{accessModes: [ReadWriteOnce, ReadWriteMany]}"))
    #expect(try broken("claimAccessMode", "{}"))
    #expect(try !broken("claimStorage", "{resources: {requests: {storage: 1Gi}}}"))
    #expect(try broken("claimStorage", "{resources: {limits: {storage: 1Gi}}}"))
  }

  @Test(
    "hold amounts to at most what the document says",
    arguments: [
      ("limitsCPU", "750m", "750m", true), ("limitsCPU", "750m", "0.751", false), ("limitsCPU", "750m", "1", false),
      ("limitsCPU", "'1'", "1000m", true), ("limitsMemory", "1Gi", "1073741824", true), ("limitsMemory", "1Gi", "1025Mi", false),
      ("limitsMemory", "1Gi", "1e9", true), ("limitsMemory", "1Gi", "1E", false), ("limitsMemory", "1Gi", "much", false),
      ("limitsMemory", "1Gi", "-1", false), ("requestsCPU", "500m", ".1", false),
      ("limitsCPU", "750m", "0", false), ("limitsMemory", "1Gi", "0m", false),
    ])
  func amounts(_ rule: String, _ most: String, _ amount: String, _ isFit: Bool) throws {
    let trial = try Trial(Self.document("\(rule): {enforcement: block, values: [\(most)]}"))
    let (kind, resource) = (rule.hasPrefix("limits") ? "limits" : "requests", rule.hasSuffix("CPU") ? "cpu" : "memory")
    let pod = PodSketch().with(["c", "i"].reduce(into: [:]) { $0["\($1).resources.\(kind).\(resource)"] = "\"\(amount)\"" })
    #expect(try trial.decision(on: pod.object()).isAllowed == isFit)
  }

  @Test("judge what a running pod is resized to, and let its labels change")
  func resize() throws {
    let trial = try Trial(Self.document("limitsCPU: {enforcement: block, values: [750m]}"))
    func pod(_ amount: String, labels: String = "{}") throws -> JSONNode {
      try PodSketch().with(["c.resources.limits.cpu": "\"\(amount)\"", "i.resources.limits.cpu": #""1m""#]).object(labels: labels)
    }
    #expect(try trial.decision(on: pod("700m"), was: pod("500m"), resource: "pods/resize").isAllowed)
    for amount in ["9", "0"] {
      #expect(try !trial.decision(on: pod(amount), was: pod("500m"), resource: "pods/resize").isAllowed)
      #expect(try !trial.decision(on: pod(amount), was: pod("500m")).isAllowed)
    }
    #expect(try trial.decision(on: pod("9", labels: #"{"a":"b"}"#), was: pod("9")).isAllowed)
  }

  @Test("let a container add the capabilities that the document names")
  func capabilities() throws {
    let trial = try Trial(Self.document("addedCapabilities: {enforcement: block, values: [NET_BIND_SERVICE]}"))
    func pod(_ add: String) -> PodSketch { PodSketch().with(["c.securityContext.capabilities.add": add]) }
    #expect(try trial.decision(on: pod(#"["NET_BIND_SERVICE"]"#).object()).isAllowed)
    let denied = try trial.decision(on: pod(#"["NET_BIND_SERVICE","KILL"]"#).object())
    #expect(denied.problems.first?.contains(#"container "container1" must not add "KILL""#) == true)
  }

  @Test("each follow their own word, and take values where they can")
  func words() throws {
    let trial = try Trial(
      Self.document("hostAliases: warn, imageTag: audit, sensitiveHostPaths: {enforcement: block, values: [/srv]}"))
    let decision = try trial.decision(
      on: PodSketch().with(["pod.hostAliases": #"[{"ip":"1.2.3.4"}]"#]).object())
    #expect(decision.isAllowed && decision.warnings.count == 1 && decision.mildModes == ["warn", "audit"])
    #expect(
      try !trial.decision(on: PodSketch().with(["pod.volumes": #"[{"name":"v","hostPath":{"path":"/srv/a"}}]"#]).object())
        .isAllowed)
  }

  @Test(
    "are refused where they say nothing",
    arguments: [
      "", "hostAlias: block", "imageTag: yes", "imageTag: {enforcement: block, values: [a]}",
      "limitsCPU: {enforcement: block, values: [lots]}",
    ])
  func faults(_ rules: String) {
    #expect(throws: DocumentError.self) { try Trial(Self.document(rules)) }
  }
}
