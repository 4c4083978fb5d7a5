import Foundation
import Images

/// Text files that a person named on the command line.
enum Files {
  /// The whole file as UTF-8; `-` is standard input.
  ///
  /// - Throws: `DoorError.unreadable`, also when it is longer than `limitBytes`.
  static func text(at path: String, atMost limitBytes: Int = 4 << 20) throws(DoorError) -> String {
    guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw .unreadable(path: path, because: FileManager.default.fileExists(atPath: path) ? "permission denied" : "no such file")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: limitBytes + 1) ?? Data() else {
      throw .unreadable(path: path, because: "it cannot be read")
    }
    guard data.count <= limitBytes else { throw .unreadable(path: path, because: "it is longer than \(limitBytes) bytes") }
    guard let text = String(data: data, encoding: .utf8) else { throw .unreadable(path: path, because: "it is not UTF-8") }
    return text
  }
}

/// What can be wrong with what a person asked for, before any module is asked.
enum DoorError: Problem, Equatable {
  case unreadable(path: String, because: String)
  case unwritable(path: String, because: String)
  case usage(String, remedy: String)

  var code: String {
    switch self {
    case .unreadable: "unreadable-file"
    case .unwritable: "unwritable-file"
    case .usage: "usage"
    }
  }

  var problem: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
    case .usage(let problem, _): problem
    }
  }

  var remedy: String {
    switch self {
    case .unreadable: "Check the path and who may read it."
    case .unwritable: "Name another file, or make room for this one."
    case .usage(_, let remedy): remedy
    }
  }
}
