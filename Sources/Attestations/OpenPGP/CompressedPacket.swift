import CZlib

/// Content that was deflated before it was wrapped. It may not hold another of its kind.
///
/// Source: RFC 4880 sections 5.6, 9.3; RFC 1950, RFC 1951.
enum CompressedPacket {
  /// - Parameter limit: of the inflated bytes.
  static func content(of body: ArraySlice<UInt8>, atMost limit: Int) throws(OpenPGPRefusal) -> [UInt8] {
    switch body.first {
    case 1: try inflated(body.dropFirst(), windowBits: -MAX_WBITS, atMost: limit)
    case 2: try inflated(body.dropFirst(), windowBits: MAX_WBITS, atMost: limit)
    case 3: throw .unsupported("content compressed with bzip2")
    case let other?: throw .unsupported("content compressed with algorithm \(other)")
    case nil: throw .malformed("it is cut short")
    }
  }

  /// - Parameter windowBits: as zlib's `inflateInit2` takes it; negative for a stream without header and checksum.
  private static func inflated(
    _ stream: ArraySlice<UInt8>, windowBits: Int32, atMost limit: Int
  ) throws(OpenPGPRefusal) -> [UInt8] {
    var code = Z_DATA_ERROR
    var left = 0
    let content = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
      stream.withUnsafeBufferPointer { input in
        var state = z_stream()
        // zlib keeps the address of its state, so all calls share one.
        withUnsafeMutablePointer(to: &state) { state in
          guard inflateInit2_(state, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return }
          defer { inflateEnd(state) }
          state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          state.pointee.avail_in = UInt32(clamping: input.count)
          state.pointee.next_out = buffer.baseAddress
          state.pointee.avail_out = UInt32(clamping: buffer.count)
          code = inflate(state, Z_FINISH)
          left = Int(state.pointee.avail_in)
          count = buffer.count - Int(state.pointee.avail_out)
        }
      }
    }
    guard content.count <= limit else { throw .malformed("it inflates to more than \(limit) bytes") }
    guard code == Z_STREAM_END, left == 0 else { throw .malformed("its compressed content is corrupt or cut short") }
    return content
  }
}
