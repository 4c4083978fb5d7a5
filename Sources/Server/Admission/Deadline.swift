/// Runs `work`, and gives up on it at `deadline`. `work` must heed cancellation.
///
/// - Throws: `DeadlineExceeded`, or what `work` throws.
func within<Result: Sendable>(
  _ deadline: ContinuousClock.Instant, _ work: @Sendable @escaping () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(until: deadline, clock: .continuous)
      throw DeadlineExceeded()
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw DeadlineExceeded() }
    return first
  }
}

/// There was no answer in time.
struct DeadlineExceeded: Error, CustomStringConvertible {
  var description: String { "there was no answer in time" }
}
