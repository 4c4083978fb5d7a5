import AsyncHTTPClient
import Images
import NIOCore
import NIOSSL

/// Dials registries: decides whether a host may be spoken to, at which address, and keeps connections for reuse.
///
/// An HTTP client is bound to one address, so what was checked is what is connected to.
actor Connections {
  /// A client, and the address to write into its requests.
  struct Line {
    let client: HTTPClient
    let base: String
    /// What the `Host` header says.
    let authority: String
  }

  private struct Key: Hashable {
    let origin: Origin
    let address: Address
    let port: Int
  }

  /// How many addresses may have connections at once; the oldest goes first.
  private static let limit = 64

  private let settings: RegistrySettings
  private let resolver: Resolver
  private var clients: [Key: HTTPClient] = [:]
  private var order: [Key] = []

  init(settings: RegistrySettings, resolver: Resolver) {
    self.settings = settings
    self.resolver = resolver
  }

  /// - Throws: `RegistryError.refusedAddress`, `.refusedWay`, `.unreachable`, or `.unreadableFile` for the CA file.
  func line(to origin: Origin) async throws -> Line {
    let host = settings.hosts[origin.authority] ?? HostSettings()
    let (address, port) = try await target(of: origin, host)
    if origin.scheme == .http, !(host.usesPlainHTTP && address.isLoopback) {
      throw RegistryError.refusedWay(host: origin.authority, because: "it would be plain HTTP to another machine")
    }
    let key = Key(origin: origin, address: address, port: port)
    let client: HTTPClient
    if let known = clients[key] {
      client = known
    } else {
      client = try await connect(key, caFile: host.caFile)
    }
    let name = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
    return Line(client: client, base: "\(origin.scheme.rawValue)://\(name):\(port)", authority: origin.authority)
  }

  /// Closes every connection; the value cannot be used afterwards.
  func shutdown() async {
    let all = clients.values
    clients = [:]
    order = []
    for client in all { try? await client.shutdown() }
  }

  private func target(of origin: Origin, _ host: HostSettings) async throws -> (Address, Int) {
    if let connect = host.connect {
      guard let (name, port) = hostAndPort(connect), let port else {
        throw RegistryError.refusedWay(host: origin.authority, because: "its connect setting is not address:port")
      }
      return (try await resolver.address(name), port)
    }
    guard !origin.isMetadataServer else {
      throw RegistryError.refusedAddress(host: origin.authority, address: "of a metadata server")
    }
    let address = try await resolver.address(origin.host)
    guard !address.isForbidden else {
      throw RegistryError.refusedAddress(host: origin.authority, address: "\(address)")
    }
    return (address, origin.port)
  }

  private func connect(_ key: Key, caFile: String?) async throws -> HTTPClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let caFile {
      guard let trusted = try? NIOSSLCertificate.fromPEMFile(caFile) else {
        throw RegistryError.unreadableFile(path: caFile, because: "it holds no PEM certificates")
      }
      tls.additionalTrustRoots = [.certificates(trusted)]
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10), read: TimeAmount(settings.idleDeadline)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.dnsOverride = [key.origin.host: "\(key.address)"]
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    clients[key] = client
    order.append(key)
    if order.count > Self.limit, let oldest = clients.removeValue(forKey: order.removeFirst()) { try? await oldest.shutdown() }
    return client
  }
}
