import Synchronization

/// Keeps reviews from waiting, one after the other, for a store that does not answer: after it once let somebody wait in
/// vain, one question in two seconds tries it, and all others are told at once.
final class OutageGuard: Sendable {
  private static let pause: Duration = .seconds(2)

  private let closedUntil = Mutex<ContinuousClock.Instant?>(nil)

  /// Whether to ask. Who is told yes during an outage is the one that tries.
  func mayAsk() -> Bool {
    let now = ContinuousClock.now
    return closedUntil.withLock { until in
      guard let end = until else { return true }
      guard end <= now else { return false }
      until = now + Self.pause
      return true
    }
  }

  /// It did not answer in time.
  func close() { closedUntil.withLock { $0 = .now + Self.pause } }

  /// It answered.
  func open() { closedUntil.withLock { $0 = nil } }
}
