import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// What a double was asked.
struct Asked: Sendable {
  let method: String
  /// Path and query.
  let target: String
  /// Names in lower case.
  let headers: [String: String]
  let body: [UInt8]

  /// The body as JSON; empty for anything else.
  var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:] }
  func text(_ key: String) -> String? { json[key] as? String }
  func bytes(_ key: String) -> [UInt8]? { text(key).flatMap { Data(base64Encoded: $0) }.map { Array($0) } }
}

/// What a double answers.
enum Reply: Sendable {
  case answer(status: Int, body: [UInt8])
  /// The connection stays open and nothing comes.
  case silence

  static func json(_ object: Any) -> Reply { json(200, object) }

  static func json(_ status: Int, _ object: Any) -> Reply {
    .answer(status: status, body: Array((try? JSONSerialization.data(withJSONObject: object)) ?? Data()))
  }
}

/// An HTTP server on loopback in the place of a key service; it remembers what it was asked.
final class KeyServiceDouble: Sendable {
  let port: Int
  private let channel: any Channel
  private let seen: Seen
  private final class Seen: Sendable { let asked = Mutex<[Asked]>([]) }

  var asked: [Asked] { seen.asked.withLock { $0 } }
  var address: String { "http://127.0.0.1:\(port)" }

  convenience init(_ answer: @escaping @Sendable (Asked) -> Reply) async throws {
    try await self.init(tls: nil, answer)
  }

  init(tls: NIOSSLContext?, _ answer: @escaping @Sendable (Asked) -> Reply) async throws {
    let seen = Seen()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          let handler = Handler { asked in
            seen.asked.withLock { $0.append(asked) }
            return answer(asked)
          }
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    self.seen = seen
    port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }
}

private final class Handler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: @Sendable (Asked) -> Reply
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(_ answer: @escaping @Sendable (Asked) -> Reply) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): (self.head, body) = (head, [])
    case .body(let piece): body += piece.readableBytesView
    case .end:
      guard let head else { return }
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
      let asked = Asked(method: head.method.rawValue, target: head.uri, headers: headers, body: body)
      guard case .answer(let status, let bytes) = answer(asked) else { return }
      let response = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: status), headers: ["Content-Length": "\(bytes.count)"])
      context.write(wrapOutboundOut(.head(response)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}
