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
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(text: Substring(String(text))) }

  // Not generic, so that every caller gets the quick code.
  private init(text: Substring) throws(ImageError) {
    guard !text.isEmpty, text.utf8.count <= 512 else {
      throw .malformedReference(printable(text), because: text.isEmpty ? "it is empty" : "it is longer than 512 bytes")
    }
    guard text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw .malformedReference(printable(text), because: "it has an invalid character: only visible ASCII may name an image")
    }
    let at = text.firstIndex(of: "@")
    digest = if let at { try Digest(text: text[text.index(after: at)...]) } else { nil }
    let name = at.map { text[..<$0] } ?? text[...]
    let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
    if let colon = name[lastSlash...].lastIndex(of: ":") {
      let written = name[name.index(after: colon)...]
      guard Self.isTag(written) else {
        throw .malformedReference(
          String(text), because: "the tag is invalid: a letter, digit or _ and at most 127 more of those, . or -")
      }
      tag = String(written)
      repository = try Repository(text: name[..<colon])
    } else {
      tag = nil
      repository = try Repository(text: name)
    }
  }

  /// The tag a client would ask for when there is no digest.
  package var tagOrLatest: String { tag ?? "latest" }

  /// The image itself, when a digest was written.
  package var pinned: PinnedReference? { digest.map { PinnedReference(repository: repository, digest: $0) } }

  package var description: String {
    "\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  private static func isTag(_ text: Substring) -> Bool {
    func isWord(_ byte: UInt8) -> Bool {
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
    guard let first = text.utf8.first, isWord(first), text.utf8.count <= 128 else { return false }
    return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }
}
