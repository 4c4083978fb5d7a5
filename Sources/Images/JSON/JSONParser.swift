/// Turns bytes into tokens without recursion: the depth of the text costs no stack.
///
/// Every step is handed the text as a span, and counts in local variables: the text of a review is read at several
/// hundred megabytes a second.
struct JSONParser {
  private struct Open {
    let token: Int
    let isObject: Bool
    /// Where this object's keys start in `keys`.
    let firstKey: Int
  }

  private let maximumDepth: Int
  private var at = 0
  private var tokens: [JSONToken] = []
  private var open: [Open] = []
  /// A stack: only the first `keyCount` count.
  private var keys: [Int32]
  private var keyCount = 0
  private var isASCII = true

  init(_ count: Int, maximumDepth: Int) {
    self.maximumDepth = maximumDepth
    tokens.reserveCapacity(count / 6 + 8)
    open.reserveCapacity(min(maximumDepth, 32))
    keys = [Int32](repeating: 0, count: 64)
  }

  static func tokens(of bytes: [UInt8], maximumDepth: Int) throws(JSONError) -> [JSONToken] {
    var parser = JSONParser(bytes.count, maximumDepth: maximumDepth)
    try parser.parse(bytes.span)
    if !parser.isASCII, String(validating: bytes, as: UTF8.self) == nil {
      throw .invalid(offset: 0, "the text is not valid UTF-8")
    }
    return parser.tokens
  }

  private mutating func parse(_ text: Span<UInt8>) throws(JSONError) {
    skipSpace(text)
    try value(text)
    while let innermost = open.last {
      skipSpace(text)
      if try !continues(innermost, text) { continue }
      if innermost.isObject { try key(text) }
      try value(text)
    }
    skipSpace(text)
    guard at == text.count else { throw .invalid(offset: at, "there is text after the value") }
  }

  /// Moves to the next member or element, or closes the container and answers false.
  @inline(__always)
  private mutating func continues(_ container: Open, _ text: Span<UInt8>) throws(JSONError) -> Bool {
    let close = container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let isFirst = tokens.count == container.token + 1
    guard at < text.count else { throw .invalid(offset: at, "the text ends inside a value") }
    if text[at] == close {
      at += 1
      try end(container, text)
      return false
    }
    if isFirst { return true }
    guard text[at] == UInt8(ascii: ",") else { throw .invalid(offset: at, "a comma or a closing bracket is missing") }
    at += 1
    skipSpace(text)
    return true
  }

  private mutating func end(_ container: Open, _ text: Span<UInt8>) throws(JSONError) {
    open.removeLast()
    tokens[container.token].next = Int32(tokens.count)
    tokens[container.token].end = Int32(at)
    if container.isObject {
      if keyCount - container.firstKey > 1 { try refuseDuplicates(from: container.firstKey, text) }
      keyCount = container.firstKey
    }
  }

  private func refuseDuplicates(from first: Int, _ text: Span<UInt8>) throws(JSONError) {
    var needsNames = keyCount - first > 16
    for at in first..<keyCount where tokens[Int(keys[at])].kind == .escapedString { needsNames = true }
    if needsNames {
      var seen: Set<[UInt8]> = []
      for at in first..<keyCount {
        let name = name(Int(keys[at]), text)
        guard seen.insert(name).inserted else { throw .duplicateKey(String(decoding: name, as: UTF8.self)) }
      }
      return
    }
    for later in (first + 1)..<keyCount {
      let key = tokens[Int(keys[later])]
      for earlier in first..<later where sameText(tokens[Int(keys[earlier])], key, text) {
        throw .duplicateKey(String(decoding: name(Int(keys[later]), text), as: UTF8.self))
      }
    }
  }

  private func name(_ key: Int, _ text: Span<UInt8>) -> [UInt8] {
    let token = tokens[key]
    let written = (token.start..<token.end).map { text[Int($0)] }
    return token.kind == .string ? written : unescaped(written[...])
  }

  private func sameText(_ a: JSONToken, _ b: JSONToken, _ text: Span<UInt8>) -> Bool {
    guard a.end - a.start == b.end - b.start else { return false }
    for offset in 0..<Int(a.end - a.start) where text[Int(a.start) + offset] != text[Int(b.start) + offset] { return false }
    return true
  }

  @inline(__always)
  private mutating func key(_ text: Span<UInt8>) throws(JSONError) {
    guard at < text.count, text[at] == UInt8(ascii: "\"") else { throw .invalid(offset: at, "a key is missing") }
    if keyCount == keys.count { keys.append(0) }
    keys[keyCount] = Int32(tokens.count)
    keyCount += 1
    try string(text)
    skipSpace(text)
    guard at < text.count, text[at] == UInt8(ascii: ":") else { throw .invalid(offset: at, "a colon is missing") }
    at += 1
    skipSpace(text)
  }

  private mutating func value(_ text: Span<UInt8>) throws(JSONError) {
    guard at < text.count else { throw .invalid(offset: at, "a value is missing") }
    switch text[at] {
    case UInt8(ascii: "{"): try begin(.object)
    case UInt8(ascii: "["): try begin(.array)
    case UInt8(ascii: "\""): try string(text)
    case UInt8(ascii: "t"): try literal("true", .yes, text)
    case UInt8(ascii: "f"): try literal("false", .no, text)
    case UInt8(ascii: "n"): try literal("null", .null, text)
    default: try number(text)
    }
  }

  @inline(__always)
  private mutating func begin(_ kind: JSONToken.Kind) throws(JSONError) {
    guard open.count < maximumDepth else { throw .tooDeep(limit: maximumDepth) }
    open.append(Open(token: tokens.count, isObject: kind == .object, firstKey: keyCount))
    tokens.append(JSONToken(kind: kind, start: Int32(at), end: 0, next: 0))
    at += 1
  }

  @inline(__always)
  private mutating func append(_ kind: JSONToken.Kind, _ start: Int, _ end: Int) {
    tokens.append(JSONToken(kind: kind, start: Int32(start), end: Int32(end), next: Int32(tokens.count + 1)))
  }

  private mutating func string(_ text: Span<UInt8>) throws(JSONError) {
    let start = at + 1
    var isEscaped = false
    var index = start
    while index < text.count {
      if index + 8 <= text.count {
        let special = Self.special(text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        index += special == 0 ? 8 : special.trailingZeroBitCount >> 3
        if special == 0 { continue }
      }
      let byte = text[index]
      if byte == UInt8(ascii: "\"") {
        append(isEscaped ? .escapedString : .string, start, index)
        at = index + 1
        return
      }
      guard byte >= 0x20 else { throw .invalid(offset: index, "a control character stands in a string") }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        at = index
        try escape(text)
        index = at
      } else {
        if byte >= 0x80 { isASCII = false }
        index += 1
      }
    }
    throw .invalid(offset: index, "a string has no end")
  }

  /// Looks at eight bytes at once, the first of them lowest: the lowest bit that is set is the top bit of the first byte
  /// that is not ASCII, a quote, a backslash or a control character. 0 when there is none.
  private static func special(_ bytes: UInt64) -> UInt64 {
    let (ones, tops) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
    let word = UInt64(littleEndian: bytes)
    // A byte below n takes from its top bit when n is taken away, and from the bytes after it, never from those before.
    let low = (word &- ones &* 0x20) | ((word ^ ones &* 0x22) &- ones) | ((word ^ ones &* 0x5C) &- ones)
    return (low | word) & tops
  }

  private mutating func escape(_ text: Span<UInt8>) throws(JSONError) {
    guard at + 1 < text.count else { throw .invalid(offset: at, "a string has no end") }
    guard text[at + 1] == UInt8(ascii: "u") else {
      guard simpleEscapes[text[at + 1]] != nil else { throw .invalid(offset: at, "an escape is unknown") }
      at += 2
      return
    }
    let unit = try codeUnit(text)
    if (0xDC00..<0xE000).contains(unit) { throw .invalid(offset: at, "a surrogate stands alone") }
    if (0xD800..<0xDC00).contains(unit) {
      guard at + 1 < text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u"),
        (0xDC00..<0xE000).contains(try codeUnit(text))
      else { throw .invalid(offset: at, "a surrogate stands alone") }
    }
  }

  private mutating func codeUnit(_ text: Span<UInt8>) throws(JSONError) -> UInt32 {
    guard at + 6 <= text.count else { throw .invalid(offset: at, "an escape is too short") }
    var unit: UInt32 = 0
    for index in at + 2..<at + 6 {
      guard let digit = hexValue(text[index]) else { throw .invalid(offset: at, "an escape is not hexadecimal") }
      unit = unit << 4 | UInt32(digit)
    }
    at += 6
    return unit
  }

  private mutating func literal(
    _ word: StaticString, _ kind: JSONToken.Kind, _ text: Span<UInt8>
  ) throws(JSONError) {
    let count = word.utf8CodeUnitCount
    var isSame = at + count <= text.count
    if isSame {
      for (offset, byte) in word.description.utf8.enumerated() where text[at + offset] != byte { isSame = false }
    }
    guard isSame else {
      throw .invalid(offset: at, "a value is neither true, false nor null")
    }
    append(kind, at, at + count)
    at += count
  }

  private mutating func number(_ text: Span<UInt8>) throws(JSONError) {
    let start = at
    if at < text.count, text[at] == UInt8(ascii: "-") { at += 1 }
    if at < text.count, text[at] == UInt8(ascii: "0") { at += 1 } else { try digits(text) }
    if at < text.count, text[at] == UInt8(ascii: ".") {
      at += 1
      try digits(text)
    }
    if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
      try digits(text)
    }
    append(.number, start, at)
  }

  private mutating func digits(_ text: Span<UInt8>) throws(JSONError) {
    let start = at
    while at < text.count, text[at] >= 48, text[at] <= 57 { at += 1 }
    guard at > start else { throw .invalid(offset: at, "a value or a digit is missing") }
  }

  @inline(__always)
  private mutating func skipSpace(_ text: Span<UInt8>) {
    while at < text.count, text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 {
      at += 1
    }
  }
}
