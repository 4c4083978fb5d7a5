import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Server
import Synchronization
import TestSupport
import Testing

/// Runs `body` against a gate that really listens on HTTPS, and stops it afterwards.
func withLiveGate(
  _ checkpoint: Checkpoint, rules: RulebookFiles? = nil, folder: TemporaryFolder? = nil,
  _ change: (inout ListeningSettings) -> Void = { _ in }, _ body: @Sendable @escaping (LiveGate) async throws -> Void
) async throws {
  let folder = try folder ?? TemporaryFolder()
  try folder.write(["tls.crt": Array(TestCertificate.first.chain.utf8), "tls.key": Array(TestCertificate.first.key.utf8)])
  let certificate = try ServingCertificate(certificateFile: folder.path("tls.crt"), keyFile: folder.path("tls.key"))
  var listening = ListeningSettings(host: "127.0.0.1", port: 0)
  change(&listening)
  let (ports, found) = AsyncStream.makeStream(of: Int.self)
  let server = GateServer(
    checkpoint.gate, rules: rules, certificate: certificate, listening: listening,
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onRunning: { found.yield($0) })
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    group.addTask {
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      try await body(LiveGate(port: port, folder: folder))
    }
    // The first to end is the body, or a server that could not start.
    try await group.next()
    group.cancelAll()
  }
}

/// A client's view of the gate.
struct LiveGate: Sendable {
  struct Answer: Sendable {
    let status: Int
    let body: String
  }

  let port: Int
  let folder: TemporaryFolder

  /// One request on a connection of its own that trusts `certificate` alone.
  func send(
    _ method: String = "POST", _ path: String = "/validate", _ body: [UInt8] = [], trusting certificate: TestCertificate = .first
  ) async throws -> Answer {
    var configuration = HTTPClient.Configuration(certificateVerification: .fullVerification)
    configuration.tlsConfiguration?.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)))
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let result: Result<Answer, any Error>
    do {
      var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)\(path)")
      request.method = .init(rawValue: method)
      if method == "POST" { request.body = .bytes(body) }
      let response = try await client.execute(request, timeout: .seconds(20))
      let answer = try await response.body.collect(upTo: 1 << 20)
      result = .success(Answer(status: Int(response.status.code), body: String(buffer: answer)))
    } catch {
      result = .failure(error)
    }
    try await client.shutdown()
    return try result.get()
  }

  func review(_ text: String, path: String = "/validate") async throws -> Answer {
    try await send("POST", path, Array(text.utf8))
  }

  /// Headers that promise a body of which only one byte ever comes.
  func sendHalfARequest() async throws {
    var configuration = HTTPClient.Configuration(certificateVerification: .none)
    configuration.timeout.read = .seconds(20)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let (body, feed) = AsyncStream.makeStream(of: ByteBuffer.self)
    feed.yield(ByteBuffer(string: "{"))
    var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/validate")
    request.method = .POST
    request.body = .stream(body, length: .known(Int64(1_000)))
    let result: Result<Void, any Error>
    do {
      _ = try await client.execute(request, timeout: .seconds(30))
      result = .success(())
    } catch {
      result = .failure(error)
    }
    feed.finish()
    try await client.shutdown()
    try result.get()
  }
}
