import Synchronization

/// Keeps callers from besieging a server that is down: after a failure nobody tries until a pause is over, and everybody is
/// told at once why the last try failed. The pause doubles from 50 ms to 2 s.
final class PostgresBackoff: Sendable {
  private struct State {
    var failures = 0
    var closedUntil: ContinuousClock.Instant?
    var reason = SQLError.unavailable("")
  }

  private let state = Mutex(State())

  /// - Throws: why the last try failed, while the pause lasts.
  func check(at now: ContinuousClock.Instant) throws {
    try state.withLock { state in
      if let until = state.closedUntil, now < until { throw state.reason }
    }
  }

  func record(_ reason: SQLError?, at now: ContinuousClock.Instant) {
    state.withLock { state in
      guard let reason else { return state = State() }
      state.closedUntil = now + min(.seconds(2), .milliseconds(50 << min(state.failures, 6)))
      state.failures += 1
      state.reason = reason
    }
  }
}
