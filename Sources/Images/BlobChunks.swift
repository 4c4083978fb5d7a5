/// The bytes of a blob in pieces, in order; each iteration starts again from the first byte.
///
/// Pieces are of any size above zero that the source finds handy, at most about 1 MiB.
package struct BlobChunks: AsyncSequence, Sendable {
  package typealias Element = [UInt8]
  /// Answers the next piece, or nil after the last.
  package typealias Pull = () async throws -> [UInt8]?

  private let open: @Sendable () -> Pull

  /// - Parameter open: starts one reading.
  package init(_ open: @escaping @Sendable () -> Pull) { self.open = open }

  /// A blob that is in memory already.
  package init(_ bytes: [UInt8]) {
    self.init {
      var waiting: [UInt8]? = bytes.isEmpty ? nil : bytes
      return {
        defer { waiting = nil }
        return waiting
      }
    }
  }

  /// Starts at the first byte.
  package func makeAsyncIterator() -> Iterator { Iterator(pull: open()) }

  /// One reading.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let pull: Pull

    /// The next piece; nil after the last.
    package func next() async throws -> [UInt8]? { try await pull() }
  }

  /// The same bytes, checked on the way: the last piece is followed by an error unless length and digest are those
  /// of `descriptor`.
  ///
  /// - Parameter origin: who answers for the bytes, for the message.
  /// - Throws, from the iteration: `ImageError.overLimit` as soon as there are more bytes than announced,
  ///   `.digestMismatch` at the end.
  package func checked(against descriptor: Descriptor, origin: String) -> BlobChunks {
    BlobChunks { [self] in
      let source = makeAsyncIterator()
      var hash = ContentHash(descriptor.digest.algorithm)
      var left = descriptor.sizeBytes
      return {
        if let chunk = try await source.next() {
          left -= Int64(chunk.count)
          guard left >= 0 else {
            throw ImageError.overLimit(what: "Blob \(descriptor.digest) in bytes", limit: Int(descriptor.sizeBytes))
          }
          hash.update(chunk)
          return chunk
        }
        let got = hash.digest()
        guard got == descriptor.digest else {
          throw ImageError.digestMismatch(wanted: descriptor.digest, got: got, origin: origin)
        }
        return nil
      }
    }
  }
}
