import Foundation
import Synchronization
import TestSupport

/// The real gate as the webhook of a real API server: the manifests as they are shipped, the settings but for paths and
/// addresses, the rights of its service account and no others.
///
/// There are no nodes: replicas are processes here, and what a node's proxy does for their Service is done by `ServiceProxy`.
final class GateInCluster: Sendable {
  struct Replica: Sendable {
    let process: Process
    let name: String
    let port: Int
  }

  static let infra = "registry.example.test/infra/tool@sha256:" + String(repeating: "a", count: 64)
  static let evil = "registry.example.test/evil@sha256:" + String(repeating: "b", count: 64)
  private static let policy = """
    name: projects/pratique/policy
    globalPolicyEvaluationMode: DISABLE
    admissionWhitelistPatterns: [{namePattern: registry.example.test/infra/*}]
    defaultAdmissionRule:
      evaluationMode: REQUIRE_ATTESTATION
      requireAttestationsBy: [projects/pratique/attestors/qa]
      enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
    kubernetesNamespaceAdmissionRules:
      staging: {evaluationMode: ALWAYS_DENY, enforcementMode: DRYRUN_AUDIT_LOG_ONLY}
    """

  let cluster: RealCluster
  let proxy = ServiceProxy()
  private let processes = Mutex<[Process]>([])
  private let validation: String

  /// Installs the gate in a cluster of its own, runs `body` before any replica is there, and ends all of them afterwards.
  ///
  /// - Parameters:
  ///   - overlay: below `Deploy`.
  ///   - validation: lines for the settings under `kubernetes.validation`.
  ///   - policies: files beside the policy of images.
  static func run(
    _ overlay: String, validation: String = "", policies: [String: String] = [:],
    _ body: (GateInCluster) async throws -> Void
  ) async throws {
    try await RealCluster.run { cluster in
      let gate = GateInCluster(cluster, validation)
      do {
        try await gate.install(overlay, policies)
        try await body(gate)
      } catch {
        for name in gate.names { print("--- \(name).log\n\(cluster.shell.log(of: name).suffix(4_000))") }
        await gate.end()
        throw error
      }
      await gate.end()
    }
  }

  private init(_ cluster: RealCluster, _ validation: String) {
    self.cluster = cluster
    self.validation = validation
  }

  private var names: [String] { (0..<processes.withLock { $0.count }).map { "gate-\($0)" } }

  private func install(_ overlay: String, _ policies: [String: String]) async throws {
    for name in ["kube-system", "shop", "staging"] { try await cluster.makeNamespace(name) }
    try await cluster.must("apply", stdin: cluster.manifests(overlay))
    try cluster.folder.write(["data/made": []])
    let rules = policies.merging(["policy.yaml": Self.policy]) { ours, _ in ours }
    try cluster.folder.write(Dictionary(uniqueKeysWithValues: rules.map { ("rules/\($0.key)", Array($0.value.utf8)) }))
    _ = try await cluster.kubeconfig(of: "gate", in: "pratique")
    let address = try await cluster.value("{.spec.clusterIP}", of: "service", "gate", "--namespace", "pratique")
    try await proxy.start(at: address, port: 443)
  }

  /// Starts a replica, waits until it is ready and sends it requests from then on.
  func start() async throws -> Replica {
    let name = "gate-\(processes.withLock { $0.count })"
    try cluster.folder.write(["\(name).yaml": Array(try configuration(of: name).utf8), "\(name)/made": []])
    let process = try cluster.shell.start(
      name, Journey.program("pratique-admission"), ["--config", cluster.folder.path("\(name).yaml")])
    processes.withLock { $0.append(process) }
    var port = 0
    try await cluster.eventually("\(name) listens") {
      port = cluster.shell.log(of: name).firstMatch(of: /the gate listens.*?"port":"(\d+)"/).flatMap { Int($0.1) } ?? 0
      return port > 0 || !process.isRunning
    }
    let replica = Replica(process: process, name: name, port: port)
    try await cluster.eventually("\(name) is ready") { try await isReady(replica) }
    proxy.ready.append(port)
    // The first has just written into the webhook configurations who vouches for it.
    try await cluster.eventually("the API server asks the gate") {
      let pod = Manifest.pod("asked", Self.infra, in: "staging")
      return try await cluster.kubectl(["apply", "--dry-run=server"], stdin: pod).status == 0
    }
    return replica
  }

  /// Ends a replica as a node does: a signal, and no request once it says that it is not ready.
  func stop(_ replica: Replica) async throws {
    replica.process.terminate()
    try await cluster.eventually("\(replica.name) is draining") { try await !isReady(replica) }
    proxy.ready.removeAll { $0 == replica.port }
    try await cluster.eventually("\(replica.name) has ended") { !replica.process.isRunning }
  }

  func isReady(_ replica: Replica) async throws -> Bool { try await get(replica, "/readyz").hasSuffix("200") }

  func metrics(_ replica: Replica) async throws -> String { try await get(replica, "/metrics") }

  func log(of replica: Replica) -> String { cluster.shell.log(of: replica.name) }

  /// What it answers, and the status behind it. Its certificate is the API server's to check.
  private func get(_ replica: Replica, _ path: String) async throws -> String {
    try await cluster.shell.run(
      "curl",
      ["--silent", "--insecure", "--max-time", "20", "--write-out", "%{http_code}", "https://127.0.0.1:\(replica.port)\(path)"]
    ).output
  }

  /// The settings of Deploy, with the places of this machine.
  private func configuration(of name: String) throws -> String {
    let shipped = try String(contentsOfFile: "\(Journey.root)/Deploy/overlays/kritis/gate.yaml", encoding: .utf8)
    let places = [
      ("0.0.0.0:8443", "127.0.0.1:0"), ("/etc/pratique/rules/policy.yaml", cluster.folder.path("rules")),
      ("/etc/pratique/rules/attestors.yaml", cluster.folder.path("attestors.yaml")),
      ("/var/lib/pratique", cluster.folder.path(name)), ("projects: [shop]", "projects: [pratique]"),
      ("    intervalSeconds: 3600\n", "    intervalSeconds: 3600\n\(validation)"),
      ("kubernetes:\n", "kubernetes:\n  kubeconfig: \(cluster.folder.path("gate.kubeconfig"))\n"),
    ].reduce(shipped) { $0.replacing($1.0, with: $1.1) }
    let server = places.firstRange(of: "metadata:\n")
    let evidence = places.firstRange(of: "# What is known of images")
    guard let server, let evidence else { throw Shell.Failed(description: "Deploy/overlays/kritis/gate.yaml has changed") }
    let store = "metadata: {store: \(cluster.folder.path("data/metadata.sqlite"))}\n"
    return places.replacingCharacters(in: server.lowerBound..<evidence.lowerBound, with: store)
  }

  private func end() async {
    let all = processes.withLock { $0 }
    for process in all where process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for process in all { process.waitForEnd() }
    await proxy.stop()
  }
}

extension RealCluster {
  /// Waits until `condition` holds; for two minutes at the most.
  func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(120))
    while clock.now < end {
      if try await condition() { return }
      _ = try await shell.run("sleep", ["0.1"])
    }
    throw Shell.Failed(description: "not after two minutes: \(what)")
  }
}
