import NIOCore
import NIOPosix
import Synchronization

/// Does on loopback for one Service what kube-proxy does on a node: hands each new connection to a replica that is ready. One
/// that is open stays where it is.
final class ServiceProxy: Sendable {
  private struct State {
    var ready: [Int] = []
    var turn = 0
  }

  private let state = Mutex(State())
  private let listening = Mutex<(any Channel)?>(nil)

  /// Ports of the replicas that are ready.
  var ready: [Int] {
    get { state.withLock { $0.ready } }
    set { state.withLock { $0.ready = newValue } }
  }

  func start(at address: String, port: Int) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { near in self.connect(near) }
      .bind(host: address, port: port).get()
    listening.withLock { $0 = channel }
  }

  func stop() async { try? await listening.withLock { $0.take() }?.close() }

  private func connect(_ near: any Channel) -> EventLoopFuture<Void> {
    let port = state.withLock { state in
      state.turn += 1
      return state.ready.isEmpty ? nil : state.ready[state.turn % state.ready.count]
    }
    guard let port else { return near.eventLoop.makeFailedFuture(ChannelError.connectTimeout(.zero)) }
    // On the same loop, so that neither of the two needs a lock.
    return ClientBootstrap(group: near.eventLoop)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port)
      .flatMapThrowing { far in
        try near.pipeline.syncOperations.addHandler(HandOver(to: far))
        try far.pipeline.syncOperations.addHandler(HandOver(to: near))
      }
  }
}

/// Hands what comes to the other side.
private final class HandOver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let other: any Channel

  init(to other: any Channel) { self.other = other }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { other.write(unwrapInboundIn(data), promise: nil) }
  func channelReadComplete(context: ChannelHandlerContext) { other.flush() }
  func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    other.close(mode: .output, promise: nil)
  }
}
