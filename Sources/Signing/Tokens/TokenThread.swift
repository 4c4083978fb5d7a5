import Dispatch
import Synchronization

/// The thread on which one key's token is asked. A call blocks for as long as the token likes, and no two are made at a time,
/// which also keeps modules safe that bear no threads.
struct TokenThread: Sendable {
  private let queue = DispatchQueue(label: "token")

  /// A call cannot be taken back: one that is given up blocks the thread until it ends, and what is asked meanwhile is given
  /// up after its own deadline.
  ///
  /// - Throws: what `work` throws, or `SigningError.silentToken` after the deadline.
  func run<Answer: Sendable>(
    within deadline: Duration, _ work: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let waiting = Waiting(continuation)
      queue.async { waiting.end(with: Result { try work() }) }
      DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(deadline.nanoseconds))) {
        waiting.end(with: .failure(SigningError.silentToken(after: deadline)))
      }
    }
  }
}

/// Somebody who waits for whichever end comes first.
private final class Waiting<Answer: Sendable>: Sendable {
  private let continuation: Mutex<CheckedContinuation<Answer, any Error>?>

  init(_ continuation: CheckedContinuation<Answer, any Error>) { self.continuation = Mutex(continuation) }

  func end(with result: Result<Answer, any Error>) {
    let first = continuation.withLock { held in
      defer { held = nil }
      return held
    }
    first?.resume(with: result)
  }
}
