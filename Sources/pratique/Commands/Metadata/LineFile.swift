import Foundation
import Images

/// A file that is written line by line, or standard output.
final class LineFile {
  private let path: String
  private let handle: FileHandle
  private var waiting = Data()

  /// - Parameter path: `-` for standard output; a file that exists is refused, so that nothing is overwritten.
  /// - Throws: `DoorError.unwritable`.
  init(path: String) throws(DoorError) {
    self.path = path
    if path == "-" {
      handle = .standardOutput
      return
    }
    guard !FileManager.default.fileExists(atPath: path) else { throw .unwritable(path: path, because: "it exists already") }
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let opened = FileHandle(forWritingAtPath: path)
    else { throw .unwritable(path: path, because: "the folder is missing or may not be written") }
    handle = opened
  }

  /// Adds one line; it reaches the file with `finish` at the latest.
  func write(_ line: String) throws(DoorError) {
    waiting.append(contentsOf: Array(line.utf8) + [UInt8(ascii: "\n")])
    if waiting.count >= 1 << 16 { try flush() }
  }

  /// Brings everything to the disk.
  func finish() throws(DoorError) {
    try flush()
    if path != "-" { try? handle.synchronize() }
  }

  private func flush() throws(DoorError) {
    do {
      try handle.write(contentsOf: waiting)
      waiting.removeAll(keepingCapacity: true)
    } catch {
      throw .unwritable(path: path, because: "the disk is full or the reader went away")
    }
  }
}
