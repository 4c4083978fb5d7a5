import Policies
import Testing

/// The words of Kubernetes, which people search for.
@Suite("The messages of the Pod Security Standards")
struct PodSecurityMessageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let level: PodSecurityLevel
    let spec: String
    let expected: [String]
    init(_ standard: PodSecurityStandard, _ spec: String, minor: Int = 37, _ expected: String...) {
      level = PodSecurityLevel(standard, .minor(minor))
      self.spec = spec
      self.expected = expected
    }
    var testDescription: String { expected.first ?? spec }
  }

  static let cases: [Case] = [
    Case(
      .restricted, "{containers: [{name: a}]}",
      #"allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)"#,
      #"unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])"#,
      #"runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)"#,
      #"seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")"#),
    Case(
      .baseline, "{hostNetwork: true, hostIPC: true, hostPID: true, containers: []}",
      "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)"),
    Case(
      .baseline, "{containers: [{name: b, ports: [{hostPort: 0}, {hostPort: 20}]}]}",
      #"hostPort (container "b" uses hostPort 20)"#),
    Case(
      .baseline,
      "{containers: [{name: b, ports: [{hostPort: 10}, {hostPort: 20}]}, {name: c, ports: [{hostPort: 10}, {hostPort: 30}]}]}",
      #"hostPort (containers "b", "c" use hostPorts 10, 20, 30)"#),
    Case(
      .baseline,
      "{containers: [{name: d, securityContext: {privileged: true}}], initContainers: [{name: e, securityContext: {privileged: true}}]}",
      #"privileged (containers "e", "d" must not set securityContext.privileged=true)"#),
    Case(
      .baseline, "{containers: [], volumes: [{name: a, hostPath: {path: ''}}, {name: b, hostPath: {}}, {name: c}]}",
      #"hostPath volumes (volumes "a", "b")"#),
    Case(
      .baseline,
      "{containers: [{name: a, securityContext: {capabilities: {add: [FOO, BAR]}}}, {name: b, securityContext: {capabilities: {add: [BAR, BAZ]}}}]}",
      #"non-default capabilities (containers "a", "b" must not include "BAR", "BAZ", "FOO" in securityContext.capabilities.add)"#),
    Case(
      .baseline,
      "{containers: [{name: d, securityContext: {procMount: Unmasked}}, {name: e, securityContext: {procMount: other}}]}",
      #"procMount (containers "d", "e" must not set securityContext.procMount to "Unmasked", "other")"#),
    Case(
      .baseline,
      "{securityContext: {seLinuxOptions: {type: foo, user: bar, role: baz}}, containers: [{name: e, securityContext: {seLinuxOptions: {type: bar}}}, {name: f, securityContext: {seLinuxOptions: {user: bar}}}]}",
      #"seLinuxOptions (pod and containers "e", "f" set forbidden securityContext.seLinuxOptions: types "bar", "foo"; user may not be set; role may not be set)"#
    ),
    Case(
      .baseline, "{securityContext: {seLinuxOptions: {user: bad}}, containers: []}",
      "seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: user may not be set)"),
    Case(
      .baseline,
      "{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: c, securityContext: {seccompProfile: {type: Unconfined}}}]}",
      #"seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")"#),
    Case(
      .baseline, "{securityContext: {sysctls: [{name: b}, {name: kernel.shm_rmid_forced}, {name: a}]}, containers: []}",
      "forbidden sysctls (b, a)"),
    Case(
      .baseline,
      "{securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: e, securityContext: {windowsOptions: {hostProcess: true}}}]}",
      #"hostProcess (pod and container "e" must not set securityContext.windowsOptions.hostProcess=true)"#),
    Case(
      .baseline,
      "{containers: [{name: a, livenessProbe: {httpGet: {host: localhost}}, readinessProbe: {tcpSocket: {host: '::1'}}}]}",
      #"probe or lifecycle host (container "a" uses probe or lifecycle hosts "::1", "localhost")"#),
    Case(
      .baseline,
      "{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: foo, securityContext: {appArmorProfile: {type: Unconfined}}}]}",
      #"forbidden AppArmor profile (pod and container "foo" must not set AppArmor profile type to "Unconfined")"#),
  ]

  @Test("are Kubernetes' own, in its order", arguments: cases)
  func words(_ the: Case) throws {
    #expect(the.level.violations(in: try pod(the.spec)).map(\.description) == the.expected)
  }

  @Test("name restricted volumes by their types")
  func volumes() throws {
    let violations = PodSecurityLevel(.restricted, .minor(7)).violations(
      in: try pod(
        "{securityContext: {runAsNonRoot: true}, containers: [{name: a}], volumes: [{name: b1, nfs: {}}, {name: b2, hostPath: {path: /}}, {name: c}, {name: b3, new: {}}]}"
      ))
    #expect(
      violations.map(\.description) == [
        #"restricted volume types (volumes "b1", "b2", "b3" use restricted volume types "hostPath", "nfs", "unknown")"#
      ])
  }

  @Test("quote annotations as Go does")
  func annotations() throws {
    let key = "container.apparmor.security.beta.kubernetes.io/"
    let pod = PodSketch().with(
      [:], annotations: [key: "bogus", "\(key)a": "", "\(key)e": "unconfined", "\(key)c": "localhost/"])
    #expect(
      PodSecurityLevel(.baseline).violations(in: try pod.part()).map(\.description) == [
        #"forbidden AppArmor profiles (annotations must not set AppArmor profile type to "\#(key)="bogus"", "\#(key)e="unconfined"")"#
      ])
  }

  @Test("name versions as labels do")
  func versions() {
    #expect(["latest", "v1.0", "v1.29"].map { PodSecurityVersion($0).map { "\($0)" } } == ["latest", "v1.0", "v1.29"])
    for text in ["", "v1", "v1.01", "v2.1", "1.2", "v1.2.3", "v1.-1", "V1.2", "v1.+2", "v1."] {
      #expect(PodSecurityVersion(text) == nil, "\(text)")
    }
    #expect("\(PodSecurityLevel(.restricted))" == "restricted:latest")
  }
}
