import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The metadata server over gRPC, over TLS where it is given a certificate. Shuts down gracefully: what was asked is
/// answered first, and who watches is told to come again.
package struct GRPCListener: Service {
  private static let limitMessageBytes = 4 << 20
  private static let limitStreams = 128
  private static let graceSeconds: Int64 = 10

  private let methods: MetadataMethods
  private let settings: ListeningSettings
  private let certificate: ServingCertificate?
  private let onRunning: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - policies: nil for those of the service, without a system policy.
  ///   - settings: the bounds for requests and headers are those of gRPC and do not count here.
  ///   - certificate: nil for plain text. New connections see a reloaded one.
  ///   - onRunning: told the port once connections are taken.
  package init(
    _ service: MetadataService, policies: PolicyService? = nil, authority: Authority, settings: ListeningSettings,
    certificate: ServingCertificate?,
    logger: Logger, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    methods = MetadataMethods(
      service: service, policies: policies ?? PolicyService(service), calls: GRPCCalls(authority: authority, logger: logger))
    self.settings = settings
    self.certificate = certificate
    self.onRunning = onRunning
  }

  /// Listens until the surrounding service group shuts down.
  ///
  /// - Throws: when the address cannot be bound.
  package func run() async throws {
    let resolved = try NIOCore.SocketAddress.makeAddressResolvingHost(settings.host, port: settings.port)
    let host = resolved.ipAddress ?? settings.host
    let transport = HTTP2ServerTransport.Posix(
      address: host.contains(":") ? .ipv6(host: host, port: settings.port) : .ipv4(host: host, port: settings.port),
      // TLS is added to each connection below.
      transportSecurity: .plaintext, config: configuration)
    let server = GRPCServer(transport: transport, services: [methods])
    let onRunning = onRunning
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve() }
        let address = try await transport.listeningAddress
        await onRunning(address.ipv4?.port ?? address.ipv6?.port ?? settings.port)
        try await group.waitForAll()
      }
    } onGracefulShutdown: {
      server.beginGracefulShutdown()
    }
  }

  private var configuration: HTTP2ServerTransport.Posix.Config {
    .defaults { config in
      config.rpc.maxRequestPayloadSize = Self.limitMessageBytes
      config.http2.maxConcurrentStreams = Self.limitStreams
      config.connection.maxIdleTime = .seconds(settings.idleSeconds)
      config.connection.maxGraceTime = .seconds(Self.graceSeconds)
      config.connection.keepalive.time = .seconds(60)
      config.connection.keepalive.timeout = .seconds(20)
      config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(60)
      config.channelDebuggingCallbacks.onAcceptTCPConnection = Self.accepting(certificate, atMost: settings.limitConnections)
    }
  }

  /// Adds TLS to a connection before anything is read from it, and refuses one too many.
  ///
  /// The transport's own TLS either demands a client certificate or never asks for one, and keeps its authorities for good;
  /// this one asks, lets those without through to show a token, and takes what `ServingCertificate` holds at the moment.
  private static func accepting(
    _ certificate: ServingCertificate?, atMost limit: Int
  ) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
    let open = Gauge()
    return { channel in
      channel.eventLoop.makeCompletedFuture {
        guard open.count.add(1, ordering: .relaxed).newValue <= limit else {
          open.count.subtract(1, ordering: .relaxed)
          return channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in open.count.subtract(1, ordering: .relaxed) }
        guard let certificate else { return }
        try channel.pipeline.syncOperations.addHandler(
          NIOSSLServerHandler(context: certificate.context(for: .http2)), position: .first)
      }
    }
  }
}

/// How many connections are open.
private final class Gauge: Sendable {
  let count = Atomic<Int>(0)
}
