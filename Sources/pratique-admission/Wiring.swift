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
  private let cluster: ClusterWiring?
  private let journal: Journal?
  private let services: [any Service]
  private let drain: Duration
  private let output: LineOutput
  private let logger: Logger

  init(_ configuration: GateConfiguration) async throws {
    let output = LineOutput(.standardOutput)
    let logger = Logger(label: "pratique-admission") { _ in JSONLog { output.add($0) } }
    self.output = output
    let cluster = try configuration.kubernetes.map { try ClusterWiring($0, logger: logger) }
    let rules = RulebookFiles(
      policyFile: configuration.policy, attestorsFile: configuration.attestors, objects: cluster?.objects,
      whileBroken: configuration.gate.brokenPolicy)
    _ = try rules.reload()
    let rotation = configuration.tls == nil ? try await cluster?.certificate() : nil
    let certificate = try Self.certificate(configuration, rotation)
    let metadata: any MetadataReader & ChangeReader
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
    journal = try await Journal(configuration.decisions, logger)
    let asksRegistries = configuration.gate.tags == .resolve || configuration.gate.inspectsManifests
    var surroundings = Gate.Surroundings(
      rulebook: { rules.inForce }, attestations: RecordedAttestations(metadata),
      inspector: asksRegistries ? RegistryInspector(client: registries) : nil,
      breakGlassLog: configuration.breakGlassFile.map { BreakGlassFile(path: $0) },
      decisions: journal?.recorder, now: { Int64(Date().timeIntervalSince1970) }, logger: logger,
      lines: { output.add($0) })
    surroundings.lastRulebook = { rules.rulebook }
    try configuration.evidence.follow(metadata, registries, of: configuration, in: &surroundings)
    if let namespaces = cluster?.namespaces { surroundings.namespaceLabels = { namespaces[$0] } }
    surroundings.runningPods = cluster?.runningPods
    let gate = Gate(settings: configuration.gate, surroundings: surroundings)
    let validation = cluster?.validation(gate, rules: rules)
    self.cluster = cluster
    drain = configuration.listening.drain
    // The recorder comes first and so ends last: what the server still answers is put on record.
    let made: [(any Service)?] = [journal?.recorder, output.flushing, rotation, validation]
    services = made.compactMap { $0 } + (cluster?.services ?? [])
    server = GateServer(
      gate, rules: rules, certificate: certificate, listening: configuration.listening, logger: logger,
      gauges: { (validation?.metrics.gauges ?? []) + (rotation.map { [$0.gauge] } ?? []) },
      onRunning: { port in logger.notice("the gate listens", metadata: ["port": "\(port)"]) })
  }

  /// Serves until SIGTERM or SIGINT.
  func serve() async throws {
    // The last is stopped first: what answers the API server goes before what it rests on.
    var configuration = ServiceGroupConfiguration(
      services: services + [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = drain + .seconds(10)
    let group = ServiceGroup(configuration: configuration)
    let served: Result<Void, any Error>
    do {
      try await group.run()
      served = .success(())
    } catch {
      served = .failure(error)
    }
    await remote?.close()
    await journal?.store.close()
    await registries.shutdown()
    await cluster?.close()
    output.flush()
    try served.get()
  }

  private static func certificate(
    _ configuration: GateConfiguration, _ rotation: CertificateRotation?
  ) throws -> ServingCertificate {
    if let rotation { return rotation.shown }
    return try ServingCertificate(certificateFile: configuration.tls?.certificate ?? "", keyFile: configuration.tls?.key ?? "")
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
  static func secret(_ file: String) throws -> Redacted<String> {
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
