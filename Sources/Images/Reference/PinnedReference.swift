/// Where an image is, pinned to what it is: `my.regist.ry/shop/web@sha256:…`.
///
/// There is no tag here. A tag is looked up once, at the edge, and what travels on is the digest.
package struct PinnedReference: Hashable, Sendable, CustomStringConvertible {
  package let repository: Repository
  package let digest: Digest

  package init(repository: Repository, digest: Digest) {
    self.repository = repository
    self.digest = digest
  }

  /// Reads `repository[:tag]@digest`; a tag is dropped.
  ///
  /// - Throws: `ImageError.malformedReference` when there is no digest or the grammar is broken.
  package init(parsing text: some StringProtocol) throws(ImageError) {
    guard let pinned = try ImageReference(parsing: text).pinned else {
      throw .malformedReference(String(text), because: "it has no @digest")
    }
    self = pinned
  }

  /// Reads the resource URI of an occurrence: `https://` and a pinned reference; the scheme may be absent.
  ///
  /// Source: Grafeas v1, `Occurrence.resource_uri`.
  package init(resourceURI: some StringProtocol) throws(ImageError) {
    let scheme = "https://"
    try self.init(parsing: resourceURI.hasPrefix(scheme) ? resourceURI.dropFirst(scheme.count) : resourceURI[...])
  }

  /// The image as occurrences name it: `https://my.regist.ry/shop/web@sha256:…`.
  package var resourceURI: String { "https://\(self)" }

  package var description: String { "\(repository)@\(digest)" }

  /// The digest first: it tells images apart at once.
  package static func == (one: PinnedReference, other: PinnedReference) -> Bool {
    one.digest == other.digest && one.repository == other.repository
  }
}
