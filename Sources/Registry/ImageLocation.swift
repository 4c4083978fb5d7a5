package import Images

/// What a person writes to name an image: a registry reference, or a layout or archive on disk.
///
/// `registry.example.test/shop/web:v1`, `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE`; the last three may end in
/// `:TAG` where more than one image is in them.
package enum ImageLocation: Hashable, Sendable {
  case registry(ImageReference)
  case ociLayout(path: String, tag: String?)
  case ociArchive(path: String, tag: String?)
  case dockerArchive(path: String, tag: String?)

  /// - Throws: `ImageError.malformedReference`, `.malformedDigest`.
  package init(parsing text: String) throws(ImageError) {
    let kinds: [(prefix: String, make: (String, String?) -> ImageLocation)] = [
      ("oci:", { .ociLayout(path: $0, tag: $1) }), ("oci-archive:", { .ociArchive(path: $0, tag: $1) }),
      ("docker-archive:", { .dockerArchive(path: $0, tag: $1) }),
    ]
    for (prefix, make) in kinds where text.hasPrefix(prefix) {
      let rest = text.dropFirst(prefix.count)
      let name = rest.lastIndex(of: "/").map { rest[$0...] } ?? rest
      let colon = name.lastIndex(of: ":")
      let path = String(colon.map { rest[..<$0] } ?? rest)
      guard !path.isEmpty else { throw .malformedReference(text, because: "a path has to follow \(prefix)") }
      self = make(path, colon.map { String(rest[rest.index(after: $0)...]) })
      return
    }
    self = .registry(try ImageReference(parsing: text))
  }

  /// Where to read from, and what to ask for there.
  ///
  /// - Parameter registries: asked only for a registry reference.
  /// - Throws: `RegistryError` or `ImageError` for a location that cannot be opened or has several images.
  package func open(_ registries: RegistryClient) async throws -> (source: any ImageSource, name: ManifestName) {
    switch self {
    case .registry(let reference):
      return (try registries.repository(reference.repository), reference.manifestName)
    case .ociLayout(let path, let tag):
      let layout = OCILayout(path: path)
      return (layout, try tag.map(ManifestName.tag) ?? layout.only())
    case .ociArchive(let path, let tag):
      let archive = try await OCIArchive(path: path)
      return (archive, try tag.map(ManifestName.tag) ?? archive.only())
    case .dockerArchive(let path, let tag):
      let archive = try await DockerArchive(path: path)
      return (archive, try tag.map(ManifestName.tag) ?? archive.only())
    }
  }
}
