/// Turns bytes into tokens without recursion: the depth of the text costs no stack.
struct JSONParser {
  private struct Open {
    let token: Int
    let isObject: Bool
    /// Where this object's keys start in `keys`.
    let firstKey: Int
  }

  private let bytes: [UInt8]
  private let maximumDepth: Int
  private var at = 0
  private var tokens: [JSONToken] = []
  private var open: [Open] = []
  private var keys: [Int] = []
  private var isASCII = true

  init(_ bytes: [UInt8], maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
    tokens.reserveCapacity(bytes.count / 12 + 8)
  }

  mutating func parse() throws(JSONError) -> [JSONToken] {
    skipSpace()
    try value()
    while let innermost = open.last {
      skipSpace()
      if try !continues(innermost) { continue }
      if innermost.isObject { try key() }
      try value()
    }
    skipSpace()
    guard at == bytes.count else { throw .invalid(offset: at, "there is text after the value") }
    if !isASCII, String(validating: bytes, as: UTF8.self) == nil {
      throw .invalid(offset: 0, "the text is not valid UTF-8")
    }
    return tokens
  }

  /// Moves to the next member or element, or closes the container and answers false.
  private mutating func continues(_ container: Open) throws(JSONError) -> Bool {
    let close = container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    let isFirst = tokens.count == container.token + 1
    guard at < bytes.count else { throw .invalid(offset: at, "the text ends inside a value") }
    if bytes[at] == close {
      at += 1
      try end(container)
      return false
    }
    if isFirst { return true }
    guard bytes[at] == UInt8(ascii: ",") else { throw .invalid(offset: at, "a comma or a closing bracket is missing") }
    at += 1
    skipSpace()
    return true
  }

  private mutating func end(_ container: Open) throws(JSONError) {
    open.removeLast()
    tokens[container.token].next = Int32(tokens.count)
    tokens[container.token].end = Int32(at)
    if container.isObject {
      try refuseDuplicates(among: keys[container.firstKey...])
      keys.removeSubrange(container.firstKey...)
    }
  }

  private func refuseDuplicates(among keys: ArraySlice<Int>) throws(JSONError) {
    if keys.count > 16 || keys.contains(where: { tokens[$0].kind == .escapedString }) {
      var seen: Set<[UInt8]> = []
      for key in keys where !seen.insert(name(key)).inserted {
        throw .duplicateKey(String(decoding: name(key), as: UTF8.self))
      }
      return
    }
    for later in keys.indices {
      for earlier in keys.startIndex..<later where sameText(tokens[keys[earlier]], tokens[keys[later]]) {
        throw .duplicateKey(String(decoding: name(keys[later]), as: UTF8.self))
      }
    }
  }

  private func name(_ key: Int) -> [UInt8] {
    let text = bytes[Int(tokens[key].start)..<Int(tokens[key].end)]
    return tokens[key].kind == .string ? Array(text) : unescaped(text)
  }

  private func sameText(_ a: JSONToken, _ b: JSONToken) -> Bool {
    guard a.end - a.start == b.end - b.start else { return false }
    for offset in 0..<Int(a.end - a.start) where bytes[Int(a.start) + offset] != bytes[Int(b.start) + offset] {
      return false
    }
    return true
  }

  private mutating func key() throws(JSONError) {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw .invalid(offset: at, "a key is missing") }
    keys.append(tokens.count)
    try string()
    skipSpace()
    guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw .invalid(offset: at, "a colon is missing") }
    at += 1
    skipSpace()
  }

  private mutating func value() throws(JSONError) {
    guard at < bytes.count else { throw .invalid(offset: at, "a value is missing") }
    switch bytes[at] {
    case UInt8(ascii: "{"): try begin(.object)
    case UInt8(ascii: "["): try begin(.array)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try literal("true", .yes)
    case UInt8(ascii: "f"): try literal("false", .no)
    case UInt8(ascii: "n"): try literal("null", .null)
    default: try number()
    }
  }

  private mutating func begin(_ kind: JSONToken.Kind) throws(JSONError) {
    guard open.count < maximumDepth else { throw .tooDeep(limit: maximumDepth) }
    open.append(Open(token: tokens.count, isObject: kind == .object, firstKey: keys.count))
    tokens.append(JSONToken(kind: kind, start: Int32(at), end: 0, next: 0))
    at += 1
  }

  private mutating func append(_ kind: JSONToken.Kind, _ start: Int, _ end: Int) {
    tokens.append(JSONToken(kind: kind, start: Int32(start), end: Int32(end), next: Int32(tokens.count + 1)))
  }

  private mutating func string() throws(JSONError) {
    let start = at + 1
    var isEscaped = false
    at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        append(isEscaped ? .escapedString : .string, start, at)
        at += 1
        return
      }
      guard byte >= 0x20 else { throw .invalid(offset: at, "a control character stands in a string") }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        try escape()
      } else {
        if byte >= 0x80 { isASCII = false }
        at += 1
      }
    }
    throw .invalid(offset: at, "a string has no end")
  }

  private mutating func escape() throws(JSONError) {
    guard at + 1 < bytes.count else { throw .invalid(offset: at, "a string has no end") }
    guard bytes[at + 1] == UInt8(ascii: "u") else {
      guard simpleEscapes[bytes[at + 1]] != nil else { throw .invalid(offset: at, "an escape is unknown") }
      at += 2
      return
    }
    let unit = try codeUnit()
    if (0xDC00..<0xE000).contains(unit) { throw .invalid(offset: at, "a surrogate stands alone") }
    if (0xD800..<0xDC00).contains(unit) {
      guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u"),
        (0xDC00..<0xE000).contains(try codeUnit())
      else { throw .invalid(offset: at, "a surrogate stands alone") }
    }
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    guard at + 6 <= bytes.count else { throw .invalid(offset: at, "an escape is too short") }
    var unit: UInt32 = 0
    for byte in bytes[at + 2..<at + 6] {
      guard let digit = hexValue(byte) else { throw .invalid(offset: at, "an escape is not hexadecimal") }
      unit = unit << 4 | UInt32(digit)
    }
    at += 6
    return unit
  }

  private mutating func literal(_ text: StaticString, _ kind: JSONToken.Kind) throws(JSONError) {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count, bytes[at..<at + count].elementsEqual(text.description.utf8) else {
      throw .invalid(offset: at, "a value is neither true, false nor null")
    }
    append(kind, at, at + count)
    at += count
  }

  private mutating func number() throws(JSONError) {
    let start = at
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: "0") { at += 1 } else { try digits() }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    append(.number, start, at)
  }

  private mutating func digits() throws(JSONError) {
    let start = at
    while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
    guard at > start else { throw .invalid(offset: at, "a value or a digit is missing") }
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
      at += 1
    }
  }
}
