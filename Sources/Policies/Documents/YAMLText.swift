package import Images

/// A JSON value as YAML that people read: block style, members in their order, text quoted only where it has to be.
///
/// What is written is read back as the same value by readers of YAML 1.1 and 1.2 alike.
package struct YAMLText: Sendable {
  package private(set) var text = ""

  /// Writes `node`. The parser has bounded its depth.
  package init(_ node: JSONNode) { write(node, indent: 0, isInline: false) }

  /// - Parameter isInline: whether a dash stands before it on the line already.
  private mutating func write(_ node: JSONNode, indent: Int, isInline: Bool) {
    let margin = String(repeating: " ", count: indent)
    if node.isObject, !node.members.isEmpty {
      for (index, member) in node.members.enumerated() {
        text += (index == 0 && isInline ? "" : margin) + Self.scalar(member.key) + ":"
        value(member.value, indent: indent)
      }
    } else if node.isArray, !node.elements.isEmpty {
      for (index, element) in node.elements.enumerated() {
        text += (index == 0 && isInline ? "" : margin) + "-"
        if Self.isBlock(element) {
          text += " "
          write(element, indent: indent + 2, isInline: true)
        } else {
          value(element, indent: indent)
        }
      }
    } else {
      text += margin + Self.flat(node) + "\n"
    }
  }

  /// What stands after a key or a dash.
  private mutating func value(_ node: JSONNode, indent: Int) {
    if Self.isBlock(node) {
      text += "\n"
      // As kubectl has it: a list stands under its key, not further in.
      write(node, indent: node.isArray ? indent : indent + 2, isInline: false)
    } else if let literal = node.string.flatMap({ Self.literal($0, indent: indent + 2) }) {
      text += " " + literal
    } else {
      text += " " + Self.flat(node) + "\n"
    }
  }

  private static func isBlock(_ node: JSONNode) -> Bool { !node.members.isEmpty || !node.elements.isEmpty }

  private static func flat(_ node: JSONNode) -> String {
    if node.isObject { return "{}" }
    if node.isArray { return "[]" }
    return node.string.map(scalar) ?? String(decoding: node.rawBytes, as: UTF8.self)
  }

  /// Plain where nobody could take it for anything else, else as a JSON string, which YAML reads the same.
  private static func scalar(_ text: String) -> String {
    guard !isPlain(text) else { return text }
    // Line breaks of YAML that JSON does not know, and what YAML holds for unprintable.
    let odd: [(String, String)] = [
      ("\u{7F}", "007f"), ("\u{85}", "0085"), ("\u{2028}", "2028"), ("\u{2029}", "2029"), ("\u{FEFF}", "feff"),
    ]
    return odd.reduce(String(decoding: JSONValue.text(text).bytes, as: UTF8.self)) { $0.replacing($1.0, with: "\\u\($1.1)") }
  }

  private static let words: Set<String> = ["y", "n", "yes", "no", "true", "false", "on", "off", "null"]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "_"),
      !words.contains(text.lowercased())
    else { return false }
    // A colon is a key's only before a space or at the end.
    return !text.hasSuffix(":") && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "/_.-:@+".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  /// Several lines as they are; nil for one line, and for text that the style cannot hold.
  private static func literal(_ text: String, indent: Int) -> String? {
    let isPrintable = text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.isASCII && $0.value >= 32 && $0.value != 127) }
    guard text.contains("\n"), isPrintable, let first = text.unicodeScalars.first, first != " ", first != "\n" else { return nil }
    let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
    guard !body.hasSuffix("\n"), !body.isEmpty else { return nil }
    let margin = String(repeating: " ", count: indent)
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : margin + $0 }
    return (text.hasSuffix("\n") ? "|\n" : "|-\n") + lines.joined(separator: "\n") + "\n"
  }
}
