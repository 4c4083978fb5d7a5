import Images

/// A tar file on disk, plain or gzip, read where it lies: once to learn what is in it, then again for each member.
struct ArchiveFile: Sendable {
  /// Where a member's contents are, and what they are.
  struct Member: Sendable {
    /// In the unpacked archive.
    let offset: Int64
    let sizeBytes: Int64
    let digest: Digest
    let isGzip: Bool
  }

  let path: String
  private let members: [String: Member]
  private let isGzip: Bool

  /// Reads the whole archive once, hashing each member.
  ///
  /// - Throws: `RegistryError.unreadableFile`; `ImageError.malformedLayer`, `.malformedDocument` for a name twice, `.overLimit`.
  init(_ path: String) async throws {
    self.path = path
    var scan = Scan()
    var tar = TarParser()
    var unpacker = Unpacker()
    var start: [UInt8] = []
    for try await chunk in fileChunks(path) {
      if start.isEmpty { start = Array(chunk.prefix(Compression.magicBytes)) }
      scan.packedBytes += Int64(chunk.count)
      try unpacker.feed(chunk) { (bytes) throws(ImageError) in try scan.feed(bytes, through: &tar) }
    }
    try unpacker.finish { (bytes) throws(ImageError) in try scan.feed(bytes, through: &tar) }
    try tar.finish()
    members = scan.membersWithLinks()
    isGzip = try Compression(start: start) == .gzip
  }

  /// The member at `name`, links inside the archive followed; nil for none.
  func member(_ name: String) -> Member? { archiveName(name).flatMap { members[$0] } }

  /// A whole small member.
  ///
  /// - Throws: `RegistryError.notFound`; `ImageError.overLimit`.
  func bytes(of name: String, atMost limitBytes: Int) async throws -> [UInt8] {
    guard let member = member(name) else { throw RegistryError.notFound("\(name) in \(path)") }
    guard member.sizeBytes <= limitBytes else { throw ImageError.overLimit(what: "\(name) in bytes", limit: limitBytes) }
    var bytes: [UInt8] = []
    for try await chunk in chunks(of: member) { bytes += chunk }
    return bytes
  }

  /// The contents of a member. In a gzip archive, everything before it is unpacked again and dropped.
  func chunks(of member: Member) -> BlobChunks {
    guard isGzip else { return fileChunks(path, from: member.offset, count: member.sizeBytes) }
    return BlobChunks { [path] in
      let packed = fileChunks(path).makeAsyncIterator()
      var unpacker = Unpacker()
      var window = Window(start: member.offset, end: member.offset + member.sizeBytes)
      return {
        while !window.isPast, let chunk = try await packed.next() {
          try unpacker.feed(chunk) { window.take($0) }
          if !window.found.isEmpty { return window.handOver() }
        }
        return nil
      }
    }
  }
}

/// Cuts a stretch out of bytes that pass.
private struct Window {
  let start: Int64
  let end: Int64
  private var position: Int64 = 0
  private(set) var found: [UInt8] = []

  init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }

  var isPast: Bool { position >= end }

  mutating func take(_ bytes: Span<UInt8>) {
    let from = min(max(start - position, 0), Int64(bytes.count))
    let to = min(max(end - position, 0), Int64(bytes.count))
    position += Int64(bytes.count)
    guard from < to else { return }
    bytes.extracting(Int(from)..<Int(to)).withUnsafeBufferPointer { found.append(contentsOf: $0) }
  }

  mutating func handOver() -> [UInt8] {
    defer { found = [] }
    return found
  }
}

/// Learns what is in an archive while it passes.
private struct Scan: TarVisitor {
  var packedBytes: Int64 = 0
  private var unpackedBytes: Int64 = 0
  private var members: [String: ArchiveFile.Member] = [:]
  private var links: [String: String] = [:]
  private var current: (name: String, member: TarMember)?
  private var hash = ContentHash(.sha256)
  private var start: [UInt8] = []

  private static let memberLimit = 10_000

  /// An archive holds layers that are packed already: more than this ratio is no image.
  mutating func feed(_ bytes: Span<UInt8>, through tar: inout TarParser) throws(ImageError) {
    let ratio = LayerLimits().ratio
    unpackedBytes += Int64(bytes.count)
    guard unpackedBytes <= 64 << 20 || unpackedBytes / ratio <= packedBytes else {
      throw .overLimit(what: "The archive's size for each compressed byte", limit: Int(ratio))
    }
    try tar.feed(bytes, to: &self)
  }

  mutating func begin(_ member: TarMember) throws(ImageError) -> Bool {
    guard let name = archiveName(member.name) else { return false }
    guard members.count + links.count < Self.memberLimit else {
      throw .overLimit(what: "The number of files in the archive", limit: Self.memberLimit)
    }
    switch member.kind {
    case .file:
      guard members[name] == nil, links[name] == nil else {
        throw .malformedDocument("The archive", because: "it holds \(printable(name)) twice")
      }
      current = (name, member)
      return true
    case .hardLink(let target): links[name] = archiveName(target)
    case .symbolicLink(let target):
      let folder = name.split(separator: "/").dropLast()
      links[name] = archiveName((folder + target.split(separator: "/")).joined(separator: "/"))
    default: break
    }
    return false
  }

  mutating func contents(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBytes { hash.update($0) }
    for index in 0..<min(bytes.count, max(0, 2 - start.count)) { start.append(bytes[index]) }
  }

  mutating func end() {
    guard let (name, member) = current else { return }
    members[name] = ArchiveFile.Member(
      offset: member.contentsOffset, sizeBytes: member.sizeBytes, digest: hash.digest(), isGzip: start == [0x1F, 0x8B])
    hash = ContentHash(.sha256)
    start = []
  }

  /// `docker save` of old wrote a layer that comes twice as a link to the first.
  func membersWithLinks() -> [String: ArchiveFile.Member] {
    links.reduce(into: members) { all, link in all[link.key] = members[link.value] }
  }
}

/// A member's name without `.` and doubled slashes, `..` resolved; nil for what leaves the archive.
private func archiveName(_ name: String) -> String? {
  var parts: [Substring] = []
  for part in name.split(separator: "/") where part != "." {
    if part != ".." {
      parts.append(part)
    } else if parts.popLast() == nil {
      return nil
    }
  }
  return parts.joined(separator: "/")
}
