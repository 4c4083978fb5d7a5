/// Reads one layer as it comes: digest of the blob, digest of its content, and what it does to the files, in one pass.
///
/// Memory is one entry for each path plus the contents that `keep` asks for, whatever the layer's size.
struct LayerReader {
  private let descriptor: Descriptor
  private let limits: LayerLimits
  private var unpacker = Unpacker()
  private var content: LayerContent
  private var blobHash: ContentHash
  private var blobBytes: Int64 = 0

  /// - Parameters:
  ///   - descriptor: what the blob has to be; its media type may not contradict what the first bytes say.
  ///   - index: counted from 0 at the lowest layer.
  ///   - tree: the layers below.
  ///   - diffIDAlgorithm: which digest of the content is wanted.
  ///   - limits: what is left of the image's allowance.
  ///   - keep: called with each file's path in normal form; true holds its contents.
  /// - Throws: `ImageError.unsupported` for a media type that is no plain or gzip layer.
  init(
    _ descriptor: Descriptor, index: Int, onto tree: FileTree, diffIDAlgorithm: Digest.Algorithm, limits: LayerLimits,
    keep: @escaping @Sendable (String) -> Bool
  ) throws(ImageError) {
    guard descriptor.mediaType.isReadableLayer else { throw .unsupported("A layer of type \(descriptor.mediaType)") }
    self.descriptor = descriptor
    self.limits = limits
    content = LayerContent(
      hash: ContentHash(diffIDAlgorithm), tar: TarParser(pathLimitBytes: limits.pathBytes),
      merge: LayerMerge(index, onto: tree, limits: limits, keep: keep))
    blobHash = ContentHash(descriptor.digest.algorithm)
  }

  /// Takes in the next bytes of the blob.
  ///
  /// - Throws: `ImageError.overLimit`, `.malformedLayer` or `.unsupported`.
  mutating func feed(_ chunk: [UInt8]) throws(ImageError) {
    blobBytes += Int64(chunk.count)
    guard blobBytes <= descriptor.sizeBytes else {
      throw .overLimit(what: "Layer \(descriptor.digest) in bytes", limit: Int(clamping: descriptor.sizeBytes))
    }
    blobHash.update(chunk)
    try unpacker.feed(chunk) { (bytes) throws(ImageError) in
      try content.take(bytes, compressedBytes: blobBytes, limits: limits)
    }
  }

  /// Says that the blob has ended, and answers what it held.
  ///
  /// - Parameter origin: who answers for the bytes, for the message.
  /// - Throws: `ImageError.digestMismatch` when the blob is not the descriptor's, `.malformedLayer` when it stops early.
  mutating func finish(origin: String) throws(ImageError) -> ReadLayer {
    let got = blobHash.digest()
    guard got == descriptor.digest else { throw .digestMismatch(wanted: descriptor.digest, got: got, origin: origin) }
    try unpacker.finish { (bytes) throws(ImageError) in
      try content.take(bytes, compressedBytes: blobBytes, limits: limits)
    }
    try content.tar.finish()
    content.merge.finish()
    return ReadLayer(diffID: content.hash.digest(), uncompressedBytes: content.bytes, merge: content.merge)
  }
}

/// A layer after its last byte: what it is for sure, and what it made of the layers below.
struct ReadLayer: Sendable {
  /// Digest of the uncompressed tar, computed here.
  let diffID: Digest
  let uncompressedBytes: Int64
  let merge: LayerMerge
}

/// The unpacked side of a layer.
private struct LayerContent {
  var hash: ContentHash
  var tar: TarParser
  var merge: LayerMerge
  var bytes: Int64 = 0

  /// Where the ratio begins to count: a small layer of zeros is no bomb.
  private static let ratioFloorBytes: Int64 = 64 << 20

  mutating func take(_ piece: Span<UInt8>, compressedBytes: Int64, limits: LayerLimits) throws(ImageError) {
    bytes += Int64(piece.count)
    guard bytes <= limits.layerBytes else { throw .overLimit(what: "A layer in bytes", limit: Int(clamping: limits.layerBytes)) }
    guard bytes <= Self.ratioFloorBytes || bytes / max(1, limits.ratio) <= compressedBytes else {
      throw .overLimit(what: "A layer's size for each compressed byte", limit: Int(clamping: limits.ratio))
    }
    piece.withUnsafeBytes { hash.update($0) }
    try tar.feed(piece, to: &merge)
  }
}

extension MediaType {
  /// Layers that runtimes unpack: plain or gzip, of OCI or Docker, also those once called non-distributable.
  fileprivate var isReadableLayer: Bool {
    let readable = [
      "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip",
      "application/vnd.oci.image.layer.nondistributable.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
      "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.diff.tar.gzip",
      "application/vnd.docker.image.rootfs.foreign.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    ]
    return readable.contains(text)
  }
}
