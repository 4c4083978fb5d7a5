import Images

/// One word of a filter and where it starts.
struct FilterToken: Equatable {
  enum Kind: Equatable {
    /// A name, a number or a keyword: anything that is not quoted.
    case word(String)
    /// A text that stood in double quotes, escapes undone.
    case text(String)
    /// `= != < <= > >= : ( ) [ ] , -`
    case symbol(String)
  }

  let kind: Kind
  /// In bytes from the start of the filter.
  let offset: Int
}

/// Cuts a filter into tokens.
///
/// Source: Grafeas, go/filtering, `FilterExpression.g4`: strings only in double quotes, escapes `\:=<>+~".*` and `\\`.
/// The numeric escapes of that grammar are refused, not misread.
struct FilterLexer {
  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The tokens in the order of the text.
  mutating func tokens() throws(MetadataError) -> [FilterToken] {
    var found: [FilterToken] = []
    while true {
      while at < bytes.count, isSpace(bytes[at]) { at += 1 }
      guard at < bytes.count else { return found }
      let start = at
      found.append(FilterToken(kind: try next(), offset: start))
    }
  }

  private mutating func next() throws(MetadataError) -> FilterToken.Kind {
    let byte = bytes[at]
    if byte == UInt8(ascii: "\"") { return .text(try quoted()) }
    if let symbol = symbol() { return .symbol(symbol) }
    let start = at
    while at < bytes.count, isWord(bytes[at]) { at += 1 }
    guard at > start else {
      throw .malformedFilter(offset: at, because: "the character has no meaning here; put values in double quotes")
    }
    return .word(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func symbol() -> String? {
    let two = bytes[at...].prefix(2)
    for symbol in ["!=", "<=", ">="] where two.elementsEqual(symbol.utf8) {
      at += 2
      return symbol
    }
    guard "=<>:()[],-".utf8.contains(bytes[at]) else { return nil }
    at += 1
    return String(decoding: [bytes[at - 1]], as: UTF8.self)
  }

  private mutating func quoted() throws(MetadataError) -> String {
    let opening = at
    var out: [UInt8] = []
    at += 1
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at += 1
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard at + 1 < bytes.count, "\\:=<>+~\".*".utf8.contains(bytes[at + 1]) else {
          throw .malformedFilter(offset: at, because: "this escape is not supported yet")
        }
        out.append(bytes[at + 1])
        at += 2
      default:
        out.append(bytes[at])
        at += 1
      }
    }
    throw .malformedFilter(offset: opening, because: "the text that starts here has no closing quote")
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
  }
}
