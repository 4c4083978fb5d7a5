/// A value of a `JSONDocument`. Copying it copies two words; nothing is decoded before it is asked for.
package struct JSONNode: Sendable {
  let document: JSONDocument
  let index: Int

  private var token: JSONToken { document.tokens[index] }

  package var isObject: Bool { token.kind == .object }
  package var isArray: Bool { token.kind == .array }
  package var isNull: Bool { token.kind == .null }
  package var isString: Bool { token.kind == .string || token.kind == .escapedString }

  /// The text of a string, nil for anything else.
  package var string: String? {
    switch token.kind {
    case .string: String(decoding: text, as: UTF8.self)
    case .escapedString: String(decoding: unescaped(text), as: UTF8.self)
    default: nil
    }
  }

  /// True or false, nil for anything else.
  package var bool: Bool? { token.kind == .yes ? true : token.kind == .no ? false : nil }

  /// A whole number that fits, nil for anything else, fractions and exponents included.
  package var int: Int? { token.kind == .number ? Int(String(decoding: text, as: UTF8.self)) : nil }

  /// The elements of an array in order, empty for anything else.
  package var elements: [JSONNode] {
    guard isArray else { return [] }
    var found: [JSONNode] = []
    var at = index + 1
    while at < Int(token.next) {
      found.append(JSONNode(document: document, index: at))
      at = Int(document.tokens[at].next)
    }
    return found
  }

  /// The members of an object in the order of the text, empty for anything else.
  package var members: [(key: String, value: JSONNode)] {
    guard isObject else { return [] }
    var found: [(key: String, value: JSONNode)] = []
    var at = index + 1
    while at < Int(token.next) {
      let value = JSONNode(document: document, index: at + 1)
      found.append((JSONNode(document: document, index: at).string ?? "", value))
      at = Int(value.token.next)
    }
    return found
  }

  /// The member named `key`, byte for byte; nil when absent or when this is no object.
  package subscript(key: String) -> JSONNode? {
    guard isObject, let value = document.value(of: key, in: index) else { return nil }
    return JSONNode(document: document, index: value)
  }

  /// How long `rawBytes` is.
  package var byteCount: Int { Int(token.end - token.start) }

  /// The text of the value as it was sent, strings without their quotes.
  package var rawBytes: ArraySlice<UInt8> { text }

  private var text: ArraySlice<UInt8> { document.bytes[Int(token.start)..<Int(token.end)] }
}

extension JSONDocument {
  /// Index of the value that stands under `key` in the object at `object`.
  fileprivate func value(of key: String, in object: Int) -> Int? {
    let end = Int(tokens[object].next)
    let count = key.utf8.count
    var at = object + 1
    while at < end {
      let token = tokens[at]
      let mayBe = token.kind == .escapedString || Int(token.end - token.start) == count
      if mayBe, isKey(token, key) { return at + 1 }
      at = Int(tokens[at + 1].next)
    }
    return nil
  }

  /// Whether the text of `token` is `key` byte for byte.
  private func isKey(_ token: JSONToken, _ key: String) -> Bool {
    let start = Int(token.start)
    guard token.kind == .string else { return unescaped(bytes[start..<Int(token.end)]).elementsEqual(key.utf8) }
    let wanted = key.utf8.span
    guard Int(token.end) - start == wanted.count else { return false }
    for offset in wanted.indices where bytes[start + offset] != wanted[offset] { return false }
    return true
  }
}

/// Undoes the escapes of a string that `JSONParser` has already checked.
func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var out: [UInt8] = []
  var at = text.startIndex
  func hex(_ from: Int) -> UInt32 {
    text[from..<from + 4].reduce(0) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
  }
  while at < text.endIndex {
    guard text[at] == UInt8(ascii: "\\") else {
      out.append(text[at])
      at += 1
      continue
    }
    let escape = text[at + 1]
    guard escape == UInt8(ascii: "u") else {
      out.append(simpleEscapes[escape] ?? escape)
      at += 2
      continue
    }
    var scalar = hex(at + 2)
    at += 6
    if (0xD800..<0xDC00).contains(scalar) {
      scalar = 0x10000 + (scalar - 0xD800) << 10 + (hex(at + 2) - 0xDC00)
      at += 6
    }
    out.append(contentsOf: Array(String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8))
  }
  return out
}

let simpleEscapes: [UInt8: UInt8] = [
  UInt8(ascii: "\""): 34, UInt8(ascii: "\\"): 92, UInt8(ascii: "/"): 47, UInt8(ascii: "b"): 8,
  UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
]

func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: byte - 48
  case 97...102: byte - 87
  case 65...70: byte - 55
  default: nil
  }
}
