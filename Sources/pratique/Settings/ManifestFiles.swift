import Foundation

/// Manifests that are written over.
enum ManifestFiles {
  /// Puts each new text in the place of the old, those that differ. Nothing is touched before all can be written.
  ///
  /// - Throws: `DoorError`, also when somebody changed a file since it was read.
  static func write(_ files: [(path: String, old: String, new: String)]) throws {
    var ready: [(next: URL, url: URL)] = []
    defer { for file in ready { try? FileManager.default.removeItem(at: file.next) } }
    for file in files where file.old != file.new {
      guard try Files.text(at: file.path) == file.old else {
        throw DoorError.usage("\(file.path) was changed meanwhile.", remedy: "Run the command again.")
      }
      let url = URL(fileURLWithPath: file.path).resolvingSymlinksInPath()
      let next = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
      do {
        let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
        ready.append((next, url))
        try Data(file.new.utf8).write(to: next, options: .withoutOverwriting)
        if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: next.path) }
      } catch {
        throw DoorError.unwritable(path: file.path, because: "its folder takes no new file")
      }
    }
    for file in ready where rename(file.next.path, file.url.path) != 0 {
      throw DoorError.unwritable(path: file.url.path, because: "it cannot be replaced")
    }
  }
}
