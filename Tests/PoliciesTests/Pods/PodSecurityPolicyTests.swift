import Images
import Policies
import Testing

@Suite("PodSecurityPolicies")
struct PodSecurityPolicyTests {
  /// The one that Kubernetes' documents call restricted.
  static let restricted = """
    apiVersion: policy/v1beta1
    kind: PodSecurityPolicy
    metadata:
      name: restricted
      annotations:
        seccomp.security.alpha.kubernetes.io/allowedProfileNames: 'docker/default,runtime/default'
        apparmor.security.beta.kubernetes.io/allowedProfileNames: 'runtime/default'
        apparmor.security.beta.kubernetes.io/defaultProfileName: 'runtime/default'
    spec:
      privileged: false
      allowPrivilegeEscalation: false
      requiredDropCapabilities: [ALL]
      volumes: [configMap, emptyDir, projected, secret, downwardAPI, csi, persistentVolumeClaim, ephemeral]
      hostNetwork: false
      hostIPC: false
      hostPID: false
      runAsUser: {rule: MustRunAsNonRoot}
      seLinux: {rule: RunAsAny}
      supplementalGroups: {rule: MustRunAs, ranges: [{min: 1, max: 65535}]}
      fsGroup: {rule: MustRunAs, ranges: [{min: 1, max: 65535}]}
      readOnlyRootFilesystem: false
    """

  private static let admitted = PodSketch.minimal(.restricted, minor: 37).with([
    "pod.securityContext.fsGroup": "1", "pod.securityContext.supplementalGroups": "[1]",
    "pod.securityContext.appArmorProfile.type": #""RuntimeDefault""#,
  ])

  /// One that allows all but what `spec` changes.
  static func open(_ spec: String, name: String = "open", annotations: String = "") -> String {
    """
    apiVersion: policy/v1beta1
    kind: PodSecurityPolicy
    metadata: {name: \(name), annotations: {seccomp.security.alpha.kubernetes.io/allowedProfileNames: '*'\(annotations)}}
    spec:
      runAsUser: {rule: RunAsAny}
      seLinux: {rule: RunAsAny}
      supplementalGroups: {rule: RunAsAny}
      fsGroup: {rule: RunAsAny}
    \(spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let field: String
    var spec = ""
    var pass: [[String: String]] = [[:]]
    let fail: [[String: String]]
    var testDescription: String { "\(field) \(spec)" }
  }

  private static func volume(_ source: String) -> [String: String] { ["pod.volumes": #"[{"name":"v",\#(source)}]"#] }

  /// The volume that the API server puts into every pod, with one thing changed.
  private static func token(
    path: String = "token", audience: String? = nil, map: String = "kube-root-ca.crt", field: String = "metadata.namespace"
  ) -> String {
    let audience = audience.map { #","audience":"\#($0)""# } ?? ""
    return
      #""projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"\#(path)"\#(audience)}},"#
      + #"{"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"\#(map)"}},"#
      + #"{"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"\#(field)"},"path":"namespace"}]}}]}"#
  }

  static let cases: [Case] = [
    Case(field: "privileged", fail: [["c.securityContext.privileged": "true"], ["e.securityContext.privileged": "true"]]),
    Case(field: "privileged", spec: "privileged: true", pass: [["c.securityContext.privileged": "true"]], fail: []),
    Case(
      field: "allowPrivilegeEscalation", spec: "allowPrivilegeEscalation: false",
      pass: [["c.securityContext.allowPrivilegeEscalation": "false", "i.securityContext.allowPrivilegeEscalation": "false"]],
      fail: [[:]]),
    Case(field: "hostNetwork", fail: [["pod.hostNetwork": "true"]]), Case(field: "hostPID", fail: [["pod.hostPID": "true"]]),
    Case(field: "hostIPC", spec: "hostIPC: true", pass: [["pod.hostIPC": "true"]], fail: []),
    Case(
      field: "hostPorts", spec: "hostPorts: [{min: 80, max: 90}]", pass: [["c.ports": #"[{"hostPort":85}]"#]],
      fail: [["c.ports": #"[{"hostPort":91}]"#], ["i.ports": #"[{"hostPort":80},{"hostPort":1}]"#]]),
    Case(
      field: "volumes", spec: "volumes: [emptyDir, nfs]", pass: [volume(#""nfs":{}"#), ["pod.volumes": #"[{"name":"v"}]"#]],
      fail: [volume(#""secret":{}"#), volume(#""hostPath":{"path":"/"}"#)]),
    Case(
      field: "allowedHostPaths",
      spec: "volumes: ['*']\nallowedHostPaths: [{pathPrefix: /foo}, {pathPrefix: /ro, readOnly: true}]",
      pass: [
        volume(#""hostPath":{"path":"/foo"}"#), volume(#""hostPath":{"path":"/foo/bar/"}"#),
        volume(#""hostPath":{"path":"/ro"}"#).merging(["c.volumeMounts": #"[{"name":"v","readOnly":true}]"#]) { $1 },
      ],
      fail: [
        volume(#""hostPath":{"path":"/foobar"}"#), volume(#""hostPath":{"path":"/foo/../etc"}"#),
        volume(#""hostPath":{"path":"/ro"}"#).merging(["c.volumeMounts": #"[{"name":"v"}]"#]) { $1 },
      ]),
    Case(
      field: "allowedFlexVolumes", spec: "volumes: [flexVolume]\nallowedFlexVolumes: [{driver: a/b}]",
      pass: [volume(#""flexVolume":{"driver":"a/b"}"#)], fail: [volume(#""flexVolume":{"driver":"a/c"}"#)]),
    Case(
      field: "allowedCSIDrivers", spec: "volumes: [csi]\nallowedCSIDrivers: [{name: a}]",
      pass: [volume(#""csi":{"driver":"a"}"#)],
      fail: [volume(#""csi":{"driver":"b"}"#)]),
    Case(
      field: "runAsUser", spec: "runAsUser: {rule: MustRunAsNonRoot}",
      pass: [["pod.securityContext.runAsUser": "1"], ["pod.securityContext.runAsNonRoot": "true"]],
      fail: [[:], ["pod.securityContext.runAsUser": "0"], ["pod.securityContext.runAsNonRoot": "false"]]),
    Case(
      field: "runAsUser", spec: "runAsUser: {rule: MustRunAs, ranges: [{min: 5, max: 6}]}",
      pass: [["pod.securityContext.runAsUser": "5"]],
      fail: [[:], ["pod.securityContext.runAsUser": "5", "c.securityContext.runAsUser": "7"]]),
    Case(
      field: "runAsGroup", spec: "runAsGroup: {rule: MayRunAs, ranges: [{min: 5, max: 6}]}",
      pass: [[:], ["c.securityContext.runAsGroup": "6"]], fail: [["pod.securityContext.runAsGroup": "0"]]),
    Case(
      field: "fsGroup", spec: "fsGroup: {rule: MustRunAs, ranges: [{min: 5, max: 6}]}",
      pass: [["pod.securityContext.fsGroup": "5"]], fail: [[:], ["pod.securityContext.fsGroup": "7"]]),
    Case(
      field: "supplementalGroups", spec: "supplementalGroups: {rule: MayRunAs, ranges: [{min: 5, max: 6}]}",
      pass: [[:], ["pod.securityContext.supplementalGroups": "[5,6]"]],
      fail: [["pod.securityContext.supplementalGroups": "[5,7]"]]),
    Case(
      field: "seLinux", spec: "seLinux: {rule: MustRunAs, seLinuxOptions: {type: t, level: 's0'}}",
      pass: [["pod.securityContext.seLinuxOptions": #"{"type":"t","level":"s0"}"#]],
      fail: [[:], ["pod.securityContext.seLinuxOptions": #"{"type":"t"}"#]]),
    Case(
      field: "seLinux", spec: "seLinux: {rule: MustRunAs, seLinuxOptions: {level: 's0:c0,c6'}}",
      pass: ["s0:c0,c6", "s0:c6,c0"].map { ["pod.securityContext.seLinuxOptions.level": "\"\($0)\""] },
      fail: ["s0:c0", "s1:c0,c6", "s0", "s0:c0,c6,c7"].map { ["pod.securityContext.seLinuxOptions.level": "\"\($0)\""] }),
    Case(
      field: "readOnlyRootFilesystem", spec: "readOnlyRootFilesystem: true",
      pass: [["c.securityContext.readOnlyRootFilesystem": "true", "i.securityContext.readOnlyRootFilesystem": "true"]],
      fail: [[:], ["c.securityContext.readOnlyRootFilesystem": "false", "i.securityContext.readOnlyRootFilesystem": "true"]]),
    Case(
      field: "capabilities", spec: "allowedCapabilities: [NET_ADMIN]\nrequiredDropCapabilities: [KILL]",
      pass: [
        [
          "c.securityContext.capabilities": #"{"drop":["KILL"],"add":["NET_ADMIN"]}"#,
          "i.securityContext.capabilities.drop": #"["KILL"]"#,
        ]
      ],
      fail: [
        [:],
        [
          "c.securityContext.capabilities": #"{"drop":["KILL"],"add":["SYS_ADMIN"]}"#,
          "i.securityContext.capabilities.drop": #"["KILL"]"#,
        ],
      ]),
    Case(
      field: "sysctls", spec: "allowedUnsafeSysctls: [kernel.msg*]\nforbiddenSysctls: [net.ipv4.tcp_syncookies]",
      pass: [["pod.securityContext.sysctls": #"[{"name":"kernel.msgmax"},{"name":"kernel.shm_rmid_forced"}]"#]],
      fail: [
        ["pod.securityContext.sysctls": #"[{"name":"kernel.sem"}]"#],
        ["pod.securityContext.sysctls": #"[{"name":"net.ipv4.tcp_syncookies"}]"#],
        ["pod.securityContext.sysctls": #"[{"name":"net/ipv4/tcp_syncookies"}]"#],
      ]),
    Case(
      field: "sysctls", spec: "allowedUnsafeSysctls: ['*']\nforbiddenSysctls: [kernel.msg*]",
      pass: [["pod.securityContext.sysctls": #"[{"name":"net/ipv4/conf/eth0.1/forwarding"},{"name":"kernel.sem"}]"#]],
      fail: ["kernel.msgmax", "kernel/msgmax"].map { ["pod.securityContext.sysctls": #"[{"name":"\#($0)"}]"#] }),
    Case(field: "procMount", fail: [["c.securityContext.procMount": #""Unmasked""#]]),
    Case(
      field: "procMount", spec: "allowedProcMountTypes: [Unmasked]",
      pass: [["c.securityContext.procMount": #""Unmasked""#, "i.securityContext.procMount": #""Unmasked""#]], fail: [[:]]),
    Case(field: "procMount", spec: "allowedProcMountTypes: []", fail: [["i.securityContext.procMount": #""Unmasked""#]]),
    Case(
      field: "volumes", spec: "volumes: [secret, cephFS]",
      pass: [volume(token()), volume(#""cephfs":{"monitors":["a"]}"#)],
      fail: [
        volume(token(path: "other")), volume(token(audience: "vault")), volume(token(map: "mine")),
        volume(token(field: "metadata.labels")), volume(#""projected":{"sources":[{"secret":{"name":"s"}}]}"#),
        volume(#""projected":{"sources":[{"clusterTrustBundle":{"path":"p"}}]}"#),
      ]),
    Case(field: "volumes", spec: "volumes: [configMap]", fail: [volume(token())]),
    Case(
      field: "runtimeClass", spec: "runtimeClass: {allowedRuntimeClassNames: [gvisor]}",
      pass: [[:], ["pod.runtimeClassName": #""gvisor""#]], fail: [["pod.runtimeClassName": #""kata""#]]),
  ]

  @Test("judge field by field", arguments: cases)
  func fields(_ the: Case) throws {
    let spec = the.spec.contains("volumes:") ? the.spec : "volumes: ['*']\n\(the.spec)"
    let trial = try Trial(Self.open(spec).withoutDefault(of: spec))
    for fields in the.pass { #expect(try trial.decision(on: PodSketch().with(fields).object()).isAllowed, "\(fields)") }
    for fields in the.fail {
      let decision = try trial.decision(on: PodSketch().with(fields).object())
      guard case .controls(let found)? = decision.workload.first?.denial?.first.about else {
        Issue.record("\(fields) is admitted")
        continue
      }
      #expect(found.allSatisfy { $0.id == the.field }, "\(found)")
    }
  }

  /// Source: Kubernetes 1.24, podsecuritypolicy/provider_test.go.
  static let messages: [(spec: String, fields: [String: String], message: String)] = [
    ("", ["pod.hostNetwork": "true"], "spec.hostNetwork: Invalid value: true: Host network is not allowed to be used"),
    ("", ["pod.hostPID": "true"], "Host PID is not allowed to be used"),
    ("", ["pod.hostIPC": "true"], "Host IPC is not allowed to be used"),
    (
      "supplementalGroups: {rule: MustRunAs, ranges: [{min: 1, max: 1}]}",
      ["pod.securityContext.supplementalGroups": "[999]"], "group 999 must be in the ranges: [{1 1}]"
    ),
    (
      "fsGroup: {rule: MayRunAs, ranges: [{min: 10, max: 20}, {min: 1000, max: 1001}]}",
      ["pod.securityContext.fsGroup": "999"], "group 999 must be in the ranges: [{10 20} {1000 1001}]"
    ),
    (
      "fsGroup: {rule: MustRunAs, ranges: [{min: 1, max: 1}]}", [:],
      "spec.securityContext.fsGroup: unable to validate empty groups against required ranges"
    ),
    (
      "runAsUser: {rule: MustRunAs, ranges: [{min: 999, max: 999}]}", ["pod.securityContext.runAsUser": "1"],
      "securityContext.runAsUser: Invalid value: 1: must be in the ranges: [{999 999}]"
    ),
    (
      "seLinux: {rule: MustRunAs, seLinuxOptions: {level: foo}}", [:], "spec.securityContext.seLinuxOptions: Required value"
    ),
    (
      "seLinux: {rule: MustRunAs, seLinuxOptions: {level: foo}}", ["pod.securityContext.seLinuxOptions.level": #""bar""#],
      #"spec.securityContext.seLinuxOptions.level: Invalid value: "bar": must be foo"#
    ),
    ("volumes: [secret]", volume(#""hostPath":{}"#), "hostPath volumes are not allowed to be used"),
    (
      "volumes: [hostPath]\nallowedHostPaths: [{pathPrefix: /foo/bar}]", volume(#""hostPath":{"path":"/fail"}"#),
      #"Invalid value: "/fail": is not allowed to be used"#
    ),
    (
      "volumes: [hostPath]\nallowedHostPaths: [{pathPrefix: /foo, readOnly: true}]",
      volume(#""hostPath":{"path":"/foo"}"#).merging(["c.volumeMounts": #"[{"name":"w"},{"name":"v","readOnly":false}]"#]) { $1 },
      "volumeMounts[1].readOnly: Invalid value: false: must be read-only"
    ),
    (
      "forbiddenSysctls: ['*']", ["pod.securityContext.sysctls": #"[{"name":"kernel.shm_rmid_forced"}]"#],
      #"Forbidden: sysctl "kernel.shm_rmid_forced" is not allowed"#
    ),
    (
      "", ["pod.securityContext.sysctls": #"[{"name":"kernel.sem"}]"#],
      #"spec.securityContext.sysctls[0]: Forbidden: unsafe sysctl "kernel.sem" is not allowed"#
    ),
    (
      "volumes: ['*']\nallowedFlexVolumes: [{driver: a/b}]", volume(#""flexVolume":{"driver":"a/c"}"#),
      "Flexvolume driver is not allowed to be used"
    ),
    (
      "volumes: ['*']\nallowedCSIDrivers: [{name: a}]", volume(#""csi":{"driver":"b"}"#),
      "Inline CSI driver is not allowed to be used"
    ),
    ("", ["c.securityContext.privileged": "true"], "Privileged containers are not allowed"),
    ("", ["c.securityContext.procMount": #""Unmasked""#], "ProcMountType is not allowed"),
    ("", ["c.securityContext.capabilities.add": #"["foo"]"#], #"Invalid value: "foo": capability may not be added"#),
    ("requiredDropCapabilities: [ALL]", [:], "ALL is required to be dropped but was not found"),
    (
      "", ["c.ports": #"[{"hostPort":1}]"#],
      "spec.containers[0].hostPort: Invalid value: 1: Host port 1 is not allowed to be used. Allowed ports: []"
    ),
    ("hostPorts: [{min: 2, max: 2}, {min: 5, max: 9}]", ["c.ports": #"[{"hostPort":1}]"#], "Allowed ports: [2,5-9]"),
    ("readOnlyRootFilesystem: true", [:], "ReadOnlyRootFilesystem may not be nil and must be set to true"),
    (
      "readOnlyRootFilesystem: true", ["c.securityContext.readOnlyRootFilesystem": "false"],
      "ReadOnlyRootFilesystem must be set to true"
    ),
    ("allowPrivilegeEscalation: false", [:], "Allowing privilege escalation for containers is not allowed"),
    ("runAsUser: {rule: MustRunAsNonRoot}", [:], "securityContext.runAsNonRoot: Required value: must be true"),
    (
      "runAsUser: {rule: MustRunAsNonRoot}", ["pod.securityContext.runAsUser": "0"],
      "Invalid value: 0: running with the root UID is forbidden"
    ),
    (
      "runtimeClass: {allowedRuntimeClassNames: [a]}", ["pod.runtimeClassName": #""b""#],
      #"spec.runtimeClassName: Invalid value: "b""#
    ),
  ]

  @Test("say what is wrong in the words of Kubernetes", arguments: messages)
  func words(_ spec: String, _ fields: [String: String], _ message: String) throws {
    let spec = spec.contains("volumes:") ? spec : "volumes: ['*']\n\(spec)"
    let trial = try Trial(Self.open(spec).withoutDefault(of: spec))
    let problem = try trial.decision(on: PodSketch().with(fields).object()).problems.first ?? ""
    #expect(problem.contains(message), "\(problem)")
  }

  @Test("say which profiles may be set")
  func profiles() throws {
    let profiles = ", apparmor.security.beta.kubernetes.io/allowedProfileNames: runtime/default"
    let open = Self.open("volumes: ['*']", annotations: profiles)
    func problem(_ policy: String, _ fields: [String: String], _ annotations: [String: String] = [:]) throws -> String {
      try Trial(policy).decision(on: PodSketch().with(fields, annotations: annotations).object()).problems.first ?? ""
    }
    let key = "container.apparmor.security.beta.kubernetes.io/container1"
    #expect(try problem(open, [:]).contains("Forbidden: AppArmor profile must be set"))
    #expect(
      try problem(open, [:], [key: "localhost/foo"]).contains(
        #"Forbidden: localhost/foo is not an allowed profile. Allowed values: "runtime/default""#))
    let unset = open.replacing("allowedProfileNames: '*'", with: "defaultProfileName: ''")
    #expect(
      try problem(unset, ["pod.securityContext.seccompProfile.type": #""RuntimeDefault""#]).contains("seccomp may not be set"))
    let named = open.replacing("allowedProfileNames: '*'", with: "allowedProfileNames: 'localhost/a'")
    #expect(
      try problem(named, ["pod.securityContext.seccompProfile.type": #""Unconfined""#]).contains(
        "Forbidden: unconfined is not an allowed seccomp profile. Valid values are localhost/a"))
  }

  @Test("admit what the restricted one admits, and no more")
  func restrictedPolicy() throws {
    let trial = try Trial(Self.restricted)
    #expect(try trial.decision(on: Self.admitted.object()).isAllowed)
    let denied = try trial.decision(on: Self.admitted.with(["c.securityContext.privileged": "true"]).object())
    #expect(
      denied.problems.first?.contains(
        "PodSecurityPolicy: unable to admit pod by restricted: [spec.containers[0].securityContext.privileged: Invalid value: true: Privileged containers are not allowed]"
      )
        == true)
    for fields in [
      ["pod.securityContext.fsGroup": "null"], ["pod.securityContext.seccompProfile.type": #""Unconfined""#],
      ["pod.securityContext.seccompProfile": "null"], ["c.securityContext.appArmorProfile.type": #""Unconfined""#],
      ["c.securityContext.capabilities.add": #"["NET_BIND_SERVICE"]"#],
    ] {
      #expect(try !trial.decision(on: Self.admitted.with(fields).object()).isAllowed, "\(fields)")
    }
    #expect(try trial.decision(on: PodSketch().object(kind: "Deployment")).warnings.count == 1)
  }

  @Test("admit what one of them admits, in the namespaces it is for")
  func several() throws {
    let host = Self.open(
      "volumes: ['*']\nhostNetwork: true", name: "host", annotations: ", pratique.dev/namespaces: 'infra, edge'")
    let trial = try Trial(Self.restricted, host)
    let pod = try PodSketch().with(["pod.hostNetwork": "true"]).object()
    #expect(try trial.decision(on: pod, in: "edge").isAllowed)
    #expect(try !trial.decision(on: pod, in: "prod").isAllowed)
    #expect(try trial.decision(on: Self.admitted.object(), in: "edge").isAllowed)
  }

  @Test("are told in terms of the standards")
  func translation() throws {
    let policy = try PodSecurityPolicy(DocumentNode(parsing: Self.restricted, file: "psp.yaml"))
    let translation = PolicyTranslation(policy)
    #expect(translation.nearest == .restricted)
    #expect(Set(translation.rows.map(\.field)) == Set(PodSecurityPolicyField.allCases))
    func row(_ field: PodSecurityPolicyField) throws -> PolicyTranslation.Row {
      try #require(translation.rows.first { $0.field == field })
    }
    #expect(try row(.privileged).restricted == .same)
    #expect(try row(.allowPrivilegeEscalation).baseline == .stricter)
    #expect(try row(.seLinux).baseline == .looser)
    #expect(try row(.fsGroup).restricted == .none)
    #expect(policy.defaults.contains("fsGroup = 1"))
    let open = try PodSecurityPolicy(
      DocumentNode(parsing: Self.open("volumes: ['*']\nprivileged: true\nhostNetwork: true\nhostPID: true"), file: "psp"))
    #expect(PolicyTranslation(open).differences(.baseline) < PolicyTranslation(open).differences(.restricted))
  }

  @Test(
    "are refused with a key or rule that is none",
    arguments: ["privilege: true", "hostPorts: [{min: 5, max: 4}]", "allowedHostPaths: [{pathPrefix: /a/..}]"])
  func faults(_ line: String) {
    #expect(throws: DocumentError.self) { try Trial(Self.open(line)) }
  }
}

extension String {
  /// Without the rule of the open policy that `spec` writes anew.
  fileprivate func withoutDefault(of spec: String) -> String {
    let fields = ["runAsUser", "seLinux", "supplementalGroups", "fsGroup"].filter { spec.contains("\($0): ") }
    return split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !fields.contains { line == "  \($0): {rule: RunAsAny}" }
    }.joined(separator: "\n")
  }
}
