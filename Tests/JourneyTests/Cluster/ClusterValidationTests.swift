import Foundation
import Testing

@Suite("A real API server and what runs in it", .serialized, .withRealCluster, .withAllOfCluster, .timeLimit(.minutes(10)))
struct ClusterValidationTests {
  @Test("is told what would be kept out now, by one leader after the other, with no more rights than are written")
  func violations() async throws {
    let marks = "    marksPerMinute: 600\n"
    try await GateInCluster.run("overlays/kritis", validation: marks) { gate in
      let cluster = gate.cluster
      // Pods from before the gate: the webhook is not there yet, and there is no kubelet to say that they run.
      try await cluster.must("delete", "validatingwebhookconfiguration", "pratique")
      for (name, image) in [("good", GateInCluster.infra), ("evil", GateInCluster.evil), ("ended", GateInCluster.evil)] {
        try await cluster.must("apply", stdin: Manifest.pod(name, image))
        try await phase(name, name == "ended" ? "Succeeded" : "Running", cluster)
      }
      try await cluster.must("apply", stdin: cluster.manifests("overlays/mutating"))
      try await cluster.must("apply", stdin: cluster.manifests("overlays/kritis-labels"))
      let first = try await gate.start()
      let report = { try await cluster.value(#"{.data.report\.json}"#, of: "configmap/gate-violations", "-n", "pratique") }
      try await cluster.eventually("the report tells of the pod") { try await report().contains(#""violatingPods":1"#) }
      let text = try await report()
      #expect(text.contains(#""name":"evil""#) && text.contains(#""pods":2"#), "\(text)")
      try await cluster.eventually("an Event tells of it") {
        try await cluster.value("{.items[*].reason}", of: "events", "-n", "shop").contains("PolicyViolation")
      }
      try await cluster.eventually("it has Kritis' label") {
        try await cluster.value(#"{.metadata.labels.kritis\.grafeas\.io/invalidImageSecPolicy}"#, of: "pod/evil", "-n", "shop")
          == "invalidImageSecPolicy"
      }
      try await policiesAsObjects(cluster, report)
      try await takeOver(from: first, gate)
      try onlyRightsThatAreUsed(cluster)
    }
  }

  /// A policy that is an object of the cluster is in force as soon as it is there.
  private func policiesAsObjects(_ cluster: RealCluster, _ report: () async throws -> String) async throws {
    let policy = """
      ---
      {apiVersion: kritis.grafeas.io/v1beta1, kind: ImageSecurityPolicy, metadata: {name: scanned, namespace: shop},
       spec: {packageVulnerabilityRequirements: {maximumSeverity: LOW}}}
      """
    try await cluster.must("apply", stdin: policy)
    try await cluster.eventually("the policy counts for what runs") { try await report().contains("not-scanned") }
    let denied = try await cluster.kubectl(["apply"], stdin: Manifest.pod("late", GateInCluster.infra))
    #expect(denied.status != 0 && denied.errors.contains("[not-scanned]"), "\(denied)")
    try await cluster.must("delete", "imagesecuritypolicy", "scanned", "--namespace", "shop")
    try await cluster.eventually("the policy counts no more") { try await !report().contains("not-scanned") }
  }

  private func takeOver(from first: GateInCluster.Replica, _ gate: GateInCluster) async throws {
    let cluster = gate.cluster
    let holder = { try await cluster.value("{.spec.holderIdentity}", of: "lease/gate", "-n", "pratique") }
    let second = try await gate.start()
    let before = try await holder()
    #expect(try await !gate.metrics(second).contains("pratique_validation_leading 1\n"))
    kill(first.process.processIdentifier, SIGKILL)
    gate.proxy.ready = [second.port]
    try await cluster.eventually("the other leads") { try await gate.metrics(second).contains("pratique_validation_leading 1\n") }
    #expect(try await holder() != before)

    // What somebody writes over the certificate's authority, and the certificate itself, are made anew.
    try await cluster.must(
      "patch", "validatingwebhookconfiguration", "pratique", "--type", "json", "--patch",
      #"[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]"#)
    try await cluster.must("delete", "secret", "gate-certificate", "--namespace", "pratique")
    try await cluster.eventually("the API server trusts the gate again") {
      let bundle = try await cluster.value(
        "{.webhooks[0].clientConfig.caBundle}", of: "validatingwebhookconfiguration/pratique")
      let secret = try await cluster.kubectl("get", "secret/gate-certificate", "--namespace", "pratique")
      return !bundle.isEmpty && secret.status == 0
    }
    try await cluster.eventually("pods are let in again") {
      try await cluster.kubectl(["apply", "--dry-run=server"], stdin: Manifest.pod("again", GateInCluster.infra)).status == 0
    }
  }

  /// None is missing, and each is made use of, but for the one to replace the certificate, which comes after two months.
  private func onlyRightsThatAreUsed(_ cluster: RealCluster) throws {
    let asked = try cluster.asked()
    #expect(!asked.contains { $0.responseStatus.code == 403 })
    let kritis = [
      "attestationauthorities", "buildpolicies", "genericattestationpolicies", "imagesecuritypolicies", "kritisconfigs",
    ]
    let used = Set(asked.map { "\($0.verb) \($0.objectRef.resource)" })
    let written = Set(
      [
        "create secrets", "get secrets", "create leases", "get leases", "update leases", "create configmaps", "get configmaps",
        "update configmaps", "create events", "patch pods",
      ]
        + ["get", "patch"].flatMap { ["\($0) validatingwebhookconfigurations", "\($0) mutatingwebhookconfigurations"] }
        + ["list", "watch"].flatMap { verb in (["namespaces", "pods"] + kritis).map { "\(verb) \($0)" } })
    #expect(used == written, "\(used.symmetricDifference(written).sorted())")
  }

  private func phase(_ pod: String, _ phase: String, _ cluster: RealCluster) async throws {
    let answer = try await cluster.ask(
      "PATCH", "/api/v1/namespaces/shop/pods/\(pod)/status", #"{"status":{"phase":"\#(phase)"}}"#,
      type: "application/merge-patch+json")
    #expect(answer.contains(#""phase": "\#(phase)""#), "\(answer)")
  }
}
