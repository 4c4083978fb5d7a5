import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Registry
import Server
import ServiceLifecycle
import Store
import UnixSignals

/// Builds what the gate needs from its configuration, and runs it.
struct Wiring {
  private let server: GateServer
  private let registries: RegistryClient
  private let remote: RemoteMetadata?
  private let logger: Logger

  init(_ configuration: GateConfiguration) async throws {
    let logger = Logger(label: "pratique-admission") { _ in JSONLog { FileHandle.standardOutput.write(Data($0)) } }
    let rules = RulebookFiles(policyFile: configuration.policy, attestorsFile: configuration.attestors)
    _ = try rules.reload()
    let certificate = try ServingCertificate(certificateFile: configuration.certificate, keyFile: configuration.key)
    let metadata: any MetadataReader
    switch configuration.metadata {
    case .server(let url, let authorities, let tokenFile):
      let client = try RemoteMetadata(
        RemoteSettings(
          baseURL: url, token: try tokenFile.map(Self.secret), authoritiesFile: authorities,
          deadline: configuration.gate.deadline))
      (metadata, remote) = (client, client)
    case .store(let file): (metadata, remote) = (try SQLiteStore(path: file), nil)
    }
    registries = try Self.registries(configuration)
    self.logger = logger
    let asksRegistries = configuration.gate.tags == .resolve || configuration.gate.inspectsManifests
    let gate = Gate(
      settings: configuration.gate,
      surroundings: Gate.Surroundings(
        rulebook: { rules.rulebook }, attestations: RecordedAttestations(metadata),
        inspector: asksRegistries ? RegistryInspector(client: registries) : nil,
        breakGlassLog: configuration.breakGlassFile.map { BreakGlassFile(path: $0) },
        now: { Int64(Date().timeIntervalSince1970) }, logger: logger))
    server = GateServer(
      gate, rules: rules, certificate: certificate, listening: configuration.listening, logger: logger,
      onRunning: { port in logger.notice("the gate listens", metadata: ["port": "\(port)"]) })
  }

  /// Serves until SIGTERM or SIGINT.
  func serve() async throws {
    let group = ServiceGroup(
      configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    let served: Result<Void, any Error>
    do {
      try await group.run()
      served = .success(())
    } catch {
      served = .failure(error)
    }
    await remote?.close()
    await registries.shutdown()
    try served.get()
  }

  private static func registries(_ configuration: GateConfiguration) throws -> RegistryClient {
    var settings = RegistrySettings()
    settings.allowedHosts = Set(configuration.registries.map(\.host))
    settings.requestDeadline = configuration.gate.deadline
    for registry in configuration.registries {
      var host = HostSettings(caFile: registry.authorities)
      if let user = registry.user, let file = registry.passwordFile {
        host.credential = Credential(user: user, password: try secret(file))
      }
      settings.hosts[registry.host] = host
    }
    return RegistryClient(settings: settings)
  }

  /// The first line of a file.
  private static func secret(_ file: String) throws -> Redacted<String> {
    guard let data = FileManager.default.contents(atPath: file), data.count <= 64 << 10,
      let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
    else { throw ListeningError.unreadable(file: file, because: "it is missing or empty") }
    return Redacted(String(line))
  }
}

/// The registry client as the gate knows it: one that can say what an image is.
private struct RegistryInspector: ManifestInspector {
  let client: RegistryClient

  func digest(of image: ImageReference) async throws -> Digest { try await client.resolve(image).digest }
}
