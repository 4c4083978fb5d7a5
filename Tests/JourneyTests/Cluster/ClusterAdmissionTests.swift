import Foundation
import TestSupport
import Testing

@Suite("A real API server that asks the gate", .serialized, .withRealCluster, .withAllOfCluster, .timeLimit(.minutes(10)))
struct ClusterAdmissionTests {
  @Test("learns what may run, of every built-in kind, and the gate never stands in its own way")
  func verdicts() async throws {
    try await GateInCluster.run("overlays/kritis") { gate in
      let cluster = gate.cluster
      let closed = try await cluster.kubectl(["apply"], stdin: Manifest.pod("early", GateInCluster.infra))
      #expect(closed.status != 0 && closed.errors.contains("failed calling webhook"), "\(closed)")
      try await cluster.must("rollout", "restart", "statefulset/gate", "--namespace", "pratique")
      try await cluster.must("apply", stdin: Manifest.pod("below", GateInCluster.evil, in: "kube-system"))

      let attested = try await cluster.world.pratique("attest", cluster.world.image, "--attestor", "qa", "--key", "qa.key")
      #expect(attested.status == 0, "\(attested)")
      let replica = try await gate.start()
      for image in [GateInCluster.infra, cluster.world.image] {
        try await cluster.must("apply", stdin: Manifest.pod("well-\(image.suffix(4))", image))
      }
      for (image, codes) in [
        (GateInCluster.evil, "attestation-missing"), (cluster.world.otherImage, "attestation-missing"),
        (GateInCluster.infra.prefix { $0 != "@" } + ":v1", "digest-missing"),
      ] {
        for dryRun in ["none", "server"] {
          let denied = try await cluster.kubectl(["apply", "--dry-run=\(dryRun)"], stdin: Manifest.pod("bad", String(image)))
          #expect(denied.status != 0 && denied.errors.contains("[\(codes)]"), "\(denied)")
          #expect(denied.errors.contains("Why: pratique explain") == (dryRun == "none"), "\(denied)")
        }
      }
      try await kinds(cluster)
      try await changes(cluster)
      let told = try await cluster.kubectl(["apply"], stdin: Manifest.pod("told", GateInCluster.evil, in: "staging"))
      #expect(told.status == 0 && told.errors.contains("Warning: dry run: "), "\(told)")
      #expect(try cluster.asked().allSatisfy { $0.responseStatus.code != 403 })
      try await gate.stop(replica)
    }
  }

  private func kinds(_ cluster: RealCluster) async throws {
    for (kind, version) in Manifest.kinds {
      let denied = try await cluster.kubectl(["apply"], stdin: Manifest.of(kind, version, GateInCluster.evil))
      #expect(denied.status != 0 && denied.errors.contains("[attestation-missing]"), "\(kind): \(denied)")
      let let_in = try await cluster.kubectl(["apply"], stdin: Manifest.of(kind, version, GateInCluster.infra))
      #expect(let_in.status == 0, "\(kind): \(let_in)")
    }
    // As the API server of 1.20 sends them: a kind of its own, with nothing but the containers.
    for (image, word) in [
      (GateInCluster.evil, "[attestation-missing]"), (GateInCluster.infra, #""kind": "EphemeralContainers""#),
    ] {
      let answer = try await cluster.ask(
        "PUT", "/api/v1/namespaces/shop/pods/well-aaaa/ephemeralcontainers",
        """
        {"apiVersion":"v1","kind":"EphemeralContainers","metadata":{"name":"well-aaaa"},"ephemeralContainers":[
          {"name":"debug","image":"\(image)","imagePullPolicy":"IfNotPresent","terminationMessagePolicy":"File"}]}
        """)
      #expect(answer.contains(word), "\(answer)")
    }
  }

  private func changes(_ cluster: RealCluster) async throws {
    for arguments in [
      ["scale", "deployment/it", "--replicas", "3"], ["rollout", "restart", "deployment/it"], ["label", "pod/well-aaaa", "a=b"],
      ["set", "image", "deployment/it", "it=\(cluster.world.image)"], ["delete", "pod/well-aaaa", "--wait=false"],
    ] {
      let outcome = try await cluster.kubectl(arguments + ["--namespace", "shop"])
      #expect(outcome.status == 0, "\(arguments): \(outcome)")
    }
    let denied = try await cluster.kubectl("set", "image", "deployment/it", "it=\(GateInCluster.evil)", "--namespace", "shop")
    #expect(denied.status != 0 && denied.errors.contains("[attestation-missing]"), "\(denied)")
  }

  @Test("tells the gate who asks: the glass is broken by those who may, with a reason, and not in a dry run")
  func breakGlass() async throws {
    try await GateInCluster.run("overlays/kritis") { gate in
      let cluster = gate.cluster
      try await cluster.must(
        "create", "clusterrolebinding", "people", "--clusterrole", "cluster-admin", "--group", "devs", "--group", "sre-oncall")
      let replica = try await gate.start()
      let annotation = #"annotations: {pratique.dev/break-glass: "incident 42"}"#
      let label = #"labels: {image-policy.k8s.io/break-glass: "true"}"#
      let cases: [(group: String, more: String, dryRun: String, isLetIn: Bool, says: String)] = [
        ("devs", annotation, "none", false, "[break-glass-refused]"),
        ("sre-oncall", label, "none", false, "comes with no reason"),
        ("sre-oncall", annotation, "server", true, "Warning: The glass would be broken"),
        ("sre-oncall", annotation, "none", true, "Warning: The glass was broken; this is on record."),
        ("sre-oncall", "\(annotation), \(label)", "none", true, "Warning: The glass was broken; this is on record."),
      ]
      for (index, one) in cases.enumerated() {
        let outcome = try await cluster.kubectl(
          ["apply", "--dry-run=\(one.dryRun)", "--as", "alice", "--as-group", one.group],
          stdin: Manifest.pod("glass-\(index)", GateInCluster.evil, more: ", \(one.more)"))
        #expect((outcome.status == 0) == one.isLetIn && outcome.errors.contains(one.says), "\(index): \(outcome)")
      }
      let record = try String(contentsOfFile: cluster.folder.path("\(replica.name)/break-glass.jsonl"), encoding: .utf8)
      let uses = record.split(separator: "\n")
      #expect(uses.count == 2 && uses.allSatisfy { $0.contains(#""user":"alice""#) && $0.contains("incident 42") }, "\(record)")
    }
  }

  @Test("stores pods as the gate hardens them, and tells it of the labels of namespaces")
  func hardening() async throws {
    let policies = [
      "hardening.yaml": """
      apiVersion: pratique.dev/v1
      kind: Hardening
      metadata: {name: shop}
      spec:
        match: {namespaces: [shop]}
        bits: {allowPrivilegeEscalation: require, capabilities: require, seccompProfile: require, readOnlyRootFilesystem: set,
          runAsNonRoot: require, automountServiceAccountToken: set}
      """,
      "security.yaml": """
      apiVersion: pod-security.admission.config.k8s.io/v1
      kind: PodSecurityConfiguration
      defaults: {enforce: privileged, warn: privileged, audit: privileged}
      """,
    ]
    try await GateInCluster.run("overlays/kritis", policies: policies) { gate in
      let cluster = gate.cluster
      try await cluster.must("apply", stdin: cluster.manifests("overlays/mutating"))
      _ = try await gate.start()
      let plain = try await cluster.kubectl(["apply"], stdin: Manifest.pod("plain", GateInCluster.infra, in: "staging"))
      #expect(plain.status == 0, "\(plain)")
      #expect(try await cluster.value("{.spec.volumes[*].name}", of: "pod/plain", "-n", "staging").hasPrefix("kube-api-access-"))
      let hardened = try await cluster.kubectl(["apply"], stdin: Manifest.pod("hard", GateInCluster.infra))
      #expect(
        hardened.status == 0 && hardened.errors.contains("Warning: Hardening shop set allowPrivilegeEscalation"), "\(hardened)")
      let spec = try await cluster.value("{.spec}", of: "pod/hard", "-n", "shop")
      for part in [
        #""allowPrivilegeEscalation":false"#, #""capabilities":{"drop":["ALL"]}"#, #""readOnlyRootFilesystem":true"#,
        #""runAsNonRoot":true"#, #""seccompProfile":{"type":"RuntimeDefault"}"#, #""automountServiceAccountToken":false"#,
      ] { #expect(spec.contains(part), "\(spec)") }
      #expect(!spec.contains("kube-api-access-"), "\(spec)")
      // A running pod is not changed, and can be labelled.
      try await cluster.must("label", "pod/hard", "a=b", "--namespace", "shop")

      let node = Manifest.pod("node", GateInCluster.infra, in: "staging", spec: ", hostNetwork: true")
      try await cluster.must("apply", "--dry-run=server", stdin: node)
      try await cluster.must("label", "namespace/staging", "pod-security.kubernetes.io/enforce=baseline")
      try await cluster.eventually("the gate knows the label") {
        let denied = try await cluster.kubectl(["apply", "--dry-run=server"], stdin: node)
        return denied.errors.contains(#"violates PodSecurity "baseline:latest": host namespaces"#)
      }
    }
  }

  @Test("loses no request while both replicas are replaced, one after the other")
  func rollingRestart() async throws {
    try await GateInCluster.run("overlays/kritis") { gate in
      var replicas = [try await gate.start(), try await gate.start()]
      let pod =
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"it"},"spec":{"containers":[{"name":"it","image":"\#(GateInCluster.infra)"}]}}"#
      let failures = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
        for _ in 0..<3 {
          group.addTask {
            var (all, failures) = (0, [String]())
            while !Task.isCancelled {
              let answer = try await gate.cluster.ask("POST", "/api/v1/namespaces/shop/pods?dryRun=All", pod)
              all += 1
              if !answer.contains(#""kind": "Pod""#) { failures.append(answer) }
            }
            return (all, failures)
          }
        }
        for index in 0..<2 {
          try await gate.stop(replicas[index])
          #expect(replicas[index].process.terminationStatus == 0)
          replicas[index] = try await gate.start()
        }
        group.cancelAll()
        var (all, failures) = (0, [String]())
        for try await (asked, failed) in group { (all, failures) = (all + asked, failures + failed) }
        #expect(all > 50)
        return failures
      }
      #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(2))")
    }
  }
}

/// Objects that run an image.
enum Manifest {
  /// CronJobs are of batch/v1 only from 1.21 on.
  static let kinds = [
    ("Deployment", "apps/v1"), ("ReplicaSet", "apps/v1"), ("StatefulSet", "apps/v1"), ("DaemonSet", "apps/v1"),
    ("Job", "batch/v1"), ("CronJob", "batch/v1beta1"), ("ReplicationController", "v1"), ("PodTemplate", "v1"),
  ]

  /// - Parameters:
  ///   - more: of the metadata.
  ///   - spec: of the pod.
  static func pod(_ name: String, _ image: String, in namespace: String = "shop", more: String = "", spec: String = "") -> String
  {
    """
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: \(namespace)\(more)},
     spec: {containers: [{name: it, image: "\(image)"}]\(spec)}}
    """
  }

  static func of(_ kind: String, _ version: String, _ image: String) -> String {
    let restart = kind.hasSuffix("Job") ? "restartPolicy: Never, " : ""
    let template = "template: {metadata: {labels: {app: it}}, spec: {\(restart)containers: [{name: it, image: \"\(image)\"}]}}"
    let body =
      switch kind {
      case "PodTemplate": template
      case "Job": "spec: {\(template)}"
      case "CronJob": "spec: {schedule: \"* * * * *\", jobTemplate: {spec: {\(template)}}}"
      case "ReplicationController": "spec: {selector: {app: it}, \(template)}"
      default: "spec: {\(kind == "StatefulSet" ? "serviceName: it, " : "")selector: {matchLabels: {app: it}}, \(template)}"
      }
    return "---\n{apiVersion: \(version), kind: \(kind), metadata: {name: it, namespace: shop}, \(body)}\n"
  }
}
