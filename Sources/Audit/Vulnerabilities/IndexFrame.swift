/// Where the parts of an advisory database lie. Numbers are 32 bits, little endian.
///
/// ```
/// magic (16) | format, strings, string bytes, packages, advisories, feeds, feed releases
/// string offsets (strings + 1) | string bytes, sorted | packages: scope, name, first advisory
/// advisories: id, fixed, named, aliases | ruling, urgency, evidence flag, 0 (a byte each)
/// feeds: name, digest, newest, records, kind, first release | releases: scope
/// ```
/// Strings are referred to by their place in the sorted table, so that place orders them; the first is empty and means
/// none.
struct IndexFrame: Sendable {
  static let magic = Array("pratique-advice\n".utf8)
  static let format = 1
  static let headerBytes = 44
  static let packageBytes = 12
  static let advisoryBytes = 20
  static let feedBytes = 24

  let stringCount: Int
  let packageCount: Int
  let advisoryCount: Int
  let feedCount: Int
  let releaseCount: Int
  /// Offsets in bytes from the start of the file.
  let stringOffsets: Int
  let strings: Int
  let packages: Int
  let advisories: Int
  let feeds: Int
  let releases: Int

  init(_ bytes: [UInt8]) throws(AuditError) {
    guard bytes.count >= Self.headerBytes, bytes.starts(with: Self.magic) else {
      throw .malformedIndex(because: "it does not start as one")
    }
    func number(_ at: Int) -> Int { littleEndian(bytes, at) }
    guard number(16) == Self.format else { throw .foreignIndex(format: number(16), readable: Self.format) }
    stringCount = number(20)
    packageCount = number(28)
    advisoryCount = number(32)
    feedCount = number(36)
    releaseCount = number(40)
    stringOffsets = Self.headerBytes
    strings = stringOffsets + (stringCount + 1) * 4
    packages = strings + number(24)
    advisories = packages + packageCount * Self.packageBytes
    feeds = advisories + advisoryCount * Self.advisoryBytes
    releases = feeds + feedCount * Self.feedBytes
    guard releases + releaseCount * 4 == bytes.count else {
      throw .malformedIndex(because: "it is \(bytes.count) bytes long where its header speaks of \(releases + releaseCount * 4)")
    }
  }

  func number(_ bytes: [UInt8], _ at: Int) -> Int { littleEndian(bytes, at) }
}

/// The 32-bit number at `at`; 0 outside `bytes`.
private func littleEndian(_ bytes: [UInt8], _ at: Int) -> Int {
  guard at >= 0, at + 4 <= bytes.count else { return 0 }
  return Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16 | Int(bytes[at + 3]) << 24
}
