import ArgumentParser
import Audit
import Foundation
import Hummingbird
import Images
import Logging
import Policies
import Registry
import Server
import ServiceLifecycle
import Store
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the metadata and the policies: Grafeas v1 and Binary Authorization v1 over REST and gRPC.",
    discussion: """
      Over TLS, for callers that are listed; or with --demo in plain text for everybody on this machine, and then on
      loopback only. Any number of servers may stand on one PostgreSQL. Health is at /healthz and /readyz of --listen.
      With --checks it runs checks and vouches for what passes, in the words of Voucher's API. Stops on SIGTERM after
      answering what was asked.

      Example: pratique serve --demo --data ./data --listen 127.0.0.1:8080 --listen-grpc 127.0.0.1:8081
      """)

  @Flag(help: "Plain text, everybody may do everything; loopback only.") var demo = false
  @Option(help: "ADDRESS:PORT for REST; port 0 lets the system choose.") var listen = "127.0.0.1:8080"
  @Option(help: "ADDRESS:PORT for gRPC; without it there is no gRPC.") var listenGrpc: String?
  @Option(help: "The folder of the embedded store (default: PRATIQUE_DATA, else ~/.local/share/pratique).")
  var data: String?
  @Option(help: "The PostgreSQL database to use instead, postgresql://… (default: PRATIQUE_POSTGRES).")
  var postgres: String?
  @Option(help: "Images that globalPolicyEvaluationMode: ENABLE lets through in every project, YAML or JSON.")
  var systemPolicy: String?
  @OptionGroup var access: AccessOptions
  @OptionGroup var checking: CheckOptions
  @OptionGroup var registry: RegistryOptions

  func run() async throws {
    let logger = Logger(label: "pratique.serve")
    let checklist = try checking.checklist()
    let rest = try address(listen, "--listen")
    let grpc = try listenGrpc.map { try address($0, "--listen-grpc") }
    let (authority, certificate, reloading) = try await access.opened(demo: demo, logger)
    let store = try await StoreOptions.open(data: data, postgres: postgres)
    let service = MetadataService(
      store: store, access: GrantsAndPolicies(policies: store), versions: InstalledVersionOrdering(),
      pageTokenKey: store.pageTokenKey)
    let router = Router(context: PeerContext.self)
    let policies = PolicyService(service, systemPolicy: try systemPolicy.map(SystemPolicy.init(atPath:)) ?? .empty)
    let api = MetadataAPI(service, policies: policies, authority: authority)
    api.addHealth(to: router)
    api.addRoutes(to: router)
    let checks = try await ServedChecks(checklist, by: registry, store: store, demo: demo, logger)
    checks?.api.addRoutes(to: router)
    let scheme = certificate == nil ? "http" : "https"
    var services: [any Service] = [
      Listener(
        router.buildResponder(), settings: rest, certificate: certificate, logger: logger,
        onRunning: { announce("Serving grafeas.v1 at \(scheme)://\(rest.host):\($0)") })
    ]
    if let grpc {
      services.append(
        GRPCListener(
          service, policies: policies, authority: authority, settings: grpc, certificate: certificate, logger: logger,
          onRunning: { announce("Serving grafeas.v1 over gRPC at \(grpc.host):\($0)") }))
    }
    if let checks { services.append(checks.pushes) }
    var group = ServiceGroupConfiguration(
      services: services + reloading, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // Who follows changes and reads no further must not keep the server from ending.
    group.maximumGracefulShutdownDuration = .seconds(20)
    do {
      try await ServiceGroup(configuration: group).run()
    } catch {
      await checks?.client.shutdown()
      throw error
    }
    await checks?.client.shutdown()
    await store.close()
  }

  private func address(_ text: String, _ option: String) throws(DoorError) -> ListeningSettings {
    if demo {
      guard let address = LoopbackAddress(parsing: text) else {
        throw DoorError.usage(
          "--demo lets everybody do everything, so it listens on loopback only, and \(printable(text)) is not that.",
          remedy: "Write \(option) 127.0.0.1:PORT, or leave --demo out and give --tls-certificate, --tls-key and --callers.")
      }
      return ListeningSettings(host: address.host, port: address.port)
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
    else { throw DoorError.usage("\(option) \(printable(text)) is no address and port.", remedy: "Write ADDRESS:PORT.") }
    let host = text[..<colon].trimmingPrefix("[").replacing("]", with: "")
    return ListeningSettings(host: String(host), port: port)
  }
}

extension SystemPolicy {
  fileprivate init(atPath path: String) throws { try self.init(DocumentNode(parsing: Files.text(at: path), file: path)) }
}

/// Prints a line at once, into a file or pipe too: who started the server waits for it.
private func announce(_ line: String) {
  print(line)
  fflush(nil)
}
