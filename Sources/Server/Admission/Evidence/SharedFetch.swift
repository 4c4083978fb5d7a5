import Synchronization

/// Does the same work once for all who want it at the same time.
///
/// The work belongs to none of them: whoever gives up gives up alone.
final class SharedFetch<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private typealias Waiting = [Int: CheckedContinuation<Value?, Never>]

  private struct State {
    var waiting: [Key: Waiting] = [:]
    var lastWaiter = 0
    var joined = 0
  }

  private let state = Mutex(State())

  /// How often somebody waited for work that another had begun.
  var joined: Int { state.withLock { $0.joined } }

  /// What `work` comes to, begun now or under way already.
  ///
  /// - Parameters:
  ///   - work: ends by itself; nobody cancels it.
  ///   - then: done afterwards, when those who waited have gone on.
  /// - Returns: nil when there was no value before `deadline`.
  func value(
    for key: Key, by deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async -> Value,
    then: @escaping @Sendable (Value) async -> Void
  ) async -> Value? {
    try? await within(deadline) { await self.wait(key, work, then) }
  }

  private func wait(
    _ key: Key, _ work: @escaping @Sendable () async -> Value, _ then: @escaping @Sendable (Value) async -> Void
  ) async -> Value? {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFirst = state.withLock { state in
          let isFirst = state.waiting[key] == nil
          if !isFirst { state.joined += 1 }
          state.waiting[key, default: [:]][id] = continuation
          return isFirst
        }
        // It belongs to no caller: whoever came first may be gone while others wait.
        if isFirst { Task { await self.run(key, work, then) } }
        if Task.isCancelled { leave(key, id) }
      }
    } onCancel: {
      leave(key, id)
    }
  }

  private func run(
    _ key: Key, _ work: @Sendable () async -> Value, _ then: @Sendable (Value) async -> Void
  ) async {
    let value = await work()
    let waiting = state.withLock { $0.waiting.removeValue(forKey: key) ?? [:] }
    for continuation in waiting.values { continuation.resume(returning: value) }
    await then(value)
  }

  private func leave(_ key: Key, _ id: Int) {
    let continuation = state.withLock { $0.waiting[key]?.removeValue(forKey: id) }
    continuation?.resume(returning: nil)
  }
}
