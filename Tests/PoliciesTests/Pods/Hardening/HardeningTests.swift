import Images
import Policies
import Testing

@Suite("Hardening")
struct HardeningTests {
  private typealias Samples = HardeningSamples

  /// What comes of one pod: the specification after it, or the codes of the refusals.
  struct Case: Sendable, CustomTestStringConvertible {
    let bits: String
    let spec: String
    var annotations = "{}"
    var codes: [String] = []
    /// A part of the object as it is stored; empty where only the codes count.
    var gives = ""
    var testDescription: String { "\(bits) on \(spec)" }
  }

  private func outcome(_ the: Case, _ evidence: Evidence = Evidence()) throws -> (after: String, codes: [String]) {
    let hardening = try Samples.hardening(the.bits)
    let object = try Samples.pod(the.spec, annotations: the.annotations)
    let plan = try #require(hardening.plan(for: object, in: Samples.review(object), knowing: evidence))
    let after = try #require(plan.patch.applied(to: object))
    if let bytes = plan.patch.bytes {
      let reference = try ReferencePatch.apply(bytes, to: JSONValue(object).bytes)
      #expect(try reference == ReferencePatch.canonical(JSONValue(after).bytes))
    }
    return (Samples.text(after), plan.refusals.map(\.code))
  }

  private static let one = "containers: [{name: a, image: r.test/a}]"

  @Test(
    "sets what is absent, leaves what is written, and refuses the contrary only where it is required",
    arguments: [
      Case(
        bits: "allowPrivilegeEscalation: set", spec: "{\(one)}", gives: #""securityContext":{"allowPrivilegeEscalation":false}"#),
      Case(
        bits: "allowPrivilegeEscalation: set",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {allowPrivilegeEscalation: true}}]}",
        gives: #""allowPrivilegeEscalation":true"#),
      Case(
        bits: "allowPrivilegeEscalation: require",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {allowPrivilegeEscalation: true}}]}",
        codes: ["hardening-refused"], gives: #""allowPrivilegeEscalation":true"#),
      Case(
        bits: "capabilities: set", spec: "{\(one)}", gives: #""securityContext":{"capabilities":{"drop":["ALL"]}}"#),
      Case(
        bits: "capabilities: require",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]}",
        gives: #""capabilities":{"add":["NET_BIND_SERVICE"],"drop":["ALL"]}"#),
      Case(
        bits: "capabilities: require",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {add: [NET_ADMIN], drop: [ALL]}}}]}",
        codes: ["hardening-refused"]),
      Case(
        bits: "capabilities: {mode: require, allowed: []}",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]}",
        codes: ["hardening-refused"]),
      Case(
        bits: "capabilities: require",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {drop: [NET_RAW, all]}}}]}",
        codes: ["hardening-refused"]),
      Case(
        bits: "seccompProfile: set", spec: "{\(one)}", gives: #""securityContext":{"seccompProfile":{"type":"RuntimeDefault"}}"#),
      Case(
        bits: "seccompProfile: require", spec: "{securityContext: {seccompProfile: {type: Unconfined}}, \(one)}",
        codes: ["hardening-refused"]),
      // A Localhost profile without a name was unconfined in the kubelet: CVE-2023-2431.
      Case(
        bits: "seccompProfile: require",
        spec:
          "{containers: [{name: a, image: r.test/a, securityContext: {seccompProfile: {type: Localhost, localhostProfile: ''}}}]}",
        codes: ["hardening-refused"]),
      Case(
        bits: "seccompProfile: require",
        spec: "{securityContext: {seccompProfile: {type: Localhost, localhostProfile: ../x}}, \(one)}",
        codes: ["hardening-refused"]),
      Case(
        bits: "seccompProfile: require",
        spec:
          "{containers: [{name: a, image: r.test/a, securityContext: {seccompProfile: {type: Localhost, localhostProfile: w.json}}}]}"
      ),
      Case(
        bits: "seccompProfile: {mode: set, byImage: [{images: [r.test/a], localhostProfile: a.json}]}",
        spec: "{containers: [{name: a, image: r.test/a}, {name: b, image: r.test/b}]}",
        gives:
          #""name":"a","image":"r.test/a","securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"a.json"}}"#),
      Case(
        bits: "seccompProfile: {mode: set, annotation: x.test/seccomp, profiles: [web.json]}", spec: "{\(one)}",
        annotations: "{x.test/seccomp: web.json}", gives: #""localhostProfile":"web.json""#),
      Case(
        bits: "seccompProfile: {mode: set, annotation: x.test/seccomp, profiles: [web.json]}", spec: "{\(one)}",
        annotations: "{x.test/seccomp: unconfined.json}", codes: ["hardening-would-break"]),
      // The old annotation of seccomp means nothing since 1.27, and so is no evidence.
      Case(
        bits: "seccompProfile: set", spec: "{\(one)}",
        annotations: "{seccomp.security.alpha.kubernetes.io/pod: runtime/default}", gives: #""type":"RuntimeDefault""#),
      Case(
        bits: "appArmorProfile: set", spec: "{\(one)}",
        gives: #""securityContext":{"appArmorProfile":{"type":"RuntimeDefault"}}"#),
      Case(
        bits: "appArmorProfile: {mode: set, through: annotation}", spec: "{\(one)}",
        gives: #""annotations":{"container.apparmor.security.beta.kubernetes.io/a":"runtime/default"}"#),
      Case(
        bits: "appArmorProfile: {mode: require, through: annotation}", spec: "{\(one)}",
        annotations: "{container.apparmor.security.beta.kubernetes.io/a: unconfined}", codes: ["hardening-refused"]),
      Case(
        bits: "appArmorProfile: require", spec: "{\(one)}",
        annotations: "{container.apparmor.security.beta.kubernetes.io/a: localhost/}", codes: ["hardening-refused"]),
      Case(
        bits: "readOnlyRootFilesystem: set", spec: "{\(one)}", gives: #""securityContext":{"readOnlyRootFilesystem":true}"#),
      Case(
        bits: "readOnlyRootFilesystem: require",
        spec: "{containers: [{name: a, image: r.test/a, securityContext: {readOnlyRootFilesystem: false}}]}",
        codes: ["hardening-refused"]),
      Case(bits: "runAsNonRoot: set", spec: "{\(one)}", gives: #""securityContext":{"runAsNonRoot":true}"#),
      Case(
        bits: "runAsNonRoot: require", spec: "{securityContext: {runAsNonRoot: false}, \(one)}", codes: ["hardening-refused"]),
      Case(
        bits: "automountServiceAccountToken: set", spec: "{\(one)}", gives: #""automountServiceAccountToken":false"#),
      Case(
        bits: "automountServiceAccountToken: set", spec: "{automountServiceAccountToken: true, \(one)}",
        gives: #""automountServiceAccountToken":true"#),
      Case(
        bits: "automountServiceAccountToken: require", spec: "{automountServiceAccountToken: true, \(one)}",
        codes: ["hardening-refused"]),
      Case(
        bits: "runtimeClassName: {mode: set, rules: [{namespaces: [infra], asTheNode: true}, {runtimeClass: gvisor}]}",
        spec: "{\(one)}", gives: #""runtimeClassName":"gvisor""#),
      Case(
        bits: "runtimeClassName: {mode: require, rules: [{runtimeClass: gvisor}]}", spec: "{runtimeClassName: runc, \(one)}",
        codes: ["hardening-refused"]),
    ])
  func modes(_ the: Case) throws {
    let (after, codes) = try outcome(the)
    #expect(codes == the.codes)
    #expect(the.gives.isEmpty || after.contains(the.gives), "\(after)")
  }

  @Test(
    "refuses what it would break instead of patching it, in either mode",
    arguments: ["set", "require"],
    [
      ("allowPrivilegeEscalation", "{containers: [{name: a, image: r.test/a, securityContext: {privileged: true}}]}"),
      (
        "allowPrivilegeEscalation",
        "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}]}"
      ),
      (
        "allowPrivilegeEscalation",
        "{containers: [{name: a, image: r.test/a, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}"
      ),
      ("runAsNonRoot", "{securityContext: {runAsUser: 0}, \(one)}"),
      ("runAsNonRoot", "{containers: [{name: a, image: r.test/a, securityContext: {runAsUser: 0}}]}"),
      ("runtimeClassName", "{hostNetwork: true, \(one)}"), ("runtimeClassName", "{hostPID: true, \(one)}"),
    ])
  func breakage(_ mode: String, _ the: (bit: String, spec: String)) throws {
    let setting = the.bit == "runtimeClassName" ? "{mode: \(mode), rules: [{runtimeClass: kata}]}" : mode
    let (after, codes) = try outcome(Case(bits: "\(the.bit): \(setting)", spec: the.spec))
    #expect(codes == ["hardening-would-break"])
    #expect(try after == Samples.text(Samples.pod(the.spec)))
  }

  @Test(
    "looks at who the image runs as, where that is known",
    arguments: [
      ("0", "hardening-would-break"), ("", "hardening-would-break"), ("root", "hardening-would-break"),
      ("00", "hardening-would-break"), ("nginx", "hardening-would-break"), ("nginx:1000", "hardening-would-break"),
      ("4294967296", "hardening-would-break"), ("10001", nil), ("10001:staff", "hardening-would-break"), ("10001:0", nil),
    ] as [(String, String?)])
  func users(_ user: String, _ code: String?) throws {
    let evidence = try Samples.evidence(Samples.image, user: user)
    let spec = "{containers: [{name: a, image: '\(Samples.image)'}]}"
    let (after, codes) = try outcome(Case(bits: "runAsNonRoot: set", spec: spec), evidence)
    #expect(codes == [code].compactMap(\.self))
    #expect(after.contains("runAsNonRoot") == (code == nil))
    let asked = "{containers: [{name: a, image: '\(Samples.image)', securityContext: {runAsUser: 1000}}]}"
    #expect(try outcome(Case(bits: "runAsNonRoot: set", spec: asked), evidence).codes.isEmpty)
  }

  @Test("says what it does not know, and what may fail once it runs")
  func warnings() throws {
    let hardening = try Samples.hardening("runAsNonRoot: set\nreadOnlyRootFilesystem: set")
    let object = try Samples.pod(
      "{containers: [{name: a, image: r.test/a}, {name: b, image: r.test/b, volumeMounts: [{name: v, mountPath: /v}]}]}")
    let plan = try #require(hardening.plan(for: object, in: Samples.review(object), knowing: Evidence()))
    #expect(plan.refusals.isEmpty)
    #expect(plan.warnings.count { $0.contains("not known who") } == 2)
    #expect(plan.warnings.filter { $0.contains("no volume") }.count == 1)
    #expect(
      plan.summary
        == #"readOnlyRootFilesystem: true (container "a", container "b"); runAsNonRoot: true (pod)"#)
  }

  @Test("leaves root alone in a user namespace of its own, unless it is required")
  func userNamespaces() throws {
    let spec =
      "{hostUsers: false, containers: [{name: a, image: r.test/a, securityContext: {runAsUser: 0}}, {name: b, image: r.test/b}]}"
    let (after, codes) = try outcome(Case(bits: "runAsNonRoot: set", spec: spec))
    #expect(codes.isEmpty)
    #expect(after.contains(#""image":"r.test/b","securityContext":{"runAsNonRoot":true}"#), "\(after)")
    #expect(!after.contains(#""runAsUser":0,"runAsNonRoot""#))
    #expect(try outcome(Case(bits: "runAsNonRoot: require", spec: spec)).codes == ["hardening-would-break"])
  }

  @Test("takes out the token that the API server has put in, and leaves one that was asked for")
  func tokens() throws {
    let given =
      "{name: kube-api-access-x7k2p, projected: {sources: [{serviceAccountToken: {path: token}}, {configMap: {name: kube-root-ca.crt}}]}}"
    let mount = "{name: kube-api-access-x7k2p, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}"
    let spec =
      "{containers: [{name: a, image: r.test/a, volumeMounts: [{name: v, mountPath: /v}, \(mount)]}, {name: b, image: r.test/b, volumeMounts: [\(mount)]}], volumes: [{name: v, emptyDir: {}}, \(given), {name: w, emptyDir: {}}]}"
    let (after, codes) = try outcome(Case(bits: "automountServiceAccountToken: set", spec: spec))
    #expect(
      codes.isEmpty && !after.contains("kube-api-access") && after.contains(#""volumes":[{"name":"v","emptyDir":{}},{"name":"w""#)
    )
    let own = "{\(Self.one), volumes: [{name: mine, projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}}]}"
    #expect(try !outcome(Case(bits: "automountServiceAccountToken: set", spec: own)).after.contains("automount"))
    #expect(
      try outcome(Case(bits: "automountServiceAccountToken: require", spec: own)).after.contains(
        #""automountServiceAccountToken":false"#))
  }

  @Test("leaves Windows what Windows does not have")
  func windows() throws {
    let bits = Samples.every.replacing("MODE", with: "require")
    let (after, codes) = try outcome(Case(bits: bits, spec: "{os: {name: windows}, \(Self.one)}"))
    #expect(codes.isEmpty)
    #expect(
      after.hasSuffix(
        #""spec":{"os":{"name":"windows"},"containers":[{"name":"a","image":"r.test/a"}],"securityContext":{"runAsNonRoot":true},"automountServiceAccountToken":false}}"#
      ),
      "\(after)")
  }

  @Test("refuses what it cannot read, and patches none of it", arguments: ["x", "[1]", "3", "{capabilities: [ALL]}"])
  func malformed(_ context: String) throws {
    let bits = Samples.every.replacing("MODE", with: "set")
    let spec = "{containers: [{name: a, image: r.test/a, securityContext: \(context)}]}"
    let (after, codes) = try outcome(Case(bits: bits, spec: spec))
    #expect(codes == ["malformed-workload"])
    #expect(try after == Samples.text(Samples.pod(spec)))
  }
}
