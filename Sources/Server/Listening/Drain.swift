import ServiceLifecycle
import Synchronization

/// Lets a server go on for a while after it was told to stop: until nobody sends it anything new.
///
/// Stands last in a group of services, so that it is stopped first and the others only once it has ended.
package final class Drain: Service {
  private let duration: Duration
  private let hasBegun = Mutex(false)

  /// - Parameter duration: as long as it takes until a service's endpoints are known everywhere.
  package init(_ duration: Duration) { self.duration = duration }

  /// Whether the server is about to stop: it should be asked nothing more.
  package var isDraining: Bool { hasBegun.withLock { $0 } }

  /// Waits for the graceful shutdown, and then for the duration.
  package func run() async throws {
    try await gracefulShutdown()
    hasBegun.withLock { $0 = true }
    try await Task.sleep(for: duration)
  }
}
