/// The layers of an image laid over one another, lowest first, as an overlay file system shows them.
///
/// Parents that no layer names come into being as plain directories. Inside one layer a path may lead through a link of
/// that layer, as it would while unpacking; a link of a lower layer in that place is hidden by a directory, as overlayfs
/// does. Members are placed as they pass, so memory is one entry for each path.
struct FileTree: Sendable {
  private(set) var entries: [String: FileEntry]
  private(set) var contents: [String: [UInt8]] = [:]
  private(set) var oddities: [ImageFiles.Oddity] = []

  private let entryLimit: Int
  private let depthLimit: Int
  /// The parent that was found last; archives name a directory's files one after another.
  private var lastParent: (written: Substring, actual: String)?
  /// True once something stands where this layer found a directory.
  private var hidesDirectory = false

  init(limits: LayerLimits) {
    entries = ["/": FileEntry(path: "/", kind: .directory, mode: 0o755, layer: 0)]
    // As many parents again may be implied.
    entryLimit = limits.entries &* 2
    depthLimit = limits.depth
  }

  var files: ImageFiles { ImageFiles(tree: self) }

  /// Places a member of the layer that is being read.
  ///
  /// - Returns: where it stands after following the layer's links; nil where those lead in a circle.
  /// - Throws: `ImageError.overLimit` when parents that are only implied make too many entries.
  mutating func place(_ entry: FileEntry) throws(ImageError) -> String? {
    let (parent, name) = parts(of: entry.path)
    guard !name.isEmpty else {
      if entry.kind == .directory { entries["/"] = entry }
      return "/"
    }
    guard let folder = try directory(parent, layer: entry.layer) else {
      note("link-loop", entry.path, layer: entry.layer)
      return nil
    }
    let placed = folder == parent ? entry : entry.moved(to: child(folder, name))
    if let old = entries[placed.path] { note(replacing: old, by: placed) }
    if case .symbolicLink = placed.kind { lastParent = nil }
    try set(placed)
    return placed.path
  }

  /// Places another name of what stands at `target` already.
  ///
  /// - Returns: where the name stands; nil when there is nothing to link to.
  mutating func link(_ target: String, as entry: FileEntry) throws(ImageError) -> String? {
    guard let from = find(target, layer: entry.layer), let there = entries[from], there.kind != .directory else {
      note("dangling-hard-link", entry.path, layer: entry.layer)
      return nil
    }
    let held = contents[from]
    guard let path = try place(there.moved(to: entry.path, layer: entry.layer)) else { return nil }
    contents[path] = held
    return path
  }

  mutating func keep(_ bytes: [UInt8], at path: String) { contents[path] = bytes }

  mutating func note(_ code: String, _ path: String, layer: Int) {
    let oddity = ImageFiles.Oddity(code: code, path: printable(path), layer: layer)
    if oddities.count < ImageFiles.oddityLimit, oddities.last != oddity { oddities.append(oddity) }
  }

  /// Takes away what is no directory and of a layer below; a directory goes at the end of the layer, with all in it.
  mutating func takeAway(_ path: String, layer: Int) {
    guard let there = entries[path], there.layer < layer, there.kind != .directory else { return }
    entries[path] = nil
    contents[path] = nil
  }

  /// Ends a layer: takes away what it hides of the layers below.
  ///
  /// - Parameters:
  ///   - whiteouts: paths that it takes away.
  ///   - opaque: directories of which it shows nothing from below.
  mutating func endLayer(_ layer: Int, whiteouts: Set<String>, opaque: Set<String>) {
    defer {
      lastParent = nil
      hidesDirectory = false
    }
    guard hidesDirectory || !whiteouts.isEmpty || !opaque.isEmpty else { return }
    var closed: [String: Bool] = [:]
    func isClosed(_ directory: String) -> Bool {
      if let known = closed[directory] { return known }
      let isItself = whiteouts.contains(directory) || opaque.contains(directory) || entries[directory]?.kind != .directory
      let answer = isItself || (directory != "/" && isClosed(String(parts(of: directory).parent)))
      closed[directory] = answer
      return answer
    }
    let gone = entries.values.filter { entry in
      entry.layer < layer && entry.path != "/"
        && (whiteouts.contains(entry.path) || isClosed(String(parts(of: entry.path).parent)))
    }
    for entry in gone {
      entries[entry.path] = nil
      contents[entry.path] = nil
    }
    for entry in entries.values where entry.layer == layer { imply(parts(of: entry.path).parent, layer: layer) }
  }

  /// Makes the parents again of what a layer placed inside a directory that it took away.
  private mutating func imply(_ directory: Substring, layer: Int) {
    var path = directory
    while entries[String(path)] == nil {
      entries[String(path)] = FileEntry(path: String(path), kind: .directory, mode: 0o755, layer: layer)
      path = parts(of: String(path)).parent
    }
  }

  private mutating func note(replacing old: FileEntry, by new: FileEntry) {
    if old.kind == .directory, new.kind == .directory { return }
    if old.layer == new.layer { note("duplicate-entry", new.path, layer: new.layer) }
    if old.kind == .directory {
      hidesDirectory = true
      lastParent = nil
    }
    contents[new.path] = nil
  }

  private mutating func set(_ entry: FileEntry) throws(ImageError) {
    entries[entry.path] = entry
    guard entries.count <= entryLimit else {
      throw .overLimit(what: "The number of files and their directories", limit: entryLimit)
    }
  }

  /// The directory that a written path leads to, made where it is missing; nil when links lead in a circle.
  private mutating func directory(_ written: Substring, layer: Int) throws(ImageError) -> String? {
    if let lastParent, lastParent.written == written { return lastParent.actual }
    var walk = Walk(written, depthLimit: depthLimit)
    while let path = walk.next() {
      let there = entries[path]
      switch there?.kind {
      case .directory: walk.enter(path)
      case .symbolicLink(let target) where there?.layer == layer:
        guard walk.follow(target) else { return nil }
      default:
        if there != nil { note("hidden-by-directory", path, layer: layer) }
        contents[path] = nil
        try set(FileEntry(path: path, kind: .directory, mode: 0o755, layer: layer))
        walk.enter(path)
      }
    }
    lastParent = (written, walk.here)
    return walk.here
  }

  /// Where a written path leads through the links of `layer`, the last part not followed; nil for nowhere.
  private func find(_ written: String, layer: Int) -> String? {
    var walk = Walk(written[...], depthLimit: depthLimit)
    while let path = walk.next() {
      guard let there = entries[path] else { return nil }
      if case .symbolicLink(let target) = there.kind, there.layer == layer, !walk.isAtEnd {
        guard walk.follow(target) else { return nil }
      } else {
        walk.enter(path)
      }
    }
    return walk.here
  }
}

/// A way down from the root that may turn where links lead.
private struct Walk {
  private(set) var here = "/"
  private var waiting: [Substring]
  private var links = 0
  private let depthLimit: Int

  init(_ path: Substring, depthLimit: Int) {
    waiting = path.split(separator: "/").reversed()
    self.depthLimit = depthLimit
  }

  var isAtEnd: Bool { waiting.isEmpty }

  /// The path of the next step, to enter or to follow; nil at the end.
  mutating func next() -> String? {
    while let part = waiting.popLast() {
      if part == "." { continue }
      if part != ".." { return child(here, part) }
      here = String(parts(of: here).parent)
    }
    return nil
  }

  mutating func enter(_ path: String) { here = path }

  /// Answers false after 40 links, as Linux does, or when the way becomes too long.
  mutating func follow(_ target: String) -> Bool {
    links += 1
    if target.hasPrefix("/") { here = "/" }
    waiting += target.split(separator: "/").reversed()
    return links <= 40 && waiting.count <= depthLimit
  }
}

/// Cuts a path in normal form before its last part; the parent of `/x` and of `/` is `/`.
private func parts(of path: String) -> (parent: Substring, name: Substring) {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("/", path[...]) }
  return (slash == path.startIndex ? path[...slash] : path[..<slash], path[path.utf8.index(after: slash)...])
}

private func child(_ parent: String, _ name: Substring) -> String { parent == "/" ? "/\(name)" : "\(parent)/\(name)" }

extension FileEntry {
  /// The same thing at another path; without `layer`, of the same layer.
  fileprivate func moved(to path: String, layer: Int? = nil) -> FileEntry {
    FileEntry(
      path: path, kind: kind, mode: mode, userID: userID, groupID: groupID, sizeBytes: sizeBytes, layer: layer ?? self.layer)
  }
}
