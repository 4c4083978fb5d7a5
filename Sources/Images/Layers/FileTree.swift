/// The layers of an image laid over one another, lowest first, as an overlay file system shows them.
///
/// Parents that no layer names come into being as plain directories. Inside one layer a path may lead through a link of
/// that layer, as it would while unpacking; a link of a lower layer in that place is hidden by a directory, as overlayfs
/// does.
struct FileTree {
  private struct Node {
    var entry: FileEntry
    var contents: [UInt8]?
    var children: [String: Int] = [:]
  }

  /// Index 0 is the root; nodes that were taken away stay until the end.
  private var nodes: [Node]
  private var oddities: [ImageFiles.Oddity] = []
  private let limits: LayerLimits

  init(limits: LayerLimits) {
    self.limits = limits
    nodes = [Node(entry: FileEntry(path: "/", kind: .directory, mode: 0o755, layer: 0))]
  }

  /// - Throws: `ImageError.overLimit` when parents that are only implied make too many nodes.
  mutating func apply(_ layer: LayerMembers, index: Int) throws(ImageError) {
    oddities += layer.oddities.prefix(ImageFiles.oddityLimit - oddities.count)
    for path in layer.whiteouts { remove(path) }
    for path in layer.opaqueDirectories {
      if let directory = find(path) { nodes[directory].children = [:] }
    }
    for member in layer.members { try place(member, layer: index) }
  }

  /// Everything that can be reached from the root.
  func files() -> ImageFiles {
    var entries: [FileEntry] = []
    var contents: [String: [UInt8]] = [:]
    var waiting = [0]
    while let index = waiting.popLast() {
      let node = nodes[index]
      entries.append(node.entry)
      contents[node.entry.path] = node.contents
      waiting += node.children.values
    }
    return ImageFiles(entries: entries, contents: contents, oddities: oddities)
  }

  private mutating func place(_ member: LayerMembers.Member, layer: Int) throws(ImageError) {
    let written = member.entry
    var parts = written.path.split(separator: "/")
    guard let name = parts.popLast() else {
      if written.kind == .directory { nodes[0].entry = written }
      return
    }
    var made = Node(entry: written, contents: member.contents)
    if let target = member.linkedPath {
      guard let index = find(target, throughLinksOf: layer), nodes[index].entry.kind != .directory else {
        return note("dangling-hard-link", written.path, layer)
      }
      made = nodes[index]
    }
    guard let parent = try directory(parts, layer: layer) else { return note("link-loop", written.path, layer) }
    made.entry = made.entry.moved(to: nodes[parent].entry.path, name, layer: layer)
    if let there = nodes[parent].children[String(name)] {
      let old = nodes[there].entry
      if old.kind == .directory, made.entry.kind == .directory {
        nodes[there].entry = made.entry
        return
      }
      if old.layer == layer { note("duplicate-entry", made.entry.path, layer) }
    }
    try add(made, to: parent, as: name)
  }

  private mutating func add(_ node: Node, to parent: Int, as name: Substring) throws(ImageError) {
    guard nodes.count <= limits.entries &* 2 else {
      throw .overLimit(what: "The number of files and their directories", limit: limits.entries &* 2)
    }
    nodes.append(node)
    nodes[parent].children[String(name)] = nodes.count - 1
  }

  /// The directory at `parts`, made where it is missing; nil when links of this layer lead in a circle.
  private mutating func directory(_ parts: [Substring], layer: Int) throws(ImageError) -> Int? {
    var walk = Walk(parts)
    while let part = walk.next() {
      let parent = walk.here
      let child = nodes[parent].children[String(part)]
      if let child, nodes[child].entry.kind == .directory {
        walk.enter(child)
      } else if let child, case .symbolicLink(let target) = nodes[child].entry.kind, nodes[child].entry.layer == layer {
        guard walk.follow(target, limits: limits) else { return nil }
      } else {
        let made = FileEntry(path: "/", kind: .directory, mode: 0o755, layer: layer).moved(to: nodes[parent].entry.path, part)
        if child != nil { note("hidden-by-directory", made.path, layer) }
        try add(Node(entry: made), to: parent, as: part)
        walk.enter(nodes.count - 1)
      }
    }
    return walk.here
  }

  /// The node at `path`; links are followed only where `layer` made them.
  private func find(_ path: String, throughLinksOf layer: Int? = nil) -> Int? {
    var walk = Walk(path.split(separator: "/"))
    while let part = walk.next() {
      guard let child = nodes[walk.here].children[String(part)] else { return nil }
      if case .symbolicLink(let target) = nodes[child].entry.kind, nodes[child].entry.layer == layer, !walk.isAtEnd {
        guard walk.follow(target, limits: limits) else { return nil }
      } else {
        walk.enter(child)
      }
    }
    return walk.here
  }

  private mutating func remove(_ path: String) {
    var parts = path.split(separator: "/")
    guard let name = parts.popLast(), let parent = find(joined(parts)) else { return }
    nodes[parent].children[String(name)] = nil
  }

  private mutating func note(_ code: String, _ path: String, _ layer: Int) {
    guard oddities.count < ImageFiles.oddityLimit else { return }
    oddities.append(ImageFiles.Oddity(code: code, path: printable(path), layer: layer))
  }
}

/// A way down from the root of a `FileTree` that may turn where links lead.
private struct Walk {
  private var trail = [0]
  private var waiting: [Substring]
  private var links = 0

  init(_ parts: [Substring]) { waiting = parts.reversed() }

  var here: Int { trail[trail.count - 1] }
  var isAtEnd: Bool { waiting.isEmpty }

  mutating func next() -> Substring? {
    while let part = waiting.popLast() {
      if part == "." { continue }
      if part != ".." { return part }
      if trail.count > 1 { trail.removeLast() }
    }
    return nil
  }

  mutating func enter(_ node: Int) { trail.append(node) }

  /// Answers false after 40 links, as Linux does, or when the way becomes too long.
  mutating func follow(_ target: String, limits: LayerLimits) -> Bool {
    links += 1
    if target.hasPrefix("/") { trail = [0] }
    waiting += target.split(separator: "/").reversed()
    return links <= 40 && waiting.count <= limits.depth
  }
}

extension FileEntry {
  /// The same thing at another place; without `layer`, from the same layer.
  fileprivate func moved(to parent: String, _ name: Substring, layer: Int? = nil) -> FileEntry {
    FileEntry(
      path: parent == "/" ? "/\(name)" : "\(parent)/\(name)", kind: kind, mode: mode, userID: userID, groupID: groupID,
      sizeBytes: sizeBytes, layer: layer ?? self.layer)
  }
}
