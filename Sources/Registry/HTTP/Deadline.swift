/// Runs `work`, and gives up on it when `deadline` has passed.
///
/// - Throws: what `work` throws, or `RegistryError.unreachable` after the deadline; `work` is cancelled then.
func within<Answer: Sendable>(
  _ deadline: Duration, of host: String, _ work: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
  try await withThrowingTaskGroup(of: Answer?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: deadline)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let answer = first else {
      throw RegistryError.unreachable(host: host, because: "no whole answer came within \(deadline)")
    }
    return answer
  }
}
