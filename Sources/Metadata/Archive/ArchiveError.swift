import Images

/// Why a line of an archive cannot be read or written. Lines count from 1.
package enum ArchiveError: Problem, Equatable {
  case tooLong(line: Int, limitBytes: Int)
  case malformed(line: Int, because: String)
  /// The header names a version of the format that this build does not read.
  case unknownVersion(line: Int, String)
  /// A message that has no proto3 JSON, for example a time outside the years 1 to 9999.
  case unwritable(String)

  package var code: String {
    switch self {
    case .tooLong: "archive-line-too-long"
    case .malformed: "archive-line-malformed"
    case .unknownVersion: "archive-version-unknown"
    case .unwritable: "archive-unwritable"
    }
  }

  package var problem: String {
    switch self {
    case .tooLong(let line, let limit): "Line \(line) of the archive is longer than \(limit) bytes."
    case .malformed(let line, let reason): "Line \(line) of the archive is malformed: \(reason)"
    case .unknownVersion(let line, let version): "Line \(line) says that the archive has the version \(version)."
    case .unwritable(let name): "\(printable(name)) cannot be written as JSON."
    }
  }

  package var remedy: String {
    switch self {
    case .tooLong: "Split what the line holds, or leave the line out."
    case .malformed: "Correct the line, or leave it out; the lines before it can be imported again without harm."
    case .unknownVersion: "Export again with this version of pratique, or import with the one that wrote it."
    case .unwritable: "Correct the times and values of that message, then export again."
    }
  }
}
