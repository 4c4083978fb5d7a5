import Metadata

/// Tells many who wait that the store has changed, and asks the store for all of them at once.
actor PositionPoll {
  private struct Waiter {
    let position: Int64
    let deadline: ContinuousClock.Instant?
    let continuation: CheckedContinuation<Bool, any Error>
  }

  private let store: any ChangeReader
  private let interval: Duration
  private var waiters: [Int64: Waiter] = [:]
  private var lastWaiter: Int64 = 0
  private var isPolling = false

  /// - Parameter interval: between two questions to the store; none is asked while nobody waits.
  init(of store: any ChangeReader, every interval: Duration = .milliseconds(250)) {
    self.store = store
    self.interval = interval
  }

  /// Waits until something changed after `position`.
  ///
  /// - Parameter limit: nil waits for as long as it takes.
  /// - Returns: false when nothing changed within `limit`, to the accuracy of the interval.
  /// - Throws: `CancellationError`, what the store throws.
  func change(after position: Int64, within limit: Duration?) async throws -> Bool {
    lastWaiter += 1
    let id = lastWaiter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard !Task.isCancelled else {
          continuation.resume(throwing: CancellationError())
          return
        }
        waiters[id] = Waiter(
          position: position, deadline: limit.map { ContinuousClock.now.advanced(by: $0) }, continuation: continuation)
        guard !isPolling else { return }
        isPolling = true
        Task { await poll() }
      }
    } onCancel: {
      Task { await self.end(id) { $0.resume(throwing: CancellationError()) } }
    }
  }

  private func poll() async {
    while !waiters.isEmpty {
      do {
        let last = try await store.lastPosition()
        for (id, waiter) in waiters where waiter.position < last { end(id) { $0.resume(returning: true) } }
      } catch {
        for id in waiters.keys { end(id) { $0.resume(throwing: error) } }
      }
      let now = ContinuousClock.now
      for (id, waiter) in waiters where waiter.deadline.map({ $0 <= now }) == true { end(id) { $0.resume(returning: false) } }
      if waiters.isEmpty { break }
      try? await Task.sleep(for: interval)
    }
    isPolling = false
  }

  private func end(_ id: Int64, _ resume: (CheckedContinuation<Bool, any Error>) -> Void) {
    if let waiter = waiters.removeValue(forKey: id) { resume(waiter.continuation) }
  }
}
