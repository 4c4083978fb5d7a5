/// Lays one layer over the layers below it while its tar passes.
struct LayerMerge: TarVisitor, Sendable {
  private(set) var tree: FileTree
  private(set) var entryCount = 0
  private(set) var keptBytes = 0

  private let layer: Int
  private let limits: LayerLimits
  private let keep: @Sendable (String) -> Bool
  private var whiteouts: Set<String> = []
  private var opaqueDirectories: Set<String> = []
  /// The file whose contents are passing.
  private var current = ""
  private var gathered: [UInt8] = []

  /// - Parameters:
  ///   - layer: counted from 0 at the lowest.
  ///   - tree: the layers below.
  init(_ layer: Int, onto tree: FileTree, limits: LayerLimits, keep: @escaping @Sendable (String) -> Bool) {
    self.layer = layer
    self.tree = tree
    self.limits = limits
    self.keep = keep
  }

  mutating func begin(_ member: TarMember) throws(ImageError) -> Bool {
    entryCount += 1
    guard entryCount <= limits.entries else { throw .overLimit(what: "The number of files in the layers", limit: limits.entries) }
    guard member.sizeBytes <= limits.layerBytes else {
      throw .overLimit(what: "A layer in bytes", limit: Int(clamping: limits.layerBytes))
    }
    if member.name.hasPrefix("/") { note("unsafe-path", member.name) }
    guard let parts = pathParts(member.name) else {
      note("unsafe-path", member.name)
      return false
    }
    guard parts.count <= limits.depth else { throw .overLimit(what: "The depth of a path", limit: limits.depth) }
    if let name = parts.last, name.hasPrefix(whiteoutPrefix) {
      takeAway(String(name.dropFirst(whiteoutPrefix.count)), in: parts.dropLast(), as: member.name)
      return false
    }
    return try place(member, at: joined(parts))
  }

  mutating func contents(_ bytes: Span<UInt8>) { gathered.append(bytes) }

  mutating func end() {
    tree.keep(gathered, at: current)
    gathered = []
  }

  /// Says that the tar has ended.
  mutating func finish() { tree.endLayer(layer, whiteouts: whiteouts, opaque: opaqueDirectories) }

  private mutating func place(_ member: TarMember, at path: String) throws(ImageError) -> Bool {
    let kind: FileEntry.Kind
    switch member.kind {
    case .file: kind = .file
    case .directory: kind = .directory
    case .device: kind = .device
    case .fifo: kind = .fifo
    case .symbolicLink(let target): kind = .symbolicLink(target: target)
    case .hardLink(let target):
      try link(path, to: target)
      return false
    case .other:
      note("unknown-type", member.name)
      return false
    }
    let entry = FileEntry(
      path: path, kind: kind, mode: member.mode, userID: member.userID, groupID: member.groupID,
      sizeBytes: member.sizeBytes, layer: layer)
    guard let placed = try tree.place(entry), kind == .file, keep(placed) else { return false }
    current = placed
    try makeRoom(for: member.sizeBytes)
    return true
  }

  /// A second name for a file shares its contents, if those were kept under the first.
  private mutating func link(_ path: String, to target: String) throws(ImageError) {
    guard let parts = pathParts(target) else { return note("unsafe-path", target) }
    let entry = FileEntry(path: path, kind: .file, mode: 0, layer: layer)
    guard let placed = try tree.link(joined(parts), as: entry) else { return }
    if keep(placed), tree.entries[placed]?.kind == .file, tree.contents[placed] == nil { note("unread-hard-link", path) }
  }

  private mutating func makeRoom(for sizeBytes: Int64) throws(ImageError) {
    guard sizeBytes <= limits.keptFileBytes else {
      throw .overLimit(what: "A file to look into, in bytes", limit: limits.keptFileBytes)
    }
    keptBytes += Int(sizeBytes)
    guard keptBytes <= limits.keptBytes else {
      throw .overLimit(what: "The files to look into, in bytes", limit: limits.keptBytes)
    }
  }

  /// Source: OCI image-spec 1.1, layer.md, "Whiteouts"; names that start with `.wh..wh.` otherwise are AUFS's own.
  private mutating func takeAway(_ name: String, in parent: ArraySlice<Substring>, as written: String) {
    if name == opaqueName {
      opaqueDirectories.insert(joined(parent))
    } else if name.hasPrefix(whiteoutPrefix) {
      return
    } else if name.isEmpty || name == "." || name == ".." {
      note("unsafe-path", written)
    } else {
      let path = joined(parent + [name[...]])
      whiteouts.insert(path)
      tree.takeAway(path, layer: layer)
    }
  }

  private mutating func note(_ code: String, _ path: String) { tree.note(code, path, layer: layer) }
}

private let whiteoutPrefix = ".wh."
private let opaqueName = ".wh..opq"

/// The parts of a path in an archive, `.` and doubled slashes dropped; nil when a part is `..`.
private func pathParts(_ path: String) -> [Substring]? {
  let parts = path.split(separator: "/").filter { $0 != "." }
  return parts.contains("..") ? nil : parts
}

/// The path in normal form.
private func joined(_ parts: some Sequence<Substring>) -> String { "/" + parts.joined(separator: "/") }
