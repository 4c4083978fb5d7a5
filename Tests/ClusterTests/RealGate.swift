import AsyncHTTPClient
import ClusterDouble
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import TestSupport

/// The real gate as processes of their own, with a double of the API server as its cluster.
final class RealGates: Sendable {
  /// One replica that runs.
  struct Replica: Sendable {
    let process: Process
    let port: Int
  }

  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "pratique-admission").path
  static let infra = "r.test/infra/tool@sha256:" + String(repeating: "a", count: 64)
  static let evil = "r.test/evil@sha256:" + String(repeating: "b", count: 64)

  let double: KubernetesDouble
  let folder: TemporaryFolder
  private let processes = Mutex<[Process]>([])

  /// Runs `body` in a cluster with the webhook configurations of the gate, and ends all replicas afterwards.
  static func run(_ body: (RealGates) async throws -> Void) async throws {
    let gates = try await RealGates()
    do {
      try await body(gates)
    } catch {
      for index in 0..<8 {
        if let log = try? String(contentsOfFile: gates.folder.path("\(index).log"), encoding: .utf8) { print(log.suffix(4_000)) }
      }
      await gates.end()
      throw error
    }
    await gates.end()
  }

  private init() async throws {
    double = KubernetesDouble()
    folder = try TemporaryFolder()
    let port = try await double.start()
    for collection in [WebhookTrustTests.validating, WebhookTrustTests.mutating] {
      try double.create(WebhookTrustTests.configuration(), at: collection)
    }
    let policy = """
      name: projects/shop/policy
      globalPolicyEvaluationMode: DISABLE
      admissionWhitelistPatterns: [{namePattern: r.test/infra/*}]
      defaultAdmissionRule: {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
      """
    let kubeconfig = """
      current-context: here
      contexts: [{name: here, context: {cluster: c, user: u, namespace: pratique}}]
      clusters: [{name: c, cluster: {server: "http://127.0.0.1:\(port)"}}]
      users: [{name: u, user: {token: \(double.token)}}]
      """
    try folder.write([
      "policy.yaml": Array(policy.utf8), "attestors.yaml": Array("[]".utf8), "kubeconfig": Array(kubeconfig.utf8),
    ])
  }

  /// Starts a replica and waits until it is ready.
  func start() async throws -> Replica {
    let index = processes.withLock { $0.count }
    let config = """
      listen: 127.0.0.1:0
      policy: \(folder.path("policy.yaml"))
      attestors: \(folder.path("attestors.yaml"))
      metadata: {store: \(folder.path("store-\(index).db"))}
      kubernetes:
        kubeconfig: \(folder.path("kubeconfig"))
        policyObjects: [kritis.grafeas.io/v1beta1/imagesecuritypolicies]
        validation: {intervalSeconds: 3600}
      limits: {drainMilliseconds: 5000}
      """
    try folder.write(["\(index).yaml": Array(config.utf8), "\(index).log": []])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["--config", folder.path("\(index).yaml")]
    let log = FileHandle(forWritingAtPath: folder.path("\(index).log"))
    (process.standardOutput, process.standardError) = (log, log)
    process.standardInput = FileHandle.nullDevice
    try process.start()
    processes.withLock { $0.append(process) }
    var port = 0
    try await eventually {
      let text = (try? String(contentsOfFile: self.folder.path("\(index).log"), encoding: .utf8)) ?? ""
      port = text.firstMatch(of: /the gate listens.*?"port":"(\d+)"/).flatMap { Int($0.1) } ?? 0
      return port > 0 || !process.isRunning
    }
    let replica = Replica(process: process, port: port)
    try await eventually { await self.isReady(replica) }
    return replica
  }

  func isReady(_ replica: Replica) async -> Bool { await get(replica, "/readyz")?.status == 200 }

  func metrics(_ replica: Replica) async -> String { await get(replica, "/metrics")?.body ?? "" }

  /// One request on a connection of its own; nil when there is no answer.
  private func get(_ replica: Replica, _ path: String) async -> (status: Int, body: String)? {
    guard let client = try? client() else { return nil }
    var answer: (Int, String)?
    let request = HTTPClientRequest(url: "https://gate.pratique.svc:\(replica.port)\(path)")
    if let response = try? await client.execute(request, timeout: .seconds(60)),
      let body = try? await response.body.collect(upTo: 1 << 20)
    {
      answer = (Int(response.status.code), String(buffer: body))
    }
    try? await client.shutdown()
    return answer
  }

  /// A client that believes what stands in the webhook configuration, and checks the name of the service: the API server's way.
  func client() throws -> HTTPClient {
    let bundle = WebhookTrustTests.bundles(double, WebhookTrustTests.validating).first ?? ""
    var configuration = HTTPClient.Configuration(certificateVerification: .fullVerification)
    configuration.tlsConfiguration?.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes([UInt8](Data(base64Encoded: bundle) ?? Data())))
    configuration.dnsOverride = ["gate.pratique.svc": "127.0.0.1"]
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  static func review(_ image: String) -> [UInt8] {
    Array(
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE",
        "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
        "namespace":"shop","name":"p","userInfo":{"username":"t"},"dryRun":false,
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"\(image)"}]}}}}
      """.utf8)
  }

  private func end() async {
    let all = processes.withLock { $0 }
    for process in all where process.isRunning { kill(process.processIdentifier, SIGKILL) }
    for process in all { process.waitForEnd() }
    await double.stop()
  }
}
