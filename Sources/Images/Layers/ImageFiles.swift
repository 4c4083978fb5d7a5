/// What a process in the image would see: all layers merged, whiteouts applied, nothing on disk.
///
/// Contents are held only of the files that were asked for when the layers were read.
package struct ImageFiles: Sendable {
  /// Something in a layer that a sound builder does not make, kept for the audit to report.
  package struct Oddity: Hashable, Sendable {
    /// A fixed name: `unsafe-path`, `duplicate-entry`, `oversized-file` and the like.
    package let code: String
    /// The path as the layer wrote it, made printable.
    package let path: String
    package let layer: Int

    package init(code: String, path: String, layer: Int) {
      self.code = code
      self.path = path
      self.layer = layer
    }
  }

  /// How many oddities are kept; what makes more of them is odd enough.
  static let oddityLimit = 1000

  /// Every path, keyed by its normal form.
  package private(set) var entries: [String: FileEntry]
  private var contents: [String: [UInt8]]
  package private(set) var oddities: [Oddity]

  package init(entries: [FileEntry] = [], contents: [String: [UInt8]] = [:], oddities: [Oddity] = []) {
    self.entries = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    self.contents = contents
    self.oddities = oddities
  }

  init(tree: FileTree) {
    entries = tree.entries
    contents = tree.contents
    oddities = tree.oddities
  }

  /// The bytes of a file that was asked for, symbolic links followed inside the image; nil when it does not exist, is no
  /// file or was not asked for.
  package func contents(of path: String) -> [UInt8]? {
    resolve(path).flatMap { contents[$0] }
  }

  /// What stands at `path` after following links, at most 40 of them as Linux does; nil for nothing or a loop.
  package func entry(at path: String) -> FileEntry? { resolve(path).flatMap { entries[$0] } }

  private func resolve(_ path: String) -> String? {
    var resolved: [Substring] = []
    var waiting = Array(path.split(separator: "/").reversed())
    var links = 0
    while let part = waiting.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = resolved.popLast()
        continue
      }
      resolved.append(part)
      guard case .symbolicLink(let target) = entries["/" + resolved.joined(separator: "/")]?.kind else { continue }
      links += 1
      guard links <= 40 else { return nil }
      resolved = target.hasPrefix("/") ? [] : Array(resolved.dropLast())
      waiting += target.split(separator: "/").reversed()
    }
    return "/" + resolved.joined(separator: "/")
  }
}
