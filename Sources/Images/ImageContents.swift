/// An image as it was read: who it is, what it says of itself, and what a process in it would see.
///
/// A value of this type is proof: every byte was hashed against the digest that named it, down from the manifest, and
/// each layer's content against the configuration's diff ids.
package struct ImageContents: Sendable {
  /// One layer as it was read.
  package struct Layer: Hashable, Sendable {
    package let descriptor: Descriptor
    /// Digest of the uncompressed tar.
    package let diffID: Digest
    package let uncompressedBytes: Int64
  }

  /// What was asked for: of the index where there is one, else of the manifest. Attest and deploy this one.
  package let digest: Digest
  /// Of the manifest for the platform that was read.
  package let manifestDigest: Digest
  package let manifest: ImageManifest
  package let configuration: ImageConfiguration
  /// Lowest first.
  package let layers: [Layer]
  package let files: ImageFiles
}
