/// What a document or a blob claims to be.
///
/// Source: OCI image-spec 1.1, media-types.md; Docker image manifest version 2, schema 2.
package struct MediaType: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// Takes `text` as it stands; for a header use `init(contentType:)`.
  package init(_ text: String) { self.text = text }

  /// The type of a `Content-Type` header: parameters and space dropped, case folded. nil when nothing is left.
  package init?(contentType: String) {
    let type = contentType.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let trimmed = type.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ").lowercased()
    guard !trimmed.isEmpty else { return nil }
    text = trimmed
  }

  package static let ociManifest = MediaType("application/vnd.oci.image.manifest.v1+json")
  package static let ociIndex = MediaType("application/vnd.oci.image.index.v1+json")
  package static let ociConfiguration = MediaType("application/vnd.oci.image.config.v1+json")
  package static let ociLayer = MediaType("application/vnd.oci.image.layer.v1.tar")
  package static let ociGzipLayer = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
  /// The configuration of an artifact that has none: the blob `{}`.
  package static let ociEmpty = MediaType("application/vnd.oci.empty.v1+json")
  package static let dockerManifest = MediaType("application/vnd.docker.distribution.manifest.v2+json")
  package static let dockerManifestList = MediaType("application/vnd.docker.distribution.manifest.list.v2+json")
  package static let dockerConfiguration = MediaType("application/vnd.docker.container.image.v1+json")
  package static let dockerLayer = MediaType("application/vnd.docker.image.rootfs.diff.tar")
  package static let dockerGzipLayer = MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip")

  /// What a client offers to read when it asks a registry for a manifest.
  package static let acceptedManifests = [ociManifest, ociIndex, dockerManifest, dockerManifestList]

  package var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
  package var isImageConfiguration: Bool { self == .ociConfiguration || self == .dockerConfiguration }
  package var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }

  package var description: String { printable(text) }
}
