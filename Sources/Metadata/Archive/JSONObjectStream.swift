import Images

/// Cuts a stream of bytes into the JSON objects that stand in it one after the other: one a line, printed over many lines,
/// or as the elements of one array. Only the cutting is done here; whether an object is well-formed is seen when it is read.
package struct JSONObjectStream: Sendable {
  /// One object and the line on which it begins, counted from 1.
  package struct Piece: Equatable, Sendable {
    package let bytes: [UInt8]
    package let line: Int
  }

  private let limitBytes: Int
  private var object: [UInt8] = []
  private var depth = 0
  private var isInText = false
  private var isEscaped = false
  private var line = 1
  private var firstLine = 1

  /// - Parameter limitBytes: a longer object is refused.
  package init(limitBytes: Int = 4 << 20) { self.limitBytes = limitBytes }

  /// Takes the next bytes in.
  ///
  /// - Returns: the objects that ended in them, in order.
  /// - Throws: `MetadataError.invalid` for what stands between objects and is no space, comma or bracket of one array, and
  ///   for an object over the limit.
  package mutating func add(_ bytes: some Sequence<UInt8>) throws(MetadataError) -> [Piece] {
    var pieces: [Piece] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") { line += 1 }
      if depth == 0 { try begin(byte) } else { try go(on: byte, &pieces) }
    }
    return pieces
  }

  /// - Throws: `MetadataError.invalid` when an object was begun and did not end.
  package func end() throws(MetadataError) {
    if depth > 0 { throw fault("begins and does not end: the file was cut off", firstLine) }
  }

  private mutating func begin(_ byte: UInt8) throws(MetadataError) {
    switch byte {
    case UInt8(ascii: "{"): (object, depth, firstLine) = ([byte], 1, line)
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"): break
    default: throw fault("is no JSON object: write one object a line, or one array of objects", line)
    }
  }

  private mutating func go(on byte: UInt8, _ pieces: inout [Piece]) throws(MetadataError) {
    guard object.count < limitBytes else { throw fault("is longer than \(limitBytes) bytes", firstLine) }
    object.append(byte)
    if isInText {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInText = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""): isInText = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      if depth == 0 { pieces.append(Piece(bytes: object, line: firstLine)) }
    default: break
    }
  }

  private func fault(_ what: String, _ line: Int) -> MetadataError {
    .invalid(what: "archive", reasons: ["the object on line \(line) \(what)"])
  }
}
