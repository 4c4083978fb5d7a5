import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Store

/// Where metadata is kept: the embedded store of this machine, or a metadata server.
struct StoreOptions: ParsableArguments {
  @Option(help: "The folder of the embedded store (default: PRATIQUE_DATA, else ~/.local/share/pratique).")
  var data: String?
  @Option(help: "The PostgreSQL database to use instead, postgresql://… (default: PRATIQUE_POSTGRES).")
  var postgres: String?
  @Option(help: "The metadata server to use instead, for example https://metadata.example.test:8443.")
  var metadata: String?
  @Option(help: "A file with the bearer token for the metadata server.")
  var metadataTokenFile: String?
  @Option(help: "A PEM file with the authority that signed the metadata server's certificate.")
  var metadataCa: String?

  func folder() throws -> String { try Self.folder(data) }

  /// The embedded store's folder, made when it is not there.
  static func folder(_ named: String?) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      named ?? environment["PRATIQUE_DATA"]
      ?? (environment["XDG_DATA_HOME"] ?? NSHomeDirectory() + "/.local/share") + "/pratique"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }

  /// The advisory database that `pratique feeds import` writes.
  func advisories() throws -> String { try folder() + "/advisories.db" }

  /// Runs `work` with the store that the options name, and closes it.
  func withStore<Result>(_ work: (any MetadataStore) async throws -> Result) async throws -> Result {
    guard let metadata else { return try await withCompleteStore { try await work($0) } }
    return try await withServer(at: metadata) { try await work($0) }
  }

  /// Runs `work` with a store of this machine or of PostgreSQL, and closes it.
  ///
  /// - Throws: `DoorError.usage` when the options name a metadata server, which does not give that much away.
  func withCompleteStore<Result>(_ work: (any CompleteStore) async throws -> Result) async throws -> Result {
    if metadata != nil {
      throw DoorError.usage(
        "This works on the store itself, not through a metadata server.",
        remedy: "Leave --metadata out; give --data or --postgres.")
    }
    let store = try await Self.open(data: data, postgres: postgres)
    do {
      let result = try await work(store)
      await store.close()
      return result
    } catch {
      await store.close()
      throw error
    }
  }

  /// Opens PostgreSQL where it is named, here or in `PRATIQUE_POSTGRES`, else the embedded store.
  static func open(data: String?, postgres: String?) async throws -> SQLStore {
    let address = postgres ?? (data == nil ? ProcessInfo.processInfo.environment["PRATIQUE_POSTGRES"] : nil)
    guard let address else { return try SQLStore(path: folder(data) + "/metadata.sqlite") }
    return try await SQLStore(engine: PostgresEngine(PostgresSettings(address: Redacted(address))))
  }

  /// Runs `work` with a client of the metadata server, and closes it.
  func withServer<Result>(at address: String, _ work: (RemoteMetadata) async throws -> Result) async throws -> Result {
    let token = try metadataTokenFile.map {
      Redacted(try Files.text(at: $0, atMost: 4096).trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let remote = try RemoteMetadata(RemoteSettings(baseURL: address, token: token, authoritiesFile: metadataCa))
    do {
      let result = try await work(remote)
      await remote.close()
      return result
    } catch {
      await remote.close()
      throw error
    }
  }
}
