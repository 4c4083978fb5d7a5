/// Runs `work`, and gives up on it when `deadline` has passed.
///
/// - Throws: what `work` throws, or `error` after the deadline; `work` is cancelled then.
func within<Answer: Sendable>(
  _ deadline: Duration, orThrow error: SigningError, _ work: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
  try await withThrowingTaskGroup(of: Answer?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: deadline)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let answer = first else { throw error }
    return answer
  }
}

extension Duration {
  var nanoseconds: Int64 { components.seconds &* 1_000_000_000 &+ components.attoseconds / 1_000_000_000 }
}
