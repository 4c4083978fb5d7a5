import Images
import NIOCore
import NIOHTTP1

/// HTTP between the double and one client.
final class DoubleHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let double: KubernetesDouble
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(double: KubernetesDouble) { self.double = double }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let piece): body += piece.readableBytesView
    case .end:
      guard let head, let answer = double.answer(head, body, on: context.channel) else { return }
      var headers = HTTPHeaders(answer.headers)
      headers.add(name: "Content-Type", value: "application/json")
      headers.add(name: "Content-Length", value: "\(answer.body.count)")
      let response = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
      context.write(wrapOutboundOut(.head(response)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  /// Begins the answer to a watch.
  static func begin(on channel: any Channel) {
    let head = HTTPResponseHead(
      version: .http1_1, status: .ok, headers: ["Content-Type": "application/json", "Transfer-Encoding": "chunked"])
    send(.head(head), on: channel)
  }

  static func line(_ value: JSONValue, on channel: any Channel) {
    let bytes = ByteBuffer(bytes: value.bytes + [UInt8(ascii: "\n")])
    send(.body(.byteBuffer(bytes)), on: channel)
  }

  static func finish(on channel: any Channel) { send(.end(nil), on: channel) }

  /// Always later: whoever calls may hold the lock that a channel needs when it closes.
  private static func send(_ part: HTTPServerResponsePart, on channel: any Channel) {
    channel.eventLoop.execute { channel.writeAndFlush(part, promise: nil) }
  }
}
