import Foundation
import TestSupport

/// A real API server with its etcd on loopback, and kubectl: a cluster without nodes and controllers.
///
/// `PRATIQUE_KUBE_APISERVER` names the server; `Scripts/api-server` makes one. etcd and kubectl stand beside it or are
/// installed.
final class RealCluster: Sendable {
  private static let program = ProcessInfo.processInfo.environment["PRATIQUE_KUBE_APISERVER"] ?? ""

  /// Whether there is a server to try.
  static var isGiven: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// What else is not there.
  static var missing: [String] {
    var missing = ["etcd", "kubectl"].filter { path(of: $0) == nil }
    missing += (["openssl", "curl"] + ["docker-registry", "skopeo"]).filter { Programs.path(of: $0) == nil }
    // The port of the Service, which nobody but root may take.
    if geteuid() != 0 { missing.append("root") }
    return missing
  }

  let world: SmallWorld
  let folder: TemporaryFolder
  let shell: Shell
  /// Addresses of Services come from it, so that they are addresses of loopback.
  let services: String
  private let port: Int
  private let etcdPorts: (clients: Int, peers: Int)

  private init(_ world: SmallWorld) throws {
    let network = "127.\(Int.random(in: 64..<192))"
    services = "\(network).0.0/16"
    port = try PostgresServer.freePort()
    etcdPorts = (try PostgresServer.freePort(), try PostgresServer.freePort())
    self.world = world
    folder = world.folder
    shell = Shell(
      folder: folder.url.path,
      environment: ["KUBECONFIG": folder.path("admin.kubeconfig"), "HOME": folder.url.path, "COSIGN_PASSWORD": ""])
  }

  /// Starts it, runs `body`, and leaves nothing running or lying about.
  static func run(_ body: (RealCluster) async throws -> Void) async throws {
    try await SmallWorld.run { world in
      let cluster = try RealCluster(world)
      let servers = try await cluster.start()
      do {
        try await cluster.waitUntilReady(servers)
        try await body(cluster)
      } catch {
        print("--- api-server.log\n\(cluster.shell.log(of: "api-server").suffix(4_000))")
        for server in servers { server.terminate() }
        throw error
      }
      for server in servers.reversed() {
        server.terminate()
        server.waitForEnd()
      }
    }
  }

  // MARK: What people do with it

  /// Runs kubectl as somebody who may do everything, and may be anybody: `--as`.
  func kubectl(_ arguments: String..., stdin text: String? = nil) async throws -> Shell.Outcome {
    try await kubectl(arguments, stdin: text)
  }

  func kubectl(_ arguments: [String], stdin text: String? = nil) async throws -> Shell.Outcome {
    var arguments = arguments
    if let text {
      let name = "\(UUID().uuidString).yaml"
      try folder.write([name: Array(text.utf8)])
      arguments += ["--filename", folder.path(name)]
    }
    return try await shell.run(Self.path(of: "kubectl") ?? "kubectl", arguments)
  }

  /// The same, where it has to succeed.
  @discardableResult
  func must(_ arguments: String..., stdin text: String? = nil) async throws -> String {
    let outcome = try await kubectl(arguments, stdin: text)
    guard outcome.status == 0 else {
      throw Shell.Failed(description: "kubectl \(arguments.joined(separator: " ")): \(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }

  /// What stands in an object: `jsonpath`.
  func value(_ path: String, of object: String...) async throws -> String {
    try await kubectl(["get"] + object + ["--output", "jsonpath=\(path)"]).output
  }

  /// Asks the API server what kubectl has no word for.
  func ask(_ method: String, _ path: String, _ body: String? = nil, type: String = "application/json") async throws -> String {
    var arguments = [
      "--silent", "--show-error", "--max-time", "60", "--cacert", folder.path("server.crt"), "--header",
      "Authorization: Bearer \(Self.token)", "--request", method, "https://127.0.0.1:\(port)\(path)",
    ]
    if let body { arguments += ["--header", "Content-Type: \(type)", "--data-binary", body] }
    return try await shell.must("curl", arguments)
  }

  /// A folder of `Deploy` as kustomize puts it together, with what this server calls otherwise.
  ///
  /// PodDisruptionBudgets are of policy/v1 only from 1.21 on.
  func manifests(_ path: String) async throws -> String {
    let text = try await must("kustomize", "\(Journey.root)/Deploy/\(path)")
    guard try await ask("GET", "/version").contains(#""minor": "20""#) else { return text }
    return text.replacing(
      "apiVersion: policy/v1\nkind: PodDisruptionBudget", with: "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget")
  }

  /// Makes a namespace with an account for its pods, and the label that API servers give from 1.21 on.
  func makeNamespace(_ name: String, labels: String = "") async throws {
    try await must(
      "apply",
      stdin: """
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: \(name), labels: {kubernetes.io/metadata.name: \(name)\(labels)}}}
        ---
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: \(name)}}
        """)
  }

  /// A file by which a service account is known to the API server.
  func kubeconfig(of account: String, in namespace: String) async throws -> String {
    let body = #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":7200}}"#
    let answer = try await ask("POST", "/api/v1/namespaces/\(namespace)/serviceaccounts/\(account)/token", body)
    guard let token = answer.firstMatch(of: /"token":\s*"([^"]+)"/)?.1 else { throw Shell.Failed(description: answer) }
    try folder.write([
      "\(account).token": Array(token.utf8),
      "\(account).kubeconfig": Array(kubeconfig("tokenFile: \(account).token", namespace).utf8),
    ])
    return folder.path("\(account).kubeconfig")
  }

  /// What the gate asked of the API server, as the server wrote it down.
  func asked() throws -> [Asked] {
    try String(contentsOfFile: folder.path("audit.log"), encoding: .utf8).split(separator: "\n").compactMap { line in
      // The last line may not be written to its end.
      try? JSONDecoder().decode(Asked.self, from: Data(line.utf8))
    }
  }

  /// One line of the API server's audit log.
  struct Asked: Decodable {
    struct Reference: Decodable { let resource: String }
    struct Status: Decodable { let code: Int }
    let verb: String
    let objectRef: Reference
    let responseStatus: Status
  }

  // MARK: Its servers

  private static let token = "token-of-the-administrator"

  private static func path(of name: String) -> String? {
    let beside = URL(fileURLWithPath: program).deletingLastPathComponent().appending(path: name).path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : Programs.path(of: name)
  }

  private func start() async throws -> [Process] {
    let audit = """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules: [{level: Metadata, users: ["system:serviceaccount:pratique:gate"]}, {level: None}]
      """
    try folder.write([
      "tokens": Array("\(Self.token),admin,1,\"system:masters\"\n".utf8), "audit.yaml": Array(audit.utf8),
      "admin.kubeconfig": Array(kubeconfig("token: \(Self.token)", "default").utf8), "audit.log": [],
    ])
    try await shell.must("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "accounts.key"])
    try await shell.must(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
        "server.crt", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
      ])
    let client = "http://127.0.0.1:\(etcdPorts.clients)"
    let etcd = try shell.start(
      "etcd", Self.path(of: "etcd") ?? "etcd",
      [
        "--data-dir", folder.path("etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
        "--listen-peer-urls", "http://127.0.0.1:\(etcdPorts.peers)", "--unsafe-no-fsync",
      ])
    let server = try shell.start(
      "api-server", Self.program,
      [
        "--etcd-servers=\(client)", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none", "--secure-port=\(port)", "--tls-cert-file=\(folder.path("server.crt"))",
        "--tls-private-key-file=\(folder.path("server.key"))", "--token-auth-file=\(folder.path("tokens"))",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=\(folder.path("accounts.key"))",
        "--service-account-key-file=\(folder.path("accounts.key"))", "--authorization-mode=RBAC",
        "--service-cluster-ip-range=\(services)", "--allow-privileged=true",
        "--audit-log-path=\(folder.path("audit.log"))", "--audit-policy-file=\(folder.path("audit.yaml"))",
        // On by themselves in later versions.
        "--feature-gates=EphemeralContainers=true,BoundServiceAccountTokenVolume=true",
      ])
    return [etcd, server]
  }

  private func waitUntilReady(_ servers: [Process]) async throws {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(180))
    while clock.now < end {
      guard servers.allSatisfy(\.isRunning) else {
        throw Shell.Failed(description: "etcd or the API server ended\n\(shell.log(of: "etcd").suffix(1_000))")
      }
      if let answer = try? await ask("GET", "/readyz"), answer == "ok" { return }
      _ = try await shell.run("sleep", ["0.1"])
    }
    throw Shell.Failed(description: "the API server is not ready")
  }

  private func kubeconfig(_ credential: String, _ namespace: String) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: here
    contexts: [{name: here, context: {cluster: here, user: me, namespace: \(namespace)}}]
    clusters: [{name: here, cluster: {server: "https://127.0.0.1:\(port)", certificate-authority: \(folder.path("server.crt"))}}]
    users: [{name: me, user: {\(credential)}}]
    """
  }
}
