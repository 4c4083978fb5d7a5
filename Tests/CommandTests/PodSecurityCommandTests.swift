import TestSupport
import Testing

@Suite("Pod security from the command line")
struct PodSecurityCommandTests {
  private static let policy = """
    defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
    ---
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    ---
    apiVersion: pratique.dev/v1
    kind: Exception
    metadata: {name: old}
    spec:
      owner: team-a
      reason: it was needed once
      ticket: OPS-1
      expires: 2020-01-01T00:00:00Z
      match: {namespaces: [prod]}
      allow: {controls: [privileged]}
    """
  private static let pod = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod}, spec: {containers: [{name: web, image: "a:1"}]}}
    """
  private static let namespace = """
    {apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {pod-security.kubernetes.io/enforce: restricted}}}
    """

  @Test("tells which exceptions excuse nothing any more")
  func expired() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["policy.yaml": Array(Self.policy.utf8)])
    let answer = try await pratique.run("policy", "check", "policy.yaml")
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.contains("It excuses nothing since 2020-01-01T00:00:00Z. Remove it, or let team-a decide anew."))
  }

  @Test("judges pods by the labels of the namespaces among the manifests")
  func labels() async throws {
    let pratique = try Pratique()
    try pratique.folder.write([
      "policy.yaml": Array(Self.policy.utf8), "pod.yaml": Array(Self.pod.utf8),
      "namespace.yaml": Array(Self.namespace.utf8),
    ])
    let allowed = try await pratique.run("policy", "test", "--policy", "policy.yaml", "--allow-tags", "pod.yaml")
    #expect(allowed.code == 0, "\(allowed.output)\(allowed.errors)")
    let denied = try await pratique.run(
      "policy", "test", "--policy", "policy.yaml", "--allow-tags", "pod.yaml", "namespace.yaml")
    #expect(denied.code == 1)
    #expect(
      denied.output.contains(
        #"violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"#
      ))
  }

  @Test("tells a PodSecurityPolicy in terms of the standards")
  func translate() async throws {
    let pratique = try Pratique()
    let text = """
      apiVersion: policy/v1beta1
      kind: PodSecurityPolicy
      metadata: {name: restricted}
      spec:
        allowPrivilegeEscalation: false
        requiredDropCapabilities: [ALL]
        volumes: [configMap, emptyDir, projected, secret, downwardAPI, csi, persistentVolumeClaim, ephemeral]
        runAsUser: {rule: MustRunAsNonRoot}
        seLinux: {rule: RunAsAny}
        supplementalGroups: {rule: MustRunAs, ranges: [{min: 1, max: 65535}]}
        fsGroup: {rule: MustRunAs, ranges: [{min: 1, max: 65535}]}
      """
    try pratique.folder.write(["psp.yaml": Array(text.utf8)])
    let answer = try await pratique.run("policy", "translate", "psp.yaml")
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.output.contains("The nearest standard: restricted."))
    #expect(answer.output.contains("fsGroup = 1"))
    let json = try await pratique.run("policy", "translate", "psp.yaml", "--output", "json")
    #expect(json.output.contains(#""nearest""#))
  }
}
