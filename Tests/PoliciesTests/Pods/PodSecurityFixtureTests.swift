import Policies
import Testing

/// What Kubernetes' own fixtures try of each control, at every version of both standards.
@Suite("The fixtures of the Pod Security Standards")
struct PodSecurityFixtureTests {
  struct Family: Sendable, CustomTestStringConvertible {
    let control: String
    let versions: ClosedRange<Int>
    var pass: [[String: String]] = []
    let fail: [[String: String]]
    /// Tweaks that pass at the baseline alone.
    var passBaseline: [[String: String]] = []
    var testDescription: String { "\(control) v1.\(versions.lowerBound)-v1.\(versions.upperBound)" }
  }

  private static let apparmor = "container.apparmor.security.beta.kubernetes.io/"
  private static let safe = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
  ]
  private static let sysctlRows: [(ClosedRange<Int>, [String])] = [
    (0...26, []), (27...28, ["net.ipv4.ip_local_reserved_ports"]),
    (
      29...31,
      [
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
      ]
    ),
    (32...36, ["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
    (37...37, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"]),
  ]
  private static let nextSysctl = [
    "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_notsent_lowat", "othersysctl",
  ]

  private static func sysctls(_ names: [String]) -> String {
    "[" + names.map { #"{"name":"\#($0)","value":"1"}"# }.joined(separator: ",") + "]"
  }

  private static let defaultCapabilities =
    #"["AUDIT_WRITE","CHOWN","DAC_OVERRIDE","FOWNER","FSETID","KILL","MKNOD","NET_BIND_SERVICE","SETFCAP","SETGID","SETPCAP","SETUID","SYS_CHROOT"]"#

  static let families: [Family] =
    [
      Family(
        control: "hostNamespaces", versions: 0...37, pass: [["pod.hostNetwork": "false", "pod.hostPID": "null"]],
        fail: [["pod.hostNetwork": "true"], ["pod.hostPID": "true"], ["pod.hostIPC": "true"]]),
      Family(
        control: "privileged", versions: 0...37, pass: [["c.securityContext.privileged": "false"]],
        fail: ["c", "i", "e"].map { ["\($0).securityContext.privileged": "true"] }),
      Family(
        control: "hostPathVolumes", versions: 0...37, pass: [["pod.volumes": #"[{"name":"v","emptyDir":{}}]"#]],
        fail: [
          ["pod.volumes": #"[{"name":"v","hostPath":{"path":"/dev/null"}}]"#],
          ["pod.volumes": #"[{"name":"a","emptyDir":{}},{"name":"b","hostPath":{"path":"/"}}]"#],
        ]),
      Family(
        control: "hostPorts", versions: 0...37, pass: [["c.ports": #"[{"containerPort":12345},{"hostPort":0}]"#]],
        fail: ["c", "i"].map { ["\($0).ports": #"[{"containerPort":12345,"hostPort":12345}]"#] }),
      Family(
        control: "seLinuxOptions", versions: 0...37,
        pass: [
          ["i.securityContext.seLinuxOptions": "{}"],
          [
            "pod.securityContext.seLinuxOptions.type": #""container_t""#,
            "c.securityContext.seLinuxOptions": #"{"type":"container_init_t","level":"somevalue"}"#,
            "i.securityContext.seLinuxOptions.type": #""container_kvm_t""#,
          ],
        ],
        fail: ["pod", "c", "i"].map { ["\($0).securityContext.seLinuxOptions.type": #""somevalue""#] } + [
          ["pod.securityContext.seLinuxOptions.user": #""somevalue""#],
          ["pod.securityContext.seLinuxOptions.role": #""somevalue""#],
        ]),
      Family(
        control: "seLinuxOptions", versions: 0...30, fail: [["pod.securityContext.seLinuxOptions.type": #""container_engine_t""#]]
      ),
      Family(
        control: "seLinuxOptions", versions: 31...37,
        pass: [["pod.securityContext.seLinuxOptions.type": #""container_engine_t""#]],
        fail: [["i.securityContext.seLinuxOptions.type": #""container_engine""#]]),
      Family(
        control: "appArmorProfile", versions: 0...37,
        pass: ["RuntimeDefault", "Localhost"].map { ["c.securityContext.appArmorProfile.type": "\"\($0)\""] },
        fail: ["pod", "c", "i", "e"].map { ["\($0).securityContext.appArmorProfile.type": #""Unconfined""#] }),
      Family(
        control: "procMount", versions: 0...37,
        pass: [["c.securityContext.procMount": #""Default""#, "i.securityContext.procMount": #""Default""#]],
        fail: ["c", "i", "e"].map { ["\($0).securityContext.procMount": #""Unmasked""#, "pod.hostUsers": "true"] }),
      Family(
        control: "procMount", versions: 0...34,
        fail: [["c.securityContext.procMount": #""Unmasked""#, "pod.hostUsers": "false"]]),
      Family(
        control: "procMount", versions: 35...37, fail: [["c.securityContext.procMount": #""Unmasked""#]],
        passBaseline: [["c.securityContext.procMount": #""Unmasked""#, "pod.hostUsers": "false"]]),
      Family(
        control: "procMount_restricted", versions: 35...37,
        pass: [["c.securityContext.procMount": #""Default""#, "pod.hostUsers": "false"]],
        fail: ["c", "i"].map { ["\($0).securityContext.procMount": #""Unmasked""#, "pod.hostUsers": "false"] }),
      Family(
        control: "windowsHostProcess", versions: 0...37,
        pass: [["pod.securityContext.windowsOptions.hostProcess": "false"]],
        fail: ["pod", "c", "i"].map {
          ["pod.hostNetwork": "true", "\($0).securityContext.windowsOptions.hostProcess": "true"]
        }),
      Family(
        control: "hostProbesAndHostLifecycle", versions: 34...37,
        pass: [["c.livenessProbe.httpGet": #"{"port":8080,"host":""}"#], ["c.readinessProbe.tcpSocket": #"{"port":8080}"#]],
        fail: ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"].flatMap { handler in
          ["c", "i"].flatMap { part in
            [
              ["\(part).\(handler).httpGet": #"{"port":8080,"host":"127.0.0.1"}"#],
              ["\(part).\(handler).tcpSocket": #"{"port":8080,"host":"::1"}"#],
            ]
          }
        }),
      Family(
        control: "capabilities_baseline", versions: 0...37,
        fail: [
          ["c.securityContext.capabilities.add": #"["NET_RAW"]"#], ["i.securityContext.capabilities.add": #"["NET_RAW"]"#],
          ["c.securityContext.capabilities.add": #"["chown"]"#], ["e.securityContext.capabilities.add": #"["CAP_CHOWN"]"#],
        ], passBaseline: [["c.securityContext.capabilities.add": defaultCapabilities]]),
      Family(
        control: "seccompProfile_baseline", versions: 19...37,
        pass: [
          ["pod.securityContext.seccompProfile.type": #""RuntimeDefault""#],
          ["c.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"testing"}"#],
        ],
        fail: ["pod", "c", "i", "e"].map { ["\($0).securityContext.seccompProfile.type": #""Unconfined""#] }),
    ]
    + restricted
    + sysctlRows.enumerated().map { index, row in
      Family(
        control: "sysctls", versions: row.0,
        pass: [
          ["pod.securityContext.sysctls": "null"], ["pod.securityContext.sysctls": sysctls(safe)],
          ["pod.securityContext.sysctls": sysctls(row.1)],
        ], fail: [["pod.securityContext.sysctls": sysctls([safe[0], nextSysctl[index]])]])
    }

  private static let restricted: [Family] = [
    Family(
      control: "allowPrivilegeEscalation", versions: 8...37,
      fail: ["c", "i"].flatMap { part in
        ["true", "null"].map { ["\(part).securityContext.allowPrivilegeEscalation": $0] }
      } + [["e.securityContext": "{}"]]),
    Family(
      control: "restrictedVolumes", versions: 0...37,
      pass: [
        [
          "pod.volumes": "["
            + [
              "emptyDir", "secret", "persistentVolumeClaim", "downwardAPI", "configMap", "projected", "csi", "ephemeral", "image",
            ]
            .map { #"{"name":"\#($0)","\#($0)":{}}"# }.joined(separator: ",") + #",{"name":"volume0"}]"#
        ]
      ],
      fail: [
        "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder",
        "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "portworxVolume", "scaleIO",
        "storageos", "photonPersistentDisk", "hostPath", "somethingNew",
      ].map { ["pod.volumes": #"[{"name":"volume1","\#($0)":{}}]"#] }),
    Family(
      control: "runAsNonRoot", versions: 0...37,
      pass: [
        [
          "pod.securityContext.runAsNonRoot": "null", "c.securityContext.runAsNonRoot": "true",
          "i.securityContext.runAsNonRoot": "true",
        ]
      ],
      fail: [
        ["pod.securityContext.runAsNonRoot": "null"], ["pod.securityContext.runAsNonRoot": "false"],
        ["c.securityContext.runAsNonRoot": "false"], ["i.securityContext.runAsNonRoot": "false"],
        ["pod.securityContext.runAsNonRoot": "null", "c.securityContext.runAsNonRoot": "true"],
      ]),
    Family(
      control: "runAsNonRoot", versions: 0...34, fail: [["pod.hostUsers": "false", "c.securityContext.runAsNonRoot": "false"]]),
    Family(
      control: "runAsNonRoot", versions: 35...37,
      pass: [
        ["pod.hostUsers": "false", "pod.securityContext.runAsNonRoot": "null"],
        ["pod.hostUsers": "false", "c.securityContext.runAsNonRoot": "false", "pod.securityContext.runAsUser": "0"],
      ], fail: [["pod.hostUsers": "true", "c.securityContext.runAsNonRoot": "false"]]),
    Family(
      control: "runAsUser", versions: 23...37,
      pass: [["pod.securityContext.runAsUser": "1000", "c.securityContext.runAsUser": "1000"]],
      fail: ["pod", "c", "i", "e"].map { ["\($0).securityContext.runAsUser": "0"] }),
    Family(
      control: "seccompProfile_restricted", versions: 19...37,
      pass: [
        ["pod.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"testing"}"#],
        [
          "pod.securityContext.seccompProfile": "null", "c.securityContext.seccompProfile.type": #""RuntimeDefault""#,
          "i.securityContext.seccompProfile": #"{"type":"Localhost","localhostProfile":"testing"}"#,
        ],
      ],
      fail: [
        ["pod.securityContext.seccompProfile": "null"],
        ["pod.securityContext.seccompProfile.type": #""Unconfined""#],
        ["pod.securityContext.seccompProfile": "null", "c.securityContext.seccompProfile.type": #""RuntimeDefault""#],
        ["pod.securityContext.seccompProfile": "null", "i.securityContext.seccompProfile.type": #""RuntimeDefault""#],
        ["i.securityContext.seccompProfile.type": #""Unconfined""#],
      ]),
    Family(
      control: "capabilities_restricted", versions: 22...37,
      pass: [["c.securityContext.capabilities": #"{"drop":["ALL"],"add":["NET_BIND_SERVICE"]}"#]],
      fail: ["c", "i"].flatMap { part in
        [
          ["\(part).securityContext.capabilities.drop": "[]"], ["\(part).securityContext.capabilities": "null"],
          ["\(part).securityContext.capabilities.drop": #"["SYS_TIME","NET_RAW","CHOWN"]"#],
          ["\(part).securityContext.capabilities.add": defaultCapabilities],
        ]
      }),
  ]

  @Test("are admitted and refused as Kubernetes does", arguments: families)
  func fixtures(_ family: Family) throws {
    let control = try #require(PodSecurityControl.all.first { $0.id == family.control })
    for standard in [PodSecurityStandard.baseline, .restricted] where standard == .restricted || control.standard == .baseline {
      for minor in family.versions {
        let base = PodSketch.minimal(standard, minor: minor)
        let version = PodSecurityVersion.minor(minor)
        let level = PodSecurityLevel(standard, version)
        for tweak in family.pass + (standard == .baseline ? family.passBaseline : []) {
          #expect(level.violations(in: try base.with(tweak).part()).isEmpty, "\(level) should admit \(tweak)")
        }
        for tweak in family.fail {
          let pod = try base.with(tweak).part()
          #expect(!level.violations(in: pod).isEmpty, "\(level) should refuse \(tweak)")
          #expect(control.violation(in: pod, at: version) != nil, "\(control.id) at \(level) should refuse \(tweak)")
        }
      }
    }
  }

  @Test("heed annotations: of AppArmor at every version, of seccomp before 1.19")
  func annotations() throws {
    for minor in 0...37 {
      let base = PodSketch.minimal(.baseline, minor: minor)
      func admits(_ annotations: [String: String]) throws -> Bool {
        try PodSecurityLevel(.baseline, .minor(minor)).violations(in: base.with([:], annotations: annotations).part()).isEmpty
      }
      #expect(try admits(["\(Self.apparmor)container1": "localhost/foo", "\(Self.apparmor)x": "runtime/default"]))
      #expect(try !admits(["\(Self.apparmor)initcontainer1": "unconfined"]))
      #expect(try admits(["seccomp.security.alpha.kubernetes.io/pod": "docker/default"]))
      #expect(try admits(["seccomp.security.alpha.kubernetes.io/pod": "unconfined"]) == (minor >= 19))
      #expect(try admits(["container.seccomp.security.alpha.kubernetes.io/initcontainer1": ""]) == (minor >= 19))
      #expect(try admits(["container.seccomp.security.alpha.kubernetes.io/nobody": "unconfined"]))
    }
  }

  @Test("ask nothing of Windows pods that Windows has not, from 1.25 on", arguments: [24, 25, 37])
  func windows(_ minor: Int) throws {
    let pod = PodSketch.minimal(.baseline, minor: minor)
      .with(["pod.os.name": #""windows""#, "pod.securityContext.runAsNonRoot": "true"])
    let ids = PodSecurityLevel(.restricted, .minor(minor)).violations(in: try pod.part()).map(\.id)
    #expect(
      ids == (minor < 25 ? ["allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted"] : []))
  }

  @Test("are 19 controls, and the minimal pods meet them at every version")
  func minimal() throws {
    #expect(PodSecurityControl.all.count == 19)
    #expect(Set(PodSecurityControl.all.map(\.id)).isSubset(of: Set(Self.families.map(\.control))))
    for standard in [PodSecurityStandard.baseline, .restricted] {
      for minor in 0...40 {
        let pod = try PodSketch.minimal(standard, minor: minor).part()
        #expect(PodSecurityLevel(standard, .minor(minor)).violations(in: pod).isEmpty)
      }
    }
  }
}
