import ArgumentParser
import Foundation
import Images
import Pipeline
import Registry

/// How registries are reached.
struct RegistryOptions: ParsableArguments {
  @Option(help: "A PEM file of certificates to trust for every registry asked.") var registryCa: String?
  @Option(help: "Credentials in the form of Docker's config.json (default: DOCKER_CONFIG, else ~/.docker/config.json).")
  var credentials: String?
  @Option(help: "HOST=ADDRESS:PORT to dial instead of the name's own address; may be repeated.")
  var connect: [String] = []
  @Option(help: "A registry host on this machine that speaks plain HTTP; may be repeated.") var plainHttp: [String] = []

  /// Runs `work` with a client that knows the registries of `repositories`.
  func withClient<Result>(
    for repositories: [Repository], _ work: (RegistryClient) async throws -> Result
  ) async throws -> Result {
    let client = try self.client(for: Set(repositories.map(\.host)), only: false)
    do {
      let result = try await work(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// A client that knows `hosts`, and asks no others; whoever takes it shuts it down.
  ///
  /// - Parameter only: false lets it ask others too.
  func client(for hosts: Set<String>, only: Bool = true) throws -> RegistryClient {
    var settings = try settings(for: hosts.sorted())
    if only { settings.allowedHosts = hosts }
    return RegistryClient(settings: settings)
  }

  /// The image that `text` names, pinned; a tag is looked up once.
  func pin(_ text: String) async throws -> PinnedReference {
    let reference = try ImageReference(parsing: text)
    if let pinned = reference.pinned { return pinned }
    return try await withClient(for: [reference.repository]) { try await $0.resolve(reference) }
  }

  /// The same for the tool that builds Dockerfiles.
  var buildAccess: DockerfileBuilder.RegistryAccess {
    var access = DockerfileBuilder.RegistryAccess()
    access.authorityFile = registryCa
    access.credentialsFile = credentialsFile
    return access
  }

  private var credentialsFile: String? {
    if let credentials { return credentials }
    let folder = ProcessInfo.processInfo.environment["DOCKER_CONFIG"] ?? NSHomeDirectory() + "/.docker"
    let file = folder + "/config.json"
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  private func settings(for hosts: [String]) throws -> RegistrySettings {
    var settings = RegistrySettings()
    let known = try credentialsFile.map {
      try DockerConfiguration.credentials(
        Array(Files.text(at: $0, atMost: DockerConfiguration.limitBytes).utf8), path: $0)
    }
    var addresses: [String: String] = [:]
    for pair in connect {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw DoorError.usage("--connect \(printable(pair)) is malformed.", remedy: "Write HOST=ADDRESS:PORT.")
      }
      addresses[parts[0]] = parts[1]
    }
    for host in Set(hosts) {
      settings.hosts[host] = HostSettings(
        connect: addresses[host] ?? Self.ownAddress(host), usesPlainHTTP: plainHttp.contains(host), caFile: registryCa,
        credential: known?[host])
    }
    return settings
  }

  /// A person who names this machine means it; whoever is asked by a document does not get that far.
  private static func ownAddress(_ host: String) -> String? {
    let parts = host.split(separator: ":").map(String.init)
    guard parts.count == 2, parts[0] == "localhost" || parts[0] == "127.0.0.1" else { return nil }
    return "127.0.0.1:\(parts[1])"
  }
}
