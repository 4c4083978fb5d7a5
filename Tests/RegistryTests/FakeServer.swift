import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// What a fake server was asked.
struct Asked: Sendable {
  let method: String
  let host: String
  let target: String
  let authorization: String?
  let headers: [String: String]
  let body: [UInt8]
}

/// What a fake server answers.
struct Reply: Sendable {
  var status = 200
  var headers: [(String, String)] = []
  var body: [UInt8] = []
}

/// An HTTPS server on loopback that answers what a test says and remembers what it was asked.
final class FakeServer: Sendable {
  let port: Int
  private let channel: any Channel
  private let seen: Mutex<[Asked]>

  var asked: [Asked] { seen.withLock { $0 } }

  /// - Parameter certificate: nil for plain HTTP.
  init(certificate: TestCertificate?, _ answer: @escaping @Sendable (Asked) -> Reply) async throws {
    let recorder = Recorder()
    let context = try certificate.map { try $0.serverContext() }
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(recorder: recorder, answer: answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    seen = Mutex([])
    recorder.forward.withLock { $0 = { [weak self] asked in self?.seen.withLock { $0.append(asked) } } }
  }

  func stop() async throws { try await channel.close() }
}

/// Lets handlers speak to a server that is still being made.
private final class Recorder: Sendable {
  let forward = Mutex<(@Sendable (Asked) -> Void)?>(nil)
}

private final class Handler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let recorder: Recorder
  private let answer: @Sendable (Asked) -> Reply
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(recorder: Recorder, answer: @escaping @Sendable (Asked) -> Reply) {
    self.recorder = recorder
    self.answer = answer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let piece): body += piece.readableBytesView
    case .end:
      guard let head else { return }
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
      let asked = Asked(
        method: head.method.rawValue, host: headers["host"] ?? "", target: head.uri, authorization: headers["authorization"],
        headers: headers, body: body)
      recorder.forward.withLock { $0 }?(asked)
      write(answer(asked), isHead: head.method == .HEAD, context)
    }
  }

  private func write(_ reply: Reply, isHead: Bool, _ context: ChannelHandlerContext) {
    var headers = HTTPHeaders(reply.headers)
    if !headers.contains(name: "Content-Length") { headers.add(name: "Content-Length", value: "\(reply.body.count)") }
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

/// A certificate that signs itself, made by openssl for the names that the tests use.
final class TestCertificate: Sendable {
  static let names = ["registry.example.test", "auth.example.test", "blobs.example.test", "attacker.example.test"]
  static let canBeMade = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

  private let folder: TemporaryFolder
  var certificateFile: String { folder.path("cert.pem") }
  var keyFile: String { folder.path("key.pem") }

  init() throws {
    folder = try TemporaryFolder()
    let names = Self.names.map { "DNS:\($0)" }.joined(separator: ",")
    try run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test",
        "-addext", "subjectAltName=\(names)", "-keyout", keyFile, "-out", certificateFile,
      ])
  }

  func serverContext() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { NIOSSLCertificateSource.certificate($0) }
    let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
    return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
  }
}

/// Runs a program to its end and answers what it wrote.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.start()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitForEnd()
  return String(decoding: data, as: UTF8.self)
}
