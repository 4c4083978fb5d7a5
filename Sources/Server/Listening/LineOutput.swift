package import Foundation
import Synchronization

/// Lines on their way to a file, many at a time: whoever adds one never waits for the file.
///
/// A line is written within a tenth of a second. What waits when the process is killed is lost, and so is what comes while
/// 4 MiB wait because nobody takes them off; then a line says how many.
package final class LineOutput: Sendable {
  private static let limitWaiting = 4 << 20

  private struct State {
    var lines: [UInt8] = []
    var lost = 0
  }

  private let state = Mutex(State())
  // Held while the file is written, so that lines keep their order.
  private let file: Mutex<FileHandle>

  package init(_ file: FileHandle) { self.file = Mutex(file) }

  /// Takes one line, or several, with their ends.
  package func add(_ lines: [UInt8]) {
    state.withLock { state in
      if state.lines.count + lines.count > Self.limitWaiting { state.lost += 1 } else { state.lines.append(contentsOf: lines) }
    }
  }

  /// Writes what waits.
  package func flush() {
    file.withLock { file in
      let (lines, lost) = state.withLock { state in
        defer {
          state.lines.removeAll(keepingCapacity: state.lines.count < Self.limitWaiting / 4)
          state.lost = 0
        }
        return (state.lines, state.lost)
      }
      var out = Data(lines)
      if lost > 0 {
        out.append(contentsOf: Data("{\"level\":\"warning\",\"message\":\"\(lost) lines of this log are lost\"}\n".utf8))
      }
      // A log that nobody can read any more is no reason to stop working.
      if !out.isEmpty { try? file.write(contentsOf: out) }
    }
  }

  /// Flushes again and again until the server shuts down.
  package var flushing: Polling { Polling(every: .milliseconds(100)) { [self] in flush() } }
}
