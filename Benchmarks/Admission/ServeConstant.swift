import ArgumentParser
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Server
import ServiceLifecycle
import UnixSignals

/// The gate's own way of listening with nothing behind it: reads the body, answers the same bytes every time.
struct ServeConstant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "constant")

  @Option(help: "Port on 127.0.0.1.") var port: Int
  @Option(help: "PEM file of the certificate.") var certificate: String
  @Option(help: "PEM file of its key.") var key: String

  func run() async throws {
    let listener = Listener(
      ConstantResponder(), settings: ListeningSettings(host: "127.0.0.1", port: port),
      certificate: try ServingCertificate(certificateFile: certificate, keyFile: key),
      logger: Logger(label: "constant") { _ in SwiftLogNoOpLogHandler() })
    try await ServiceGroup(
      configuration: .init(
        services: [listener], gracefulShutdownSignals: [.sigterm],
        logger: Logger(label: "constant") { _ in SwiftLogNoOpLogHandler() })
    ).run()
  }
}

/// An answer as long as the gate's when it lets something in.
private struct ConstantResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  private let answer = AdmissionAnswer(.allowed, policy: "sha256:" + String(repeating: "0", count: 64))
    .review(uid: "00000000-0000-0000-0000-000000000000")

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    if request.method == .post { _ = try await request.body.collect(upTo: AdmissionRequest.limitBytes) }
    return Response(
      status: .ok, headers: [.contentType: "application/json", .contentLength: "\(answer.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
  }
}
