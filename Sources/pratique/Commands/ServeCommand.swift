import ArgumentParser
import Hummingbird
import Images
import Logging
import Server
import ServiceLifecycle
import Store
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the metadata: Grafeas v1 over REST.",
    discussion: """
      Over TLS, for callers whose tokens are listed; or with --demo in plain text for everybody on this machine, and then
      on loopback only. Health is at /healthz and /readyz. Stops on SIGTERM after answering what was asked.

      Example: pratique serve --demo --data ./data --listen 127.0.0.1:8080
      """)

  @Flag(help: "Plain text, everybody may do everything; loopback only.") var demo = false
  @Option(help: "ADDRESS:PORT to listen on; port 0 lets the system choose.") var listen = "127.0.0.1:8080"
  @Option(help: "The folder of the store (default: PRATIQUE_DATA, else ~/.local/share/pratique).") var data: String?
  @Option(help: "A PEM file with the server's certificate chain.") var tlsCertificate: String?
  @Option(help: "A PEM file with the certificate's private key.") var tlsKey: String?
  @Option(help: "A YAML file that lists callers, the SHA-256 of their tokens and what each may do.") var callers: String?

  func run() async throws {
    let logger = Logger(label: "pratique.serve")
    let (settings, authority, certificate) = try demo ? open() : closed()
    let store = try SQLiteStore(path: StoreOptions.folder(data) + "/metadata.sqlite")
    let router = Router()
    router.get("healthz") { _, _ in "ok\n" }
    router.get("readyz") { _, _ in "ok\n" }
    MetadataAPI(store: store, authority: authority, pageTokenKey: store.pageTokenKey).addRoutes(to: router)
    let listener = Listener(
      router.buildResponder(), settings: settings, certificate: certificate, logger: logger,
      onRunning: { port in
        print("Serving grafeas.v1 at \(certificate == nil ? "http" : "https")://\(settings.host):\(port)")
      })
    var services: [any Service] = [listener]
    if let certificate {
      services.append(
        Polling(every: .seconds(1)) {
          do {
            if try certificate.reload() { logger.info("the certificate was reloaded") }
          } catch {
            logger.error("the certificate could not be reloaded", metadata: ["error": "\(error)"])
          }
        })
    }
    try await ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
  }

  private func open() throws -> (ListeningSettings, Authority, ServingCertificate?) {
    guard let address = LoopbackAddress(parsing: listen) else {
      throw DoorError.usage(
        "--demo lets everybody do everything, so it listens on loopback only, and \(printable(listen)) is not that.",
        remedy: "Write --listen 127.0.0.1:PORT, or leave --demo out and give --tls-certificate, --tls-key and --callers.")
    }
    guard tlsCertificate == nil, tlsKey == nil, callers == nil else {
      throw DoorError.usage(
        "--demo takes neither a certificate nor callers.", remedy: "Leave --demo out to serve with them.")
    }
    return (ListeningSettings(host: address.host, port: address.port), .open, nil)
  }

  private func closed() throws -> (ListeningSettings, Authority, ServingCertificate?) {
    guard let tlsCertificate, let tlsKey, let callers else {
      let missing = [("--tls-certificate", tlsCertificate), ("--tls-key", tlsKey), ("--callers", callers)]
        .filter { $0.1 == nil }.map(\.0)
      throw DoorError.usage(
        "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing.",
        remedy: "Give them, or --demo to try it on this machine.")
    }
    guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
      (0...65535).contains(port)
    else {
      throw DoorError.usage("--listen \(printable(listen)) is no address and port.", remedy: "Write ADDRESS:PORT.")
    }
    let authority = try Authority(parsing: Files.text(at: callers), file: callers)
    let host = String(listen[..<colon]).trimmingPrefix("[").replacing("]", with: "")
    return (
      ListeningSettings(host: String(host), port: port), authority,
      try ServingCertificate(certificateFile: tlsCertificate, keyFile: tlsKey)
    )
  }
}
