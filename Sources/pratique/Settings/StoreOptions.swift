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
    guard let metadata else { return try await work(SQLiteStore(path: folder() + "/metadata.sqlite")) }
    let token = try metadataTokenFile.map {
      Redacted(try Files.text(at: $0, atMost: 4096).trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let remote = try RemoteMetadata(RemoteSettings(baseURL: metadata, token: token, authoritiesFile: metadataCa))
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
