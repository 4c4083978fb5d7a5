import Synchronization

/// Connections of which each is with one caller at a time. Who waits longest is served first.
final class PostgresPool: Sendable {
  private struct State {
    var idle: [PostgresConnection]
    var waiting: [(id: Int, caller: CheckedContinuation<PostgresConnection?, Never>)] = []
    var lastID = 0
    var isClosed = false
  }

  private let state: Mutex<State>
  private let count: Int

  init(_ connections: [PostgresConnection]) {
    count = connections.count
    state = Mutex(State(idle: connections))
  }

  /// - Throws: `SQLError.unavailable` when none was free until `deadline`, or the pool is closed.
  func take(until deadline: ContinuousClock.Instant) async throws -> PostgresConnection {
    let found = try state.withLock { state in
      if state.isClosed { throw SQLError.unavailable("the store is closed") }
      // The last one that came back is the warmest.
      return state.idle.popLast()
    }
    if let found { return found }
    guard let found = await wait(until: deadline) else {
      throw SQLError.unavailable("all \(count) connections to the database were busy until the deadline")
    }
    return found
  }

  private func wait(until deadline: ContinuousClock.Instant) async -> PostgresConnection? {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    let alarm = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      giveUp(id)
    }
    defer { alarm.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { caller in
        let found: PostgresConnection?? = state.withLock { state in
          if let idle = state.idle.popLast() { return idle }
          if Task.isCancelled || ContinuousClock.now >= deadline { return .some(nil) }
          state.waiting.append((id, caller))
          return nil
        }
        if let found { caller.resume(returning: found) }
      }
    } onCancel: {
      giveUp(id)
    }
  }

  private func giveUp(_ id: Int) {
    let caller = state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).caller }
    }
    caller?.resume(returning: nil)
  }

  func giveBack(_ connection: PostgresConnection) {
    let caller = state.withLock { state in
      if state.waiting.isEmpty {
        state.idle.append(connection)
        return nil as CheckedContinuation<PostgresConnection?, Never>?
      }
      return state.waiting.removeFirst().caller
    }
    caller?.resume(returning: connection)
  }

  /// Takes no new callers and closes every connection that is free or becomes free until `deadline`.
  func close(until deadline: ContinuousClock.Instant) async {
    state.withLock { $0.isClosed = true }
    for _ in 0..<count {
      guard let connection = await wait(until: deadline) else { return }
      await connection.close()
    }
  }
}
