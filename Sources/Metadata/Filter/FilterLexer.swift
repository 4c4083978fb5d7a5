import Images

/// One word or quoted text of a filter, escapes undone.
struct FilterWord {
  fileprivate(set) var bytes: [UInt8] = []
  /// Where in `bytes` a dot stands that was not escaped, and where in the filter.
  fileprivate(set) var dots: [(index: Int, offset: Int)] = []
  /// Where in `bytes` a star stands that was not escaped.
  fileprivate(set) var stars: [Int] = []
  let isQuoted: Bool
  /// In bytes from the start of the filter.
  let offset: Int

  var text: String { String(decoding: bytes, as: UTF8.self) }

  var literal: FilterLiteral {
    let closes = !bytes.isEmpty && stars.last == bytes.count - 1
    let opens = stars.first == 0 && bytes.count > 1
    let inner = bytes.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0)
    return FilterLiteral(
      text: String(decoding: inner, as: UTF8.self), opensWithStar: opens, closesWithStar: closes, offset: offset)
  }
}

/// Reads words, quoted texts and symbols where the parser stands.
///
/// Source: Grafeas, go/filtering, `FilterExpression.g4`: strings only in double quotes; escapes `\uXXXX`, `\xHH`, `\ooo`
/// for a character by its number, and a backslash before one of `\:=<>+~".*`.
struct FilterLexer {
  let bytes: [UInt8]
  private(set) var at = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }
  var followsSpace: Bool { at > 0 && isSpace(bytes[at - 1]) }

  mutating func skipSpace() {
    while at < bytes.count, isSpace(bytes[at]) { at += 1 }
  }

  /// Steps over `character` when it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  /// Whether that keyword is next, as a word of its own.
  func sees(_ keyword: String) -> Bool {
    let end = at + keyword.utf8.count
    return bytes[at...].starts(with: keyword.utf8) && (end == bytes.count || !(isWord(bytes[end]) || bytes[end] == 0x5C))
  }

  /// Steps over that keyword when it is next.
  mutating func take(keyword: String) -> Bool {
    guard sees(keyword) else { return false }
    at += keyword.utf8.count
    return true
  }

  /// Steps over an operator when one is next.
  mutating func comparison() -> FilterOperator? {
    for length in [2, 1] where at + length <= bytes.count {
      if let found = FilterOperator(rawValue: String(decoding: bytes[at..<at + length], as: UTF8.self)) {
        at += length
        return found
      }
    }
    return nil
  }

  /// - Parameter isValue: values may hold colons, as times do; names end before one.
  mutating func word(isValue: Bool) throws(MetadataError) -> FilterWord {
    var word = FilterWord(isQuoted: false, offset: at)
    while let byte = peek, isWord(byte) || byte == 0x5C || (isValue && byte == UInt8(ascii: ":")) {
      try take(byte, into: &word)
    }
    guard !word.bytes.isEmpty else {
      let reason = peek == nil ? "the filter ends too early" : "the character has no meaning here; put values in double quotes"
      throw .malformedFilter(offset: at, because: reason)
    }
    return word
  }

  /// A text in double quotes, which must be next.
  mutating func quoted() throws(MetadataError) -> FilterWord {
    var word = FilterWord(isQuoted: true, offset: at)
    at += 1
    while let byte = peek {
      if take("\"") { return word }
      try take(byte, into: &word)
    }
    throw .malformedFilter(offset: word.offset, because: "the text that starts here has no closing quote; add one")
  }

  private mutating func take(_ byte: UInt8, into word: inout FilterWord) throws(MetadataError) {
    if byte == 0x5C {
      word.bytes += try escaped().utf8
      return
    }
    if byte == UInt8(ascii: ".") { word.dots.append((word.bytes.count, at)) }
    if byte == UInt8(ascii: "*") { word.stars.append(word.bytes.count) }
    word.bytes.append(byte)
    at += 1
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 0x80
      || "_.-+/@*~%$".utf8.contains(byte)
  }
}

extension FilterLexer {
  private mutating func escaped() throws(MetadataError) -> String {
    let start = at
    at += 1
    guard let byte = peek else { throw fault(start) }
    if "\\:=<>+~\".*".utf8.contains(byte) {
      at += 1
      return String(decoding: [byte], as: UTF8.self)
    }
    switch byte {
    case UInt8(ascii: "u"): return try unicode(start)
    case UInt8(ascii: "x"):
      at += 1
      return try character(number(digits: 2, radix: 16, start), start)
    case UInt8(ascii: "0")...UInt8(ascii: "3"): return try character(number(digits: 3, radix: 8, start), start)
    default: throw fault(start)
    }
  }

  /// What JSON writes for a character beyond U+FFFF, two halves, is one character here too.
  private mutating func unicode(_ start: Int) throws(MetadataError) -> String {
    at += 1
    let high = try number(digits: 4, radix: 16, start)
    guard (0xD800..<0xDC00).contains(high) else { return try character(high, start) }
    guard take("\\"), take("u") else { throw fault(start) }
    let low = try number(digits: 4, radix: 16, start)
    guard (0xDC00..<0xE000).contains(low) else { throw fault(start) }
    return try character(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), start)
  }

  private mutating func number(digits: Int, radix: Int, _ start: Int) throws(MetadataError) -> UInt32 {
    let text = bytes[at...].prefix(digits)
    let isDigits = text.allSatisfy { ($0 | 0x20) > 0x60 || (48...57).contains($0) }
    guard text.count == digits, isDigits, let value = UInt32(String(decoding: text, as: UTF8.self), radix: radix) else {
      throw fault(start)
    }
    at += digits
    return value
  }

  private func character(_ number: UInt32, _ start: Int) throws(MetadataError) -> String {
    guard let scalar = Unicode.Scalar(number) else { throw fault(start) }
    return String(Character(scalar))
  }

  private func fault(_ offset: Int) -> MetadataError {
    .malformedFilter(
      offset: offset, because: #"this is no escape; write \\ for a backslash, or \uXXXX, \xHH, \ooo for a character"#)
  }
}
