import CZlib

/// Undoes gzip for content that comes in pieces: one or many members one after another, checksums verified.
///
/// Holds zlib's window and one buffer, whatever the content's size. A class because zlib's state must not move; it never
/// leaves the value that made it.
final class GzipInflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)
  /// False inside a member; a stream may end only between two.
  private var isBetweenMembers = false

  /// - Throws: `ImageError.unsupported` when zlib cannot start, that is without memory.
  init() throws(ImageError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipWithLargestWindow: Int32 = 16 + MAX_WBITS
    guard inflateInit2_(stream, gzipWithLargestWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .unsupported("gzip without memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Hands on what `chunk` holds, in pieces of at most 256 KiB.
  ///
  /// - Throws: `ImageError.malformedLayer` for anything that is no gzip member, trailing bytes included; whatever
  ///   `emit` throws.
  func inflate(_ chunk: [UInt8], _ emit: (Span<UInt8>) throws(ImageError) -> Void) throws(ImageError) {
    // A span can be lent from a local value only, so the buffer is taken out for the call.
    var output = buffer
    buffer = []
    defer { buffer = output }
    var taken = 0
    while !isBetweenMembers || taken < chunk.count {
      if isBetweenMembers {
        inflateReset(stream)
        isBetweenMembers = false
      }
      let (used, made, code) = step(chunk, from: taken, into: &output)
      taken += used
      if made > 0 { try emit(output.span.extracting(0..<made)) }
      isBetweenMembers = code == Z_STREAM_END
      if isBetweenMembers { continue }
      guard code == Z_OK || code == Z_BUF_ERROR else { throw Self.corrupt }
      if taken == chunk.count, made < output.count { return }
      guard used > 0 || made > 0 else { throw Self.corrupt }
    }
  }

  /// - Throws: `ImageError.malformedLayer` inside a member.
  func finish() throws(ImageError) {
    guard isBetweenMembers else { throw .malformedLayer("archive", because: "its gzip stream is cut short") }
  }

  private static let corrupt = ImageError.malformedLayer(
    "archive", because: "its gzip stream is corrupt, or bytes follow its end")

  private func step(
    _ chunk: [UInt8], from start: Int, into buffer: inout [UInt8]
  ) -> (used: Int, made: Int, code: Int32) {
    chunk.withUnsafeBufferPointer { input in
      buffer.withUnsafeMutableBufferPointer { output in
        let offered = min(input.count - start, Int(Int32.max))
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
        stream.pointee.avail_in = UInt32(offered)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        return (offered - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out), code)
      }
    }
  }
}
