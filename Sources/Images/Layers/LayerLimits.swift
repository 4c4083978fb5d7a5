/// How much of an image is read before it counts as hostile. Passing any of these is `ImageError.overLimit`.
package struct LayerLimits: Hashable, Sendable {
  /// Uncompressed, one layer.
  package var layerBytes: Int64 = 16 << 30
  /// Uncompressed, all layers.
  package var imageBytes: Int64 = 32 << 30
  /// Members of all layers together, whiteouts included.
  package var entries = 500_000
  /// Uncompressed bytes for each compressed byte, once a layer is over 64 MiB. Gzip cannot pass 1032.
  package var ratio: Int64 = 200
  package var pathBytes = 4096
  /// Parts of a path.
  package var depth = 256
  /// Of one file whose contents are kept.
  package var keptFileBytes = 64 << 20
  /// Of all files whose contents are kept.
  package var keptBytes = 256 << 20

  package init() {}
}
