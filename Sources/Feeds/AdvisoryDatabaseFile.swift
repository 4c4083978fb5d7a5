package import Audit
import Foundation
import Images

/// The advisory database on disk: the bytes of an `AdvisoryIndex` and nothing else.
package enum AdvisoryDatabaseFile {
  /// Puts `index` at `path` in one step, readable by all (mode 0644): whoever reads sees the old one or the new one.
  ///
  /// - Throws: `FeedsError.unwritable`.
  package static func write(_ index: AdvisoryIndex, to path: String) throws(FeedsError) {
    let target = URL(filePath: path)
    let draft = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent).\(UUID().uuidString)")
    do {
      try Data(index.bytes).write(to: draft, options: .withoutOverwriting)
      defer { try? FileManager.default.removeItem(at: draft) }
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: draft.path(percentEncoded: false))
      let handle = try FileHandle(forWritingTo: draft)
      try handle.synchronize()
      try handle.close()
      guard rename(draft.path(percentEncoded: false), path) == 0 else {
        throw FeedsError.unwritable(path: path, because: String(cString: strerror(errno)))
      }
    } catch let error as FeedsError {
      throw error
    } catch {
      throw .unwritable(path: path, because: error.localizedDescription)
    }
  }

  /// Opens the database at `path`.
  ///
  /// - Throws: `FeedsError.unreadable`, `.overLimit`; `AuditError` when it is no database, or one of another format.
  package static func read(_ path: String) throws -> AdvisoryIndex {
    try AdvisoryIndex(reading: try FeedFile.read(path, atMost: AdvisoryIndex.limitBytes))
  }
}
