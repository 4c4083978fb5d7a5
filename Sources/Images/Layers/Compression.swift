/// How a layer or an archive is packed, told by its first bytes as container runtimes tell it.
package enum Compression: Sendable {
  case none, gzip

  /// As many bytes as the longest magic number.
  package static let magicBytes = 6

  /// - Parameter start: the first `magicBytes` of the content, or all of it when it is shorter.
  /// - Throws: `ImageError.unsupported` for zstd, xz and bzip2.
  package init(start: [UInt8]) throws(ImageError) {
    let refused: [(name: String, magic: [UInt8])] = [
      ("zstd compression", [0x28, 0xB5, 0x2F, 0xFD]), ("xz compression", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
      ("bzip2 compression", [0x42, 0x5A, 0x68]),
    ]
    for (name, magic) in refused where start.starts(with: magic) { throw .unsupported(name) }
    self = start.starts(with: [0x1F, 0x8B]) ? .gzip : .none
  }
}

/// Content that comes in pieces, unpacked when its first bytes say that it is packed.
package struct Unpacker {
  private enum State {
    case start([UInt8])
    case plain
    case gzip(GzipInflater)
  }

  private var state = State.start([])

  package init() {}

  /// Hands on what `chunk` holds once unpacked; the pieces are lent for the call only.
  ///
  /// - Throws: `ImageError.unsupported`, `.malformedLayer`; whatever `emit` throws.
  package mutating func feed(_ chunk: [UInt8], _ emit: (Span<UInt8>) throws(ImageError) -> Void) throws(ImageError) {
    switch state {
    case .plain: try emit(chunk.span)
    case .gzip(let inflater): try inflater.inflate(chunk, emit)
    case .start(let held):
      let start = held.isEmpty ? chunk : held + chunk
      state = .start(start)
      if start.count >= Compression.magicBytes { try begin(start, emit) }
    }
  }

  /// Says that no more bytes come.
  package mutating func finish(_ emit: (Span<UInt8>) throws(ImageError) -> Void) throws(ImageError) {
    if case .start(let held) = state { try begin(held, emit) }
    if case .gzip(let inflater) = state { try inflater.finish() }
  }

  private mutating func begin(_ start: [UInt8], _ emit: (Span<UInt8>) throws(ImageError) -> Void) throws(ImageError) {
    switch try Compression(start: start) {
    case .none: state = .plain
    case .gzip: state = .gzip(try GzipInflater())
    }
    if !start.isEmpty { try feed(start, emit) }
  }
}
