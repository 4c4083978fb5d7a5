package import Foundation
import Synchronization

private let starting = Mutex(())

extension Process {
  /// Starts the process as `run` does, one at a time: two that start at once read the environment of this process while
  /// Foundation writes to it, and inherit each other's pipes.
  package func start() throws { try starting.withLock { _ in try run() } }
}

extension Process {
  /// Returns when the process has ended, on whatever thread it is called: `waitUntilExit` waits for the run loop of the
  /// thread that started it, and a task has no such thread.
  package func waitForEnd() { while isRunning { usleep(2_000) } }
}
