/// JSON that the house writes: members in the order given, no space between, so that the same value is always the same bytes.
package indirect enum JSONValue: Sendable {
  case text(String)
  case number(Int64)
  case bool(Bool)
  case null
  case array([JSONValue])
  case object([(String, JSONValue)])
  /// A value that is JSON already, taken as it stands; whoever passes it has read it.
  case raw(ArraySlice<UInt8>)

  /// An object of texts, sorted by key.
  package init(_ texts: [String: String]) {
    self = .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
  }

  /// The same value, to be changed or written out again: texts and keys are decoded, numbers stand as they were sent. The
  /// parser has bounded its depth.
  package init(_ node: JSONNode) {
    if node.isObject {
      self = .object(node.members.map { ($0.key, JSONValue($0.value)) })
    } else if node.isArray {
      self = .array(node.elements.map { JSONValue($0) })
    } else if let text = node.string {
      self = .text(text)
    } else {
      self = node.isNull ? .null : node.bool.map(JSONValue.bool) ?? .raw(node.rawBytes)
    }
  }

  /// The same value, with whatever is in it as it was sent; for those who look no deeper.
  package init(raw node: JSONNode) { self = node.string.map(JSONValue.text) ?? .raw(node.rawBytes) }

  /// UTF-8.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    append(to: &out)
    return out
  }

  private func append(to out: inout [UInt8]) {
    switch self {
    case .text(let text): appendQuoted(text, to: &out)
    case .number(let number): out.append(contentsOf: Array("\(number)".utf8))
    case .bool(let value): out.append(contentsOf: Array("\(value)".utf8))
    case .null: out.append(contentsOf: Array("null".utf8))
    case .raw(let bytes): out.append(contentsOf: bytes)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        element.append(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        appendQuoted(member.0, to: &out)
        out.append(UInt8(ascii: ":"))
        member.1.append(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  package init(stringLiteral text: String) { self = .text(text) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members) }
}

/// Appends `text` as a JSON string.
package func appendQuoted(_ text: String, to out: inout [UInt8]) {
  out.append(UInt8(ascii: "\""))
  var text = text
  // Nearly every text is written as it is.
  let isPlain = text.withUTF8 { bytes in
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else { return false }
    out.append(contentsOf: bytes)
    return true
  }
  if !isPlain { appendEscaped(text, to: &out) }
  out.append(UInt8(ascii: "\""))
}

private func appendEscaped(_ text: String, to out: inout [UInt8]) {
  let hex = Array("0123456789abcdef".utf8)
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      out.append(UInt8(ascii: "\\"))
      out.append(byte)
    case 0..<0x20:
      out.append(contentsOf: Array("\\u00".utf8))
      out.append(hex[Int(byte >> 4)])
      out.append(hex[Int(byte & 15)])
    default: out.append(byte)
    }
  }
}
