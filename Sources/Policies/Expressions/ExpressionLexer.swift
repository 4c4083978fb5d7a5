import Images

/// Cuts the text of an expression into tokens.
///
/// Source: cel-spec, langdef.md, Syntax.
struct ExpressionLexer {
  /// Longest text of an expression, in bytes. Source: Kubernetes has no limit but that of the object.
  static let limitBytes = 16 << 10

  private let text: [UInt8]
  private var at = 0

  init(_ text: String) throws(ExpressionFault) {
    self.text = Array(text.utf8)
    guard self.text.count <= Self.limitBytes else {
      throw ExpressionFault(.costly, at: 0, "it is longer than \(Self.limitBytes) bytes", remedy: "Split it.")
    }
  }

  /// All tokens, with `.end` last.
  mutating func tokens() throws(ExpressionFault) -> [ExpressionToken] {
    var all: [ExpressionToken] = []
    while true {
      skipBlank()
      let start = at
      let kind = try token()
      all.append(ExpressionToken(kind: kind, offset: start))
      if kind == .end { return all }
    }
  }

  private func byte(_ ahead: Int = 0) -> UInt8 { at + ahead < text.count ? text[at + ahead] : 0 }

  private mutating func skipBlank() {
    while at < text.count {
      if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
        while at < text.count, byte() != 10 { at += 1 }
      } else if [9, 10, 12, 13, 32].contains(byte()) {
        at += 1
      } else {
        return
      }
    }
  }

  private mutating func token() throws(ExpressionFault) -> ExpressionToken.Kind {
    guard at < text.count else { return .end }
    let first = byte()
    if isDigit(first) || (first == UInt8(ascii: ".") && isDigit(byte(1))) { return try number() }
    if let quoted = try quoted() { return quoted }
    if isLetter(first) {
      let start = at
      while isLetter(byte()) || isDigit(byte()) { at += 1 }
      return .name(String(decoding: text[start..<at], as: UTF8.self))
    }
    if first == UInt8(ascii: "`") { return try backticked() }
    for sign in Self.signs where text[at...].starts(with: sign.utf8) {
      at += sign.utf8.count
      return .sign(sign)
    }
    throw fault("\"\(printable(String(decoding: text[at..<min(at + 4, text.count)], as: UTF8.self)))\" begins nothing")
  }

  /// The longer ones first.
  private static let signs = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{",
    "}",
  ]

  private func fault(_ reason: String) -> ExpressionFault { ExpressionFault(.malformed, at: min(at, text.count), reason) }

  private mutating func backticked() throws(ExpressionFault) -> ExpressionToken.Kind {
    at += 1
    let start = at
    while isLetter(byte()) || isDigit(byte()) || Array("./- ".utf8).contains(byte()) { at += 1 }
    guard byte() == UInt8(ascii: "`"), at > start else { throw fault("a name in backticks does not end") }
    at += 1
    return .quotedName(String(decoding: text[start..<at - 1], as: UTF8.self))
  }

  // MARK: Numbers

  private mutating func number() throws(ExpressionFault) -> ExpressionToken.Kind {
    let start = at
    if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x") {
      at += 2
      while isHex(byte()) { at += 1 }
      return try whole(String(decoding: text[(start + 2)..<at], as: UTF8.self), radix: 16)
    }
    while isDigit(byte()) { at += 1 }
    var isDouble = false
    if byte() == UInt8(ascii: "."), isDigit(byte(1)) {
      isDouble = true
      at += 1
      while isDigit(byte()) { at += 1 }
    }
    if byte() | 0x20 == UInt8(ascii: "e") {
      let signed = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
      if isDigit(byte(1 + signed)) {
        isDouble = true
        at += 1 + signed
        while isDigit(byte()) { at += 1 }
      }
    }
    let digits = String(decoding: text[start..<at], as: UTF8.self)
    guard isDouble else { return try whole(digits, radix: 10) }
    let isBare = !isLetter(byte())
    guard isBare, let value = Double(digits.hasPrefix(".") ? "0" + digits : digits), value.isFinite else {
      throw fault("a number is malformed or too large")
    }
    return .double(value)
  }

  private mutating func whole(_ digits: String, radix: Int) throws(ExpressionFault) -> ExpressionToken.Kind {
    guard let value = UInt64(digits, radix: radix) else { throw fault("a number is malformed or too large") }
    let isUnsigned = byte() | 0x20 == UInt8(ascii: "u")
    if isUnsigned { at += 1 }
    guard !isLetter(byte()), !isDigit(byte()) else { throw fault("a letter follows a number") }
    guard isUnsigned || value <= UInt64(Int64.max) + 1 else { throw fault("a number is too large for an int") }
    return isUnsigned ? .uint(value) : .int(value)
  }

  // MARK: Texts

  /// A string or bytes with its prefix; nil when none begins here.
  private mutating func quoted() throws(ExpressionFault) -> ExpressionToken.Kind? {
    var ahead = 0
    var (isBytes, isRaw) = (false, false)
    if byte(ahead) | 0x20 == UInt8(ascii: "b") { (isBytes, ahead) = (true, 1) }
    if byte(ahead) | 0x20 == UInt8(ascii: "r") { (isRaw, ahead) = (true, ahead + 1) }
    let quote = byte(ahead)
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    at += ahead
    let isTriple = byte(1) == quote && byte(2) == quote
    at += isTriple ? 3 : 1
    let start = at
    while true {
      guard at < text.count, isTriple || (byte() != 10 && byte() != 13) else { throw fault("a text does not end") }
      if byte() == quote, !isTriple || (byte(1) == quote && byte(2) == quote) { break }
      at += byte() == UInt8(ascii: "\\") && !isRaw ? 2 : 1
    }
    guard at <= text.count else { throw fault("a text does not end") }
    let body = text[start..<at]
    at += isTriple ? 3 : 1
    var literal = ExpressionLiteral(body, isBytes: isBytes, isRaw: isRaw)
    let bytes = try literal.bytes()
    return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
  }
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (97...102).contains(byte | 0x20) }
func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "_") }
