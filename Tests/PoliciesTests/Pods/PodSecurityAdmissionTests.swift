import Images
import Policies
import Testing

/// Documents and an object, judged.
struct Trial {
  let rulebook: Rulebook

  init(_ documents: String...) throws {
    rulebook = try Rulebook(
      policies: documents.enumerated().map { PolicyText($1, file: "policy-\($0).yaml") }, attestors: nil)
  }

  /// The workload alone is judged, its images are not.
  func decision(
    on object: JSONNode, was old: JSONNode? = nil, in namespace: String = "prod", by user: String? = "alice",
    labels: [String: String]? = [:], resource: String = "pods", at nowSeconds: Int64 = 1_777_896_000
  ) throws -> Decision {
    let review = WorkloadReview(
      try Workload(object), in: Place(namespace: namespace), object: object, oldObject: old,
      requester: user.map { Requester(username: $0, groups: []) }, namespaceLabels: labels, resource: resource,
      judgesImages: false)
    return rulebook.decision(on: review, evidence: Evidence(), at: nowSeconds)
  }
}

@Suite("Kubernetes' pod security by namespace labels")
struct PodSecurityAdmissionTests {
  static let configuration = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
    - name: PodSecurity
      configuration:
        apiVersion: pod-security.admission.config.k8s.io/v1
        kind: PodSecurityConfiguration
        defaults: {enforce: baseline, enforce-version: latest, warn: restricted, warn-version: v1.24}
        exemptions: {usernames: [admin], namespaces: [kube-system], runtimeClasses: [gvisor]}
    """
  private static let prefix = "pod-security.kubernetes.io/"
  private let privileged = PodSketch.minimal(.restricted, minor: 37).with(["c.securityContext.privileged": "true"])
  private let plain = PodSketch.minimal(.baseline, minor: 37)

  @Test("enforces the label of the namespace, else the default")
  func enforce() throws {
    let trial = try Trial(Self.configuration)
    let denied = try trial.decision(on: privileged.object())
    #expect(!denied.isAllowed)
    #expect(
      denied.problems.first?.contains(
        #"violates PodSecurity "baseline:latest": privileged (container "container1" must not set securityContext.privileged=true)"#
      )
        == true)
    #expect(denied.codes == ["pod-security"])
    #expect(try trial.decision(on: privileged.object(), labels: ["\(Self.prefix)enforce": "privileged"]).isAllowed)
    #expect(try !trial.decision(on: plain.object(), labels: ["\(Self.prefix)enforce": "restricted"]).isAllowed)
    #expect(
      try trial.decision(
        on: PodSketch.minimal(.restricted, minor: 7).object(),
        labels: ["\(Self.prefix)enforce": "restricted", "\(Self.prefix)enforce-version": "v1.7"]
      ).isAllowed)
  }

  @Test("warns and audits what makes pods, and refuses it nothing")
  func controllers() throws {
    let trial = try Trial(Self.configuration)
    let decision = try trial.decision(on: plain.object(kind: "Deployment"), resource: "deployments")
    #expect(decision.isAllowed)
    #expect(
      decision.warnings.contains { $0.hasPrefix(#"would violate PodSecurity "restricted:v1.24": allowPrivilegeEscalation"#) })
    #expect(try trial.decision(on: privileged.object(kind: "Deployment"), resource: "deployments").isAllowed)
  }

  @Test("spares who is refused the warnings")
  func noWarnings() throws {
    let decision = try Trial(Self.configuration).decision(on: plain.with(["pod.hostPID": "true"]).object())
    #expect(!decision.isAllowed && decision.warnings.isEmpty)
  }

  @Test("exempts users, namespaces and runtime classes by exact name")
  func exemptions() throws {
    let trial = try Trial(Self.configuration)
    #expect(try trial.decision(on: privileged.object(), by: "admin").isAllowed)
    #expect(try !trial.decision(on: privileged.object(), by: "admin2").isAllowed)
    #expect(try trial.decision(on: privileged.object(), in: "kube-system", labels: nil).isAllowed)
    #expect(try trial.decision(on: privileged.with(["pod.runtimeClassName": #""gvisor""#]).object()).isAllowed)
    #expect(try !trial.decision(on: privileged.with(["pod.runtimeClassName": #""runc""#]).object()).isAllowed)
  }

  @Test("takes a level that cannot be read for restricted, and says so")
  func badLabels() throws {
    let decision = try Trial(Self.configuration).decision(on: plain.object(), labels: ["\(Self.prefix)enforce": "strict"])
    #expect(!decision.isAllowed)
    #expect(
      decision.warnings.first?.contains(
        #"metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted"#
      )
        == true)
  }

  @Test("refuses a pod of a namespace it knows nothing of, unless nobody asks")
  func unknownNamespace() throws {
    let trial = try Trial(Self.configuration)
    #expect(try trial.decision(on: plain.object(), labels: nil).codes == ["namespace-unknown"])
    #expect(try trial.decision(on: plain.object(), by: nil, labels: nil).isAllowed)
  }

  @Test("looks at a change of a pod only where images or debug containers change")
  func updates() throws {
    let trial = try Trial(Self.configuration)
    let old = try privileged.object()
    #expect(try trial.decision(on: privileged.object(labels: #"{"a":"b"}"#), was: old).isAllowed)
    #expect(try !trial.decision(on: privileged.with(["c.image": #""other""#]).object(), was: old).isAllowed)
    #expect(
      try !trial.decision(on: privileged.with(["e.stdin": "true"]).object(), was: old, resource: "pods/ephemeralcontainers")
        .isAllowed)
    #expect(try trial.decision(on: privileged.with(["c.image": #""x""#]).object(), was: old, resource: "pods/status").isAllowed)
    let unconfined = privileged.with([:], annotations: ["seccomp.security.alpha.kubernetes.io/pod": "unconfined"])
    #expect(try !trial.decision(on: unconfined.object(), was: old).isAllowed)
  }

  @Test("refuses a namespace whose labels cannot be read, unless they were so before")
  func namespaces() throws {
    let trial = try Trial(Self.configuration)
    func namespace(_ name: String, _ level: String) throws -> JSONNode {
      try DocumentNode(
        parsing: "{apiVersion: v1, kind: Namespace, metadata: {name: \(name), labels: {\(Self.prefix)enforce: \(level)}}}",
        file: "namespace"
      ).json().root
    }
    #expect(try !trial.decision(on: namespace("x", "strict"), resource: "namespaces").isAllowed)
    #expect(try trial.decision(on: namespace("x", "strict"), was: namespace("x", "strict"), resource: "namespaces").isAllowed)
    for part in ["namespaces/finalize", "namespaces/status"] {
      #expect(try trial.decision(on: namespace("x", "strict"), resource: part).isAllowed)
    }
    #expect(try trial.decision(on: namespace("x", "restricted"), resource: "namespaces").warnings.isEmpty)
    #expect(
      try trial.decision(on: namespace("kube-system", "restricted"), resource: "namespaces").warnings.first?.hasPrefix(
        #"namespace "kube-system" is exempt from Pod Security, and the policy (enforce=restricted:latest) will be ignored"#)
        == true)
  }

  @Test("takes what is written as empty for what is not written")
  func empty() throws {
    let trial = try Trial(
      """
      apiVersion: pod-security.admission.config.k8s.io/v1beta1
      kind: PodSecurityConfiguration
      defaults: {enforce: "", enforce-version: "", warn: "", warn-version: latest}
      exemptions: {usernames: [], namespaces: [], runtimeClasses: [kata.v2]}
      """)
    let decision = try trial.decision(on: privileged.object())
    #expect(decision.isAllowed && decision.warnings.isEmpty)
  }

  @Test(
    "refuses a configuration that cannot be meant",
    arguments: [
      "defaults: {enforce: strict}", "defaults: {enforce-version: v1.02}", "defaults: {enforces: baseline}",
      "exemptions: {groups: [a]}", "exemptions: {namespaces: [a, a]}", "extra: 1",
      "exemptions: {namespaces: [Kube-System]}", "exemptions: {namespaces: [a.b]}", "exemptions: {namespaces: [-a]}",
      "exemptions: {runtimeClasses: [a..b]}", "exemptions: {runtimeClasses: [a_b]}", "exemptions: {usernames: ['']}",
    ])
  func faults(_ line: String) {
    #expect(throws: DocumentError.self) {
      try Trial("apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n\(line)")
    }
  }
}

@Suite("A standard demanded by a document of our own")
struct StandardPolicyTests {
  static func document(_ more: String = "standard: restricted") -> String {
    "apiVersion: pratique.dev/v1\nkind: PodSecurity\nmetadata: {name: all}\nspec: {\(more)}"
  }
  private let good = PodSketch.minimal(.restricted, minor: 37)

  @Test("is enforced on what makes pods as on pods", arguments: ["Pod", "Deployment", "CronJob"])
  func kinds(_ kind: String) throws {
    let trial = try Trial(Self.document())
    #expect(try trial.decision(on: good.object(kind: kind)).isAllowed)
    for part in ["c", "i", "e"] {
      let bad = good.with(["\(part).securityContext.seccompProfile.type": #""Unconfined""#])
      #expect(try !trial.decision(on: bad.object(kind: kind)).isAllowed)
    }
  }

  @Test("lets a pod of before it be labelled, and do no more than before")
  func updates() throws {
    let trial = try Trial(Self.document())
    let before = good.with(["pod.volumes": #"[{"name":"v","hostPath":{"path":"/var/log"}}]"#])
    let old = try before.object()
    #expect(try trial.decision(on: before.object(labels: #"{"a":"b"}"#), was: old).isAllowed)
    #expect(try trial.decision(on: good.object(), was: old).isAllowed)
    for more in [["pod.hostNetwork": "true"], ["c.securityContext.privileged": "true"]] {
      #expect(try !trial.decision(on: before.with(more).object(), was: old).isAllowed)
    }
    #expect(try !trial.decision(on: before.object(), was: good.object()).isAllowed)
  }

  @Test("can leave what makes pods alone, only warn, and hold in some namespaces")
  func options() throws {
    let bad = try good.with(["pod.hostIPC": "true"]).object(kind: "Deployment")
    #expect(try Trial(Self.document("standard: baseline, controllers: ignore")).decision(on: bad).isAllowed)
    let warned = try Trial(Self.document("standard: baseline, controllers: warn")).decision(on: bad)
    #expect(warned.isAllowed && warned.warnings.count == 1)
    #expect(try Trial(Self.document("standard: baseline, namespaces: [test]")).decision(on: bad).isAllowed)
    #expect(try !Trial(Self.document("standard: baseline, namespaces: [prod]")).decision(on: bad).isAllowed)
  }

  @Test(
    "wants a profile that is set to be one",
    arguments: [
      ["c.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":""}"#],
      ["pod.securityContext.seccompProfile": #"{"type":"Localhost"}"#],
      ["i.securityContext.appArmorProfile": #"{"type":"Localhost","localhostProfile":" "}"#],
      ["e.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"../x"}"#],
      ["c.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"/./"}"#],
      ["c.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"\u200b"}"#],
    ])
  func hollow(_ fields: [String: String]) throws {
    let decision = try Trial(Self.document("standard: baseline")).decision(on: good.with(fields).object())
    #expect(decision.problems.first?.contains("profile without effect") == true)
  }

  @Test("wants no annotation to undo what a field says")
  func annotations() throws {
    let trial = try Trial(Self.document())
    func allows(_ key: String, _ value: String) throws -> Bool {
      try trial.decision(on: good.with([:], annotations: [key: value]).object()).isAllowed
    }
    #expect(try allows("container.apparmor.security.beta.kubernetes.io/container1", "localhost/web"))
    #expect(try !allows("container.apparmor.security.beta.kubernetes.io/container1", "localhost/"))
    #expect(try !allows("container.apparmor.security.beta.kubernetes.io/container1", "unconfined"))
    #expect(try !allows("container.seccomp.security.alpha.kubernetes.io/container1", "unconfined"))
    #expect(try allows("seccomp.security.alpha.kubernetes.io/pod", "runtime/default"))
  }

  @Test(
    "is refused where it would say nothing",
    arguments: ["standard: privileged", "version: v1.2", "standard: baseline, namespaces: []", "standard: baseline, mode: x"])
  func faults(_ spec: String) {
    #expect(throws: DocumentError.self) { try Trial(Self.document(spec)) }
  }
}
