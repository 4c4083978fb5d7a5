import AsyncHTTPClient
import Attestations
import Foundation
import Hummingbird
import Images
import Logging
import Metadata
import NIOCore
import NIOHTTP1
import NIOSSL
import Policies
import Registry
import Server
import Store
import Synchronization
import TestSupport

/// What came back over HTTPS.
struct GateAnswer {
  let status: Int
  let body: [UInt8]
}

/// The gate of a world, composed as its own program composes it and listening on loopback, with the world's clock, store and
/// registries around it.
struct GateUnderTest: Sendable {
  let store: WorldStore
  let registry: FakeRegistry
  let glass: GlassLog
  private let client: HTTPClient
  private let port: Int

  /// Runs the gate of `world` for as long as `body` takes.
  ///
  /// - Parameter asksRegistries: whether manifests are looked at; the world's registries then listen too.
  static func run<Result: Sendable>(
    _ world: World, asksRegistries: Bool, _ body: @escaping @Sendable (GateUnderTest) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder()
    let registry = FakeRegistry(world)
    let certificate = try ThrowawayCertificate(for: registry.names, in: folder)
    let serving = try ServingCertificate(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    let logger = Logger(label: "attacks") { _ in SwiftLogNoOpLogHandler() }
    let store = try await WorldStore(world)
    let glass = GlassLog()
    let now = try world.nowSeconds
    let configuration = try GateConfiguration(world, inspectsManifests: asksRegistries)
    let rulebook = try Rulebook(
      policies: configuration.policies,
      attestors: PolicyText(configuration.attestors, file: "attestors.yaml"))
    return try await withServer(registry, serving, logger) { registryPort in
      try await withRegistries(world, registry, port: registryPort, certificate) { registries in
        let gate = Gate(
          settings: configuration.settings,
          surroundings: .init(
            rulebook: { rulebook }, attestations: WorldAttestations(world, store: store.store),
            inspector: asksRegistries ? RegistryInspector(client: registries) : nil, breakGlassLog: glass, now: { now },
            logger: logger))
        return try await withServer(GateResponder(gate), serving, logger) { port in
          try await withClient(trusting: certificate.certificateFile) { client in
            try await body(GateUnderTest(store: store, registry: registry, glass: glass, client: client, port: port))
          }
        }
      }
    }
  }

  /// Sends one review.
  ///
  /// - Parameter path: `/validate` or `/mutate`.
  /// - Returns: nil when the connection ended without an answer.
  func send(_ body: RequestBody, to path: String) async -> GateAnswer? {
    var request = HTTPClientRequest(url: "https://localhost:\(port)\(path)")
    request.method = .POST
    request.headers = HTTPHeaders(body.headers)
    request.body = .bytes(ByteBuffer(bytes: body.bytes))
    guard let response = try? await client.execute(request, timeout: .seconds(30)),
      let answer = try? await response.body.collect(upTo: 1 << 24)
    else { return nil }
    return GateAnswer(status: Int(response.status.code), body: Array(answer.readableBytesView))
  }

  /// Runs `body` with a client to which every registry of the world is at `port` of this machine, and which knows no other
  /// address.
  private static func withRegistries<Result>(
    _ world: World, _ registry: FakeRegistry, port: Int, _ certificate: ThrowawayCertificate,
    _ body: (RegistryClient) async throws -> Result
  ) async throws -> Result {
    let names = WorldNames(world)
    var settings = RegistrySettings()
    for name in registry.names where !names.decides(name) {
      var host = HostSettings(connect: "127.0.0.1:\(port)", caFile: certificate.certificateFile)
      if let secret = world.value["registryCredentials"]?[name] {
        host.credential = Credential(
          user: secret["username"]?.string ?? "", password: Redacted(secret["password"]?.string ?? ""))
      }
      settings.hosts[name] = host
    }
    let client = RegistryClient(
      settings: settings,
      resolver: Resolver { host throws(RegistryError) in
        if host == "127.0.0.1", let loopback = Address([127, 0, 0, 1]) { return loopback }
        // What the product refuses by itself is given to it; anything else counts as dialled, and is not.
        if let address = names.address(of: host) {
          if address.isForbidden { return address }
          registry.noteDial("\(address)")
        }
        registry.noteDial(host)
        throw .unreachable(host: host, because: "the world has no such host")
      })
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }
}

/// Runs `body` with a client that trusts one certificate and no other.
func withClient<Result>(
  trusting certificateFile: String, _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
  var tls = TLSConfiguration.makeClientConfiguration()
  tls.trustRoots = .file(certificateFile)
  let client = HTTPClient(
    eventLoopGroupProvider: .singleton, configuration: .init(tlsConfiguration: tls, decompression: .disabled))
  do {
    let result = try await body(client)
    try await client.shutdown()
    return result
  } catch {
    try? await client.shutdown()
    throw error
  }
}

/// Keeps the uses of break-glass, in memory.
final class GlassLog: BreakGlassLog {
  private let records = Mutex<[String]>([])

  var lines: [String] { records.withLock { $0 } }

  func record(_ use: BrokenGlass) async throws {
    records.withLock { $0.append(String(decoding: use.line, as: UTF8.self)) }
  }
}

/// Lets `responder` listen on a loopback port of the system's choice while `body` runs.
func withServer<Responder: HTTPResponder, Result: Sendable>(
  _ responder: Responder, _ certificate: ServingCertificate?, _ logger: Logger,
  _ body: @escaping @Sendable (Int) async throws -> Result
) async throws -> Result where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  let (ports, running) = AsyncStream.makeStream(of: Int.self)
  let listener = Listener(
    responder, settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: certificate, logger: logger
  ) { port in running.yield(port) }
  return try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask {
      try await listener.run()
      running.finish()
      return nil
    }
    group.addTask {
      guard let port = await ports.first(where: { _ in true }) else { throw Unrunnable("the server did not start") }
      return try await body(port)
    }
    defer { group.cancelAll() }
    while let next = try await group.next() {
      if let result = next { return result }
    }
    throw Unrunnable("the server ended before the case did")
  }
}

/// Asks the world's registries about manifests, over HTTPS, as the gate's own program does.
struct RegistryInspector: ManifestInspector {
  let client: RegistryClient

  func digest(of image: ImageReference) async throws -> Digest { try await client.resolve(image).digest }
}
