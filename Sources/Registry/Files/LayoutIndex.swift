import Images

/// What `index.json` of an image layout offers.
///
/// Source: OCI image-spec 1.1, image-layout.md.
struct LayoutIndex: Sendable {
  let manifests: [Descriptor]
  private let path: String

  init(parsing bytes: [UInt8], path: String) throws(ImageError) {
    guard case .index(let index) = try ManifestDocument(parsing: bytes) else {
      throw .malformedDocument("index.json of \(path)", because: "it is no index")
    }
    manifests = index.manifests
    self.path = path
  }

  /// What was asked for; a tag is the layout's `org.opencontainers.image.ref.name`, or what stands behind its last colon.
  ///
  /// - Throws: `ImageError.notFound`, `.ambiguousManifest` when a tag stands for two things.
  func digest(of name: ManifestName) throws(ImageError) -> Digest {
    guard case .tag(let tag) = name else {
      if case .digest(let digest) = name { return digest }
      throw .notFound("\(name) in \(path)")
    }
    let found = Set(manifests.filter { $0.tag == tag || $0.tag?.hasSuffix(":\(tag)") == true }.map(\.digest))
    guard let first = found.first else { throw .notFound("\(tag) in \(path)") }
    guard found.count == 1 else {
      throw .ambiguousManifest(because: "\(printable(path)) has two images called \(printable(tag))")
    }
    return first
  }

  /// The one image there is, for a layout named without a tag.
  ///
  /// - Throws: `ImageError.notFound` for none, `.ambiguousManifest` naming the tags for several.
  func only() throws(ImageError) -> ManifestName {
    let found = Set(manifests.map(\.digest))
    guard let first = found.first else { throw .notFound("An image in \(path)") }
    guard found.count == 1 else {
      let tags = manifests.compactMap(\.tag).joined(separator: ", ")
      throw .ambiguousManifest(
        because: "\(printable(path)) has \(found.count) images (\(printable(tags))); write its tag behind a colon")
    }
    return .digest(first)
  }

  /// What the index calls the document, where it does.
  func mediaType(of digest: Digest) -> String? { manifests.first { $0.digest == digest }?.mediaType.text }
}

extension Descriptor {
  static let tagAnnotation = "org.opencontainers.image.ref.name"

  fileprivate var tag: String? { annotations[Self.tagAnnotation] }
}

/// Where a layout keeps a blob.
func blobName(_ digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }
