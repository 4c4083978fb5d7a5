/// What stands between the quotes of a string or of bytes, with its escapes undone.
///
/// Source: cel-spec, langdef.md, String and Bytes Values.
struct ExpressionLiteral {
  private let body: ArraySlice<UInt8>
  private let isBytes: Bool
  private let isRaw: Bool
  private var at: Int

  init(_ body: ArraySlice<UInt8>, isBytes: Bool, isRaw: Bool) {
    self.body = body
    self.isBytes = isBytes
    self.isRaw = isRaw
    at = body.startIndex
  }

  /// Always UTF-8 when it is a string.
  mutating func bytes() throws(ExpressionFault) -> [UInt8] {
    if isRaw { return Array(body) }
    var found: [UInt8] = []
    found.reserveCapacity(body.count)
    while at < body.endIndex {
      guard body[at] == UInt8(ascii: "\\") else {
        found.append(body[at])
        at += 1
        continue
      }
      at += 1
      try escape(into: &found)
    }
    return found
  }

  private static let plain: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 92, UInt8(ascii: "?"): 63, UInt8(ascii: "\""): 34,
    UInt8(ascii: "'"): 39, UInt8(ascii: "`"): 96,
  ]

  private mutating func escape(into found: inout [UInt8]) throws(ExpressionFault) {
    guard at < body.endIndex else { throw fault("a text ends with a backslash") }
    let sign = body[at]
    if let byte = Self.plain[sign] {
      at += 1
      return found.append(byte)
    }
    let value: UInt32
    switch sign {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): value = try digits(2, radix: 16, after: 1)
    case UInt8(ascii: "u") where !isBytes: value = try digits(4, radix: 16, after: 1)
    case UInt8(ascii: "U") where !isBytes: value = try digits(8, radix: 16, after: 1)
    case UInt8(ascii: "0")...UInt8(ascii: "3"): value = try digits(3, radix: 8, after: 0)
    default: throw fault("an escape is unknown")
    }
    if isBytes { return found.append(UInt8(truncatingIfNeeded: value)) }
    guard let scalar = Unicode.Scalar(value) else { throw fault("an escape names no character") }
    found.append(contentsOf: Array(String(Character(scalar)).utf8))
  }

  private mutating func digits(_ count: Int, radix: Int, after skipped: Int) throws(ExpressionFault) -> UInt32 {
    let start = at + skipped
    guard start + count <= body.endIndex else { throw fault("an escape is cut short") }
    let text = body[start..<start + count]
    guard text.allSatisfy(isHex), let value = UInt32(String(decoding: text, as: UTF8.self), radix: radix) else {
      throw fault("an escape is malformed")
    }
    at = start + count
    return value
  }

  private func fault(_ reason: String) -> ExpressionFault { ExpressionFault(.malformed, at: at, reason) }
}
