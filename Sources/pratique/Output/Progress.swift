import Foundation

/// One line on a person's terminal that says what is going on; silent in CI and pipes.
struct Progress {
  /// Replaces the line by `step`.
  func show(_ step: String) {
    guard Terminal.showsProgress else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(step)...".utf8))
  }

  /// Takes the line away.
  func clear() {
    guard Terminal.showsProgress else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
