import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request has begun and does not end: a body that comes one byte at a time.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  private let limit: TimeAmount
  private var closing: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      closing = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    case .body: break
    case .end: stop()
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  private func stop() {
    closing?.cancel()
    closing = nil
  }
}
