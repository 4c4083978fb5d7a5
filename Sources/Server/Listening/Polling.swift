import ServiceLifecycle

/// Does something again and again until the server shuts down.
package struct Polling: Service {
  private let interval: Duration
  private let work: @Sendable () async -> Void

  package init(every interval: Duration, _ work: @escaping @Sendable () async -> Void) {
    self.interval = interval
    self.work = work
  }

  /// Works until the surrounding service group shuts down.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await work()
        try? await Task.sleep(for: interval)
      }
    }
  }
}
