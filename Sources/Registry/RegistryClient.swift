package import Images
import Synchronization

/// Speaks with registries, and hands out their repositories to read from and to write to.
///
/// Holds connections and tokens between calls; `shutdown()` closes them and has to be called before the last copy goes.
///
/// Source: OCI distribution-spec 1.1.
package struct RegistryClient: Sendable {
  let settings: RegistrySettings
  let connections: Connections
  let tokens = Tokens()

  /// - Parameter resolver: another than the system's, for tests.
  package init(settings: RegistrySettings = RegistrySettings(), resolver: Resolver = .system) {
    var settings = settings
    var hub = settings.hosts["docker.io"] ?? HostSettings()
    hub.tokenHosts.insert("auth.docker.io")
    settings.hosts[Self.hubHost] = hub
    self.settings = settings
    connections = Connections(settings: settings, resolver: resolver)
  }

  /// A repository, after asking whether its registry may be spoken to at all. Nothing is dialled yet.
  ///
  /// - Throws: `RegistryError.notAllowed`, `.malformed` for a host no address can be made of.
  package func repository(_ repository: Repository) throws(RegistryError) -> RegistryRepository {
    if let allowed = settings.allowedHosts, !allowed.contains(repository.host) { throw .notAllowed(host: repository.host) }
    let host = repository.host == "docker.io" ? Self.hubHost : repository.host
    let scheme: Origin.Scheme = settings.hosts[host]?.usesPlainHTTP == true ? .http : .https
    guard let origin = Origin(scheme, authority: host) else {
      throw .malformed(host: repository.host, because: "the host is no host and port")
    }
    return RegistryRepository(client: self, repository: repository, registry: origin)
  }

  /// The image that `reference` means now: one look-up, its bytes hashed and read.
  ///
  /// - Throws: `RegistryError`; `ImageError.digestMismatch`, `.ambiguousManifest` and what else reading a manifest throws.
  package func resolve(_ reference: ImageReference) async throws -> PinnedReference {
    let manifest = try await repository(reference.repository).manifest(reference.manifestName)
    return PinnedReference(repository: reference.repository, digest: manifest.digest)
  }

  /// Closes all connections.
  package func shutdown() async { await connections.shutdown() }

  private static let hubHost = "registry-1.docker.io"
}

/// What registries gave us to show instead of a password, by what it is good for.
final class Tokens: Sendable {
  struct Purpose: Hashable {
    let registry: Origin
    let scope: String
  }

  /// Tokens live for minutes; more purposes than this in that time are not remembered.
  private static let limit = 1000
  private let known = Mutex<[Purpose: Redacted<String>]>([:])

  /// The value of an `Authorization` header.
  subscript(purpose: Purpose) -> Redacted<String>? {
    get { known.withLock { $0[purpose] } }
    set {
      known.withLock { known in
        if known.count >= Self.limit { known = [:] }
        known[purpose] = newValue
      }
    }
  }
}
