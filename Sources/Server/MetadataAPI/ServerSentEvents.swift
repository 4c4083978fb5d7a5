import Hummingbird
import Images
import Metadata
import NIOCore
import Schemas
import ServiceLifecycle

/// A feed of changes as a stream of events: `id` is the position, `event` is `change`, `data` the change as JSON. A fault
/// on the way is an event `error`, and the last one.
///
/// Source: HTML, "Server-sent events", section "Interpreting an event stream".
struct ServerSentEvents: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  typealias Failure = Never

  private let feed: ChangeFeed
  private let call: RESTCall
  private let keepAlive: Duration

  /// - Parameter keepAlive: after this long without a change a comment is sent, so that nobody on the way gives up.
  init(of feed: ChangeFeed, for call: RESTCall, keepAlive: Duration = .seconds(15)) {
    (self.feed, self.call, self.keepAlive) = (feed, call, keepAlive)
  }

  /// Ends when the server shuts down; the client then comes back with the last position.
  var response: Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody(asyncSequence: cancelOnGracefulShutdown()))
  }

  func makeAsyncIterator() -> Iterator { Iterator(self, feed.makeAsyncIterator()) }

  /// Writes one batch at a time, each when the one before has gone out.
  struct Iterator: AsyncIteratorProtocol {
    private let events: ServerSentEvents
    private var changes: ChangeFeed.Iterator
    private var hasBegun = false
    private var isOver = false

    init(_ events: ServerSentEvents, _ changes: ChangeFeed.Iterator) {
      self.events = events
      self.changes = changes
    }

    mutating func next() async -> ByteBuffer? {
      guard !isOver else { return nil }
      guard hasBegun else {
        // Sent at once, so that the client knows that it is listened to.
        hasBegun = true
        return ByteBuffer(string: ": changes\n\n")
      }
      do {
        let before = changes.position
        let batch = try await changes.nextBatch(within: events.keepAlive)
        if !batch.isEmpty { return ByteBuffer(string: try batch.map(events.text).joined()) }
        return ByteBuffer(string: changes.position > before ? "id: \(changes.position)\n\n" : ": still here\n\n")
      } catch is CancellationError {
        return nil
      } catch {
        isOver = true
        events.call.log.record(error)
        let answer = ErrorAnswer(error as? any Problem ?? APIError.failed)
        return ByteBuffer(string: "event: error\ndata: \(answer.json)\n\n")
      }
    }
  }

  private func text(_ change: Pratique_V1_Change) throws -> String {
    "id: \(change.position)\nevent: change\ndata: \(try call.json(change))\n\n"
  }
}
