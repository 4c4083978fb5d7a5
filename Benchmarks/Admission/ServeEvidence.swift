import ArgumentParser
import Attestations
import Foundation
import Hummingbird
import Images
import Logging
import Metadata
import Policies
import Server
import ServiceLifecycle
import Store
import UnixSignals

private let silence = Logger(label: "race") { _ in SwiftLogNoOpLogHandler() }

private func serve(_ service: any Service) async throws {
  try await ServiceGroup(configuration: .init(services: [service], gracefulShutdownSignals: [.sigterm], logger: silence)).run()
}

/// The metadata server on loopback, for a store that was made before.
struct ServeMetadata: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "metadata")

  @Argument(help: "The folder of the world.") var folder: String
  @Option(help: "Port on 127.0.0.1.") var port: Int

  func run() async throws {
    let store = try SQLiteStore(path: "\(folder)/store.sqlite")
    let router = Router()
    let service = MetadataService(
      store: store, access: GrantsAndPolicies(policies: store), versions: NoVersions(), pageTokenKey: store.pageTokenKey)
    let api = MetadataAPI(service, authority: .open)
    api.addHealth(to: router)
    api.addRoutes(to: router)
    try await serve(
      Listener(
        router.buildResponder(), settings: ListeningSettings(host: "127.0.0.1", port: port), certificate: nil, logger: silence))
  }
}

private struct NoVersions: VersionOrdering {
  func isEarlier(_ a: String, than b: String, in cpeURI: String) -> Bool? { nil }
}

/// The gate as its program builds it: evidence from a metadata server, its changes followed, answers kept in a file.
struct ServeGate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "gate")

  @Argument(help: "The folder of the world.") var folder: String
  @Option(help: "URL of the metadata server.") var server: String
  @Option(help: "Port on 127.0.0.1.") var port: Int

  func run() async throws {
    let rules = RulebookFiles(policyFile: "\(folder)/policy.yaml", attestorsFile: "\(folder)/attestors.yaml")
    _ = try rules.reload()
    let settings = GateSettings()
    let remote = try RemoteMetadata(RemoteSettings(baseURL: server, deadline: settings.deadline))
    let (file, _) = try SQLiteAnswerFile.open(path: "\(folder)/evidence.sqlite")
    var surroundings = Gate.Surroundings(
      rulebook: { rules.rulebook }, attestations: RecordedAttestations(remote),
      now: { Int64(Date().timeIntervalSince1970) }, logger: silence)
    surroundings.records = RecordedEvidence(metadata: remote, changes: remote, file: file)
    let certificate = try ServingCertificate(certificateFile: "\(folder)/tls.crt", keyFile: "\(folder)/tls.key")
    try await serve(
      GateServer(
        Gate(settings: settings, surroundings: surroundings), rules: rules, certificate: certificate,
        listening: ListeningSettings(host: "127.0.0.1", port: port), logger: silence))
    await remote.close()
  }
}
