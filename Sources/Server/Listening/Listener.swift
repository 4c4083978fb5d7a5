package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// Where and within which bounds a server listens.
package struct ListeningSettings: Sendable {
  package var host: String
  /// 0 lets the system choose; `onRunning` tells.
  package var port: Int
  package var limitConnections = 1_024
  package var limitHeaderBytes = 16 << 10
  /// For a connection on which nothing is asked.
  package var idleSeconds: Int64 = 75
  /// From the first byte of a request's headers to the last of its body.
  package var requestSeconds: Int64 = 10
  /// How long a server that is told to stop goes on, so that whoever chooses among several can turn away from it.
  package var drain: Duration = .zero

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// An HTTP server, over TLS where it is given a certificate. Shuts down gracefully: what was asked is answered first.
package struct Listener<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  private let responder: Responder
  private let settings: ListeningSettings
  private let certificate: ServingCertificate?
  private let logger: Logger
  private let onRunning: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - certificate: nil for plain text.
  ///   - onRunning: told the port once connections are taken.
  package init(
    _ responder: Responder, settings: ListeningSettings, certificate: ServingCertificate?, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.responder = responder
    self.settings = settings
    self.certificate = certificate
    self.logger = logger
    self.onRunning = onRunning
  }

  /// Listens until the surrounding service group shuts down.
  ///
  /// - Throws: when the address cannot be bound.
  package func run() async throws {
    let (responder, logger, settings, certificate, onRunning) = (responder, logger, settings, certificate, onRunning)
    var configuration = HTTP1Channel.Configuration(
      additionalChannelHandlers: [RequestDeadline(limit: .seconds(settings.requestSeconds))],
      idleTimeout: .seconds(settings.idleSeconds))
    configuration.httpDecoder = .init(
      maxHeaderFieldSize: settings.limitHeaderBytes, maxHeaderListSize: settings.limitHeaderBytes,
      maxHeaderFieldCount: 100)
    let http = configuration
    let builder = HTTPServerBuilder { respond in
      let plain = HTTP1Channel(responder: respond, configuration: http)
      return certificate.map { SecureChannel(base: plain, certificate: $0) } ?? plain
    }
    let server = try builder.buildServer(
      configuration: ServerConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(settings.limitConnections)),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
      responder: { request, writer, channel in
        var context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        if let certificate, certificate.asksClients { context = await Self.context(context, knowing: channel) }
        let response: Response
        do {
          response = try await responder.respond(to: request, context: context)
        } catch {
          logger.error("a request could not be answered", metadata: ["path": "\(request.uri.path)"])
          response = Response(status: .internalServerError)
        }
        try await writer.write(response: response.head, body: response.body)
      },
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? settings.port) })
    try await server.run()
  }

  /// Tells a context that wants to know who is at the other end of `channel`.
  private static func context(_ context: Responder.Context, knowing channel: any Channel) async -> Responder.Context {
    guard var aware = context as? any PeerAware & RequestContext,
      let certificate = try? await channel.nioSSL_peerCertificate().get(), let bytes = try? certificate.toDERBytes()
    else { return context }
    aware.peer = PeerCertificate(derEncoded: bytes)
    return aware as? Responder.Context ?? context
  }
}
