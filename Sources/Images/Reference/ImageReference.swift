/// What somebody wrote to name an image: a repository, and a tag, a digest, both or neither.
///
/// Where both are written the digest decides; the tag is decoration. Without either the tag is `latest`
/// (`tagOrLatest`), but nothing here pretends that a tag names content: look it up once and go on with a
/// `PinnedReference`.
///
/// Source: distribution reference grammar.
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
  package let repository: Repository
  /// At most 128 characters; nil when none was written.
  package let tag: String?
  package let digest: Digest?

  package init(repository: Repository, tag: String? = nil, digest: Digest? = nil) {
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// Reads `[host/]path[:tag][@digest]`.
  ///
  /// - Throws: `ImageError.malformedReference` or `.malformedDigest`.
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(bytes: Array(text.utf8)) }

  // On bytes and not generic: a review of admission reads two of these.
  private init(bytes: [UInt8]) throws(ImageError) {
    guard !bytes.isEmpty, bytes.count <= 512 else {
      throw .malformedReference(
        printable(String(decoding: bytes, as: UTF8.self)), because: bytes.isEmpty ? "it is empty" : "it is longer than 512 bytes")
    }
    guard bytes.allSatisfy({ $0 >= 33 && $0 <= 126 }) else {
      throw .malformedReference(
        printable(String(decoding: bytes, as: UTF8.self)),
        because: "it has an invalid character: only visible ASCII may name an image")
    }
    let at = bytes.firstIndex(of: UInt8(ascii: "@"))
    digest = if let at { try Digest(bytes: bytes[(at + 1)...]) } else { nil }
    let name = bytes[..<(at ?? bytes.endIndex)]
    let lastSlash = name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex
    if let colon = name[lastSlash...].lastIndex(of: UInt8(ascii: ":")) {
      let written = name[(colon + 1)...]
      guard Self.isTag(written) else {
        throw .malformedReference(
          String(decoding: bytes, as: UTF8.self),
          because: "the tag is invalid: a letter, digit or _ and at most 127 more of those, . or -")
      }
      tag = String(decoding: written, as: UTF8.self)
      repository = try Repository(bytes: name[..<colon])
    } else {
      tag = nil
      repository = try Repository(bytes: name)
    }
  }

  /// The tag a client would ask for when there is no digest.
  package var tagOrLatest: String { tag ?? "latest" }

  /// The image itself, when a digest was written.
  package var pinned: PinnedReference? { digest.map { PinnedReference(repository: repository, digest: $0) } }

  package var description: String {
    "\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  private static func isTag(_ text: ArraySlice<UInt8>) -> Bool {
    func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
    guard let first = text.first, isWord(first), text.count <= 128 else { return false }
    return text.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }
}
