import Foundation

/// `path` as a program sees it that runs in another directory.
func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).path }

/// Small text files of the project that is built.
package enum TextFile {
  /// The text of a regular file.
  ///
  /// - Throws: `PipelineError.unreadable`, also when it is longer than `limitBytes` or no UTF-8.
  package static func read(_ path: String, atMost limitBytes: Int) throws -> String {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
      throw PipelineError.unreadable(file: path, because: "there is no such file")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular, let handle = FileHandle(forReadingAtPath: target) else {
      throw PipelineError.unreadable(file: path, because: "it is no regular file, or may not be read")
    }
    defer { try? handle.close() }
    let bytes = try handle.read(upToCount: limitBytes + 1) ?? Data()
    guard bytes.count <= limitBytes else {
      throw PipelineError.unreadable(file: path, because: "it is longer than \(limitBytes) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PipelineError.unreadable(file: path, because: "it is not UTF-8")
    }
    return text
  }
}
