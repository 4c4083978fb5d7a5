/// Names images that a policy lets through: one repository, or all below a place.
///
/// The registry is always whole. A trailing `*` stays within one path segment, a trailing `**` after a slash crosses
/// them; a wildcard anywhere else is refused. Matching is against the normal form, so `busybox` means
/// `docker.io/library/busybox`, and takes time linear in the length of the name.
///
/// All that is written is compared. A pattern with a tag does not match a reference with a digest: there the tag is
/// decoration that anybody may write.
///
/// Source: google.cloud.binaryauthorization.v1.AdmissionWhitelistPattern.
package struct NamePattern: Hashable, Sendable, CustomStringConvertible {
  private enum Path: Hashable, Sendable {
    case exact(String)
    /// What follows the prefix holds no slash.
    case within(prefix: String)
    case below(prefix: String)
  }

  private enum TagPattern: Hashable, Sendable {
    case any
    case exact(String)
    case startingWith(String)
  }

  /// As it was written.
  package let description: String
  private let host: String
  private let path: Path
  private let tag: TagPattern
  private let digest: Digest?

  /// Reads a pattern.
  ///
  /// - Throws: `ImageError.malformedReference` with what is wrong.
  package init(parsing text: String) throws(ImageError) {
    description = text
    let body = text.hasSuffix("**") ? text.dropLast(2) : text.hasSuffix("*") ? text.dropLast() : text[...]
    guard !body.contains("*") else {
      throw .malformedReference(text, because: "a wildcard may only stand at the end of a pattern")
    }
    guard body.count < text.count else {
      let reference = try ImageReference(parsing: text)
      host = reference.repository.host
      path = .exact(reference.repository.path)
      tag = reference.tag.map(TagPattern.exact) ?? .any
      digest = reference.digest
      return
    }
    digest = nil
    guard !body.contains("@") else {
      throw .malformedReference(text, because: "a digest takes no wildcard; without @ a pattern matches every digest")
    }
    if let colon = body.lastIndex(of: ":"), !body[colon...].contains("/"), body.contains("/") {
      guard !text.hasSuffix("**") else { throw .malformedReference(text, because: "a tag takes one *, not two") }
      let repository = try Repository(parsing: body[..<colon])
      (host, path) = (repository.host, .exact(repository.path))
      tag = .startingWith(String(body[body.index(after: colon)...]))
      return
    }
    tag = .any
    let prefix: String
    (host, prefix) = try Self.place(body, of: text)
    if text.hasSuffix("**") {
      guard body.hasSuffix("/") else {
        throw .malformedReference(text, because: "** must follow a slash, or names that only start alike would match")
      }
      path = .below(prefix: prefix)
    } else {
      path = .within(prefix: prefix)
    }
  }

  /// Whether `image`, as it was written, is one of those meant.
  package func matches(_ image: ImageReference) -> Bool {
    guard image.repository.host == host, matches(path: image.repository.path) else { return false }
    if let digest { return image.digest == digest }
    return switch tag {
    case .any: true
    case .exact(let wanted): image.digest == nil && image.tagOrLatest == wanted
    case .startingWith(let start): image.digest == nil && image.tagOrLatest.hasPrefix(start)
    }
  }

  private func matches(path name: String) -> Bool {
    switch path {
    case .exact(let wanted): name == wanted
    case .within(let prefix):
      name.hasPrefix(prefix) && !name.utf8.dropFirst(prefix.utf8.count).contains(UInt8(ascii: "/"))
    case .below(let prefix): name.hasPrefix(prefix)
    }
  }

  /// Whether every image that `other` means is meant by this one too.
  package func covers(_ other: NamePattern) -> Bool {
    guard host == other.host, covers(path: other.path) else { return false }
    if let digest { return other.digest == digest }
    return switch (tag, other.tag) {
    case (.any, _): true
    case (.exact(let wanted), .exact(let its)): other.digest == nil && wanted == its
    case (.startingWith(let start), .exact(let its)), (.startingWith(let start), .startingWith(let its)):
      other.digest == nil && its.hasPrefix(start)
    default: false
    }
  }

  private func covers(path other: Path) -> Bool {
    switch (path, other) {
    case (_, .exact(let name)): matches(path: name)
    case (.within, .within(let prefix)): matches(path: prefix)
    case (.below(let start), .within(let prefix)), (.below(let start), .below(let prefix)): prefix.hasPrefix(start)
    default: false
    }
  }

  /// Whether no image can have such a name: on Docker Hub every repository stands in a namespace, `library/` at least.
  package var meansNothing: Bool {
    if case .within(let prefix) = path { host == "docker.io" && !prefix.contains("/") } else { false }
  }

  /// Whether it means every image of a registry.
  package var meansRegistry: Bool { path == .below(prefix: "") }

  /// Whether it means images by their tag, and so none that is deployed by digest.
  package var needsTag: Bool { digest == nil && tag != .any }

  /// The registry and the start of the path that stand before a wildcard.
  private static func place(_ body: Substring, of text: String) throws(ImageError) -> (host: String, prefix: String) {
    guard let slash = body.firstIndex(of: "/") else {
      throw .malformedReference(text, because: "a wildcard may only follow \"registry/\"")
    }
    let written = body[..<slash]
    guard written == "localhost" || written.contains(".") || written.contains(":") else {
      throw .malformedReference(text, because: "a pattern with a wildcard must spell the registry, such as docker.io/")
    }
    let prefix = body[body.index(after: slash)...]
    let lastSlash = prefix.lastIndex(of: "/")
    let segments = lastSlash.map { prefix[..<$0] }
    // `a/b` makes the host count as one whatever stands below it; `b` also keeps Docker Hub's `library/` away.
    let host = try Repository(parsing: "\(written)/a/b").host
    if let segments { _ = try Repository(parsing: "\(written)/\(segments)/a") }
    let started = lastSlash.map { prefix[prefix.index(after: $0)...] } ?? prefix
    let isSound = started.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
    }
    guard isSound, prefix.utf8.count <= 255 else {
      throw .malformedReference(text, because: "\"\(printable(started))\" cannot start a path segment")
    }
    return (host, String(prefix))
  }
}
