/// What the bytes of a manifest say, in the one way they can be read.
package enum ManifestDocument: Hashable, Sendable {
  case image(ImageManifest)
  case index(ImageIndex)

  /// 4 MiB, the ceiling that the distribution specification recommends to registries.
  package static let limitBytes = 4 << 20

  package var mediaType: MediaType {
    switch self {
    case .image(let manifest): manifest.mediaType
    case .index(let index): index.mediaType
    }
  }

  /// Reads an OCI manifest or index, or a Docker manifest or list of schema 2.
  ///
  /// - Parameter contentType: what the registry called it; nil where nobody did, as in an image layout.
  /// - Throws: `ImageError.ambiguousManifest` when it could also be read as something else: keys of both kinds, or a
  ///   media type inside that is not the one outside. Signing such bytes would sign two images.
  ///   `.unsupported` for schema 1, `.overLimit`, `.malformedDocument`, `.malformedDigest`.
  ///
  /// Source: GHSA-5j5w-g665-5m35, GHSA-qq97-vm5h-rrhg, GHSA-xmmx-7jpf-fx42.
  package init(parsing bytes: [UInt8], contentType: String? = nil) throws(ImageError) {
    let outside = contentType.flatMap(MediaType.init(contentType:))
    if let outside, outside.text.contains("distribution.manifest.v1+") { throw .unsupported("Docker image manifest of schema 1") }
    let root = try documentRoot(bytes, "The manifest", atMost: Self.limitBytes)
    guard root["schemaVersion"]?.int == 2 else {
      throw .unsupported("A manifest with a schemaVersion other than 2")
    }
    let type = try Self.mediaType(root, outside: outside)
    if type.isIndex {
      self = .index(try ImageIndex(root, mediaType: type))
    } else {
      self = .image(try ImageManifest(root, mediaType: type))
    }
  }

  private static func mediaType(_ root: JSONNode, outside: MediaType?) throws(ImageError) -> MediaType {
    let hasImageKeys = root["config"] != nil || root["layers"] != nil
    let hasIndexKeys = root["manifests"] != nil
    guard !(hasImageKeys && hasIndexKeys) else {
      throw .ambiguousManifest(because: "it has the keys of an image (config, layers) and of an index (manifests)")
    }
    guard root["fsLayers"] == nil, root["history"] == nil, root["signatures"] == nil else {
      throw .ambiguousManifest(because: "it has keys of schema 1 beside those of schema 2")
    }
    guard let field = root["mediaType"] else {
      return try known(outside ?? (hasIndexKeys ? .ociIndex : .ociManifest), hasIndexKeys: hasIndexKeys)
    }
    guard let written = field.string else {
      throw .malformedDocument("The manifest", because: "its mediaType is no text")
    }
    let inside = MediaType(written)
    if let outside, outside != inside {
      throw .ambiguousManifest(because: "it calls itself \(inside) and was served as \(outside)")
    }
    return try known(inside, hasIndexKeys: hasIndexKeys)
  }

  private static func known(_ type: MediaType, hasIndexKeys: Bool) throws(ImageError) -> MediaType {
    guard type.isManifest || type.isIndex else { throw .unsupported("A manifest of type \(type)") }
    guard type.isIndex == hasIndexKeys else {
      throw .ambiguousManifest(because: "it calls itself \(type) and has the keys of the other kind")
    }
    return type
  }
}

/// The object that a JSON document from outside holds.
func documentRoot(_ bytes: [UInt8], _ what: String, atMost limitBytes: Int) throws(ImageError) -> JSONNode {
  guard bytes.count <= limitBytes else { throw .overLimit(what: "\(what) in bytes", limit: limitBytes) }
  let document: JSONDocument
  do {
    document = try JSONDocument(parsing: bytes, atMost: limitBytes)
  } catch {
    throw .malformedDocument(what, because: String(error.problem.dropLast()))
  }
  guard document.root.isObject else { throw .malformedDocument(what, because: "it is no JSON object") }
  return document.root
}
