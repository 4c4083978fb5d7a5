/// What one layer does to the layers below it, gathered while its tar passes.
struct LayerMembers: TarVisitor, Sendable {
  /// One path that the layer makes.
  struct Member: Sendable {
    var entry: FileEntry
    /// Normal form of the path that this one is another name of.
    var linkedPath: String?
    var contents: [UInt8]?
  }

  /// In the order of the tar.
  private(set) var members: [Member] = []
  /// Paths of lower layers that this one takes away.
  private(set) var whiteouts: [String] = []
  /// Directories of which this layer shows nothing from below.
  private(set) var opaqueDirectories: [String] = []
  private(set) var oddities: [ImageFiles.Oddity] = []
  private(set) var entryCount = 0
  private(set) var keptBytes = 0

  private let layer: Int
  private let limits: LayerLimits
  private let keep: @Sendable (String) -> Bool
  private var gathered: [UInt8] = []

  init(layer: Int, limits: LayerLimits, keep: @escaping @Sendable (String) -> Bool) {
    self.layer = layer
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
    return try add(member, at: joined(parts))
  }

  private mutating func add(_ member: TarMember, at path: String) throws(ImageError) -> Bool {
    var linkedPath: String?
    let kind: FileEntry.Kind
    switch member.kind {
    case .file: kind = .file
    case .directory: kind = .directory
    case .device: kind = .device
    case .fifo: kind = .fifo
    case .symbolicLink(let target): kind = .symbolicLink(target: target)
    case .hardLink(let target):
      guard let parts = pathParts(target) else {
        note("unsafe-path", target)
        return false
      }
      kind = .file
      linkedPath = joined(parts)
    case .other:
      note("unknown-type", member.name)
      return false
    }
    let entry = FileEntry(
      path: path, kind: kind, mode: member.mode, userID: member.userID, groupID: member.groupID,
      sizeBytes: member.sizeBytes, layer: layer)
    members.append(Member(entry: entry, linkedPath: linkedPath))
    guard kind == .file, linkedPath == nil, keep(path) else { return false }
    try makeRoom(for: member.sizeBytes)
    return true
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

  mutating func contents(_ bytes: Span<UInt8>) { gathered.append(bytes) }

  mutating func end() {
    members[members.count - 1].contents = gathered
    gathered = []
  }

  /// Source: OCI image-spec 1.1, layer.md, "Whiteouts"; names that start with `.wh..wh.` otherwise are AUFS's own.
  private mutating func takeAway(_ name: String, in parent: ArraySlice<Substring>, as written: String) {
    if name == opaqueName {
      opaqueDirectories.append(joined(Array(parent)))
    } else if name.hasPrefix(whiteoutPrefix) {
      return
    } else if name.isEmpty || name == "." || name == ".." {
      note("unsafe-path", written)
    } else {
      whiteouts.append(joined(parent + [name[...]]))
    }
  }

  private mutating func note(_ code: String, _ path: String) {
    guard oddities.count < ImageFiles.oddityLimit else { return }
    let oddity = ImageFiles.Oddity(code: code, path: printable(path), layer: layer)
    if oddities.last != oddity { oddities.append(oddity) }
  }
}

private let whiteoutPrefix = ".wh."
private let opaqueName = ".wh..opq"

/// The parts of a path in an archive, `.` and doubled slashes dropped; nil when a part is `..`.
func pathParts(_ path: String) -> [Substring]? {
  let parts = path.split(separator: "/").filter { $0 != "." }
  return parts.contains("..") ? nil : parts
}

func joined(_ parts: some Sequence<Substring>) -> String {
  let path = parts.joined(separator: "/")
  return "/" + path
}
