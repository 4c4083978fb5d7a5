/// Rows in the binary format of COPY, cut into pieces of about 64 KiB.
///
/// Source: PostgreSQL 15, COPY, "Binary Format".
struct PostgresCopyBytes {
  private static let pieceBytes = 64 << 10
  private let rows: [[SQLValue]]
  private var index = 0
  private var hasBegun = false
  private var hasEnded = false

  init(_ rows: [[SQLValue]]) { self.rows = rows }

  /// - Returns: nil at the end.
  mutating func next() -> [UInt8]? {
    guard !hasEnded else { return nil }
    var bytes: [UInt8] = []
    if !hasBegun { bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8) }
    hasBegun = true
    while index < rows.count, bytes.count < Self.pieceBytes {
      bytes.append(bigEndian: Int16(rows[index].count))
      for value in rows[index] { Self.append(value, to: &bytes) }
      index += 1
    }
    if index == rows.count, !hasEnded {
      bytes.append(bigEndian: Int16(-1))
      hasEnded = true
    }
    return bytes
  }

  /// The length, -1 for null, and the bytes.
  private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(bigEndian: Int32(0))
    let length = value.encode(into: &bytes).map { Int32($0) } ?? -1
    withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
  }
}
