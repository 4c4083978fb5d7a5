extension DocumentNode {
  /// The text with entries put first into this mapping. Comments, order and style of all the rest are kept.
  ///
  /// - Parameters:
  ///   - entries: keys, each with its value as one line of JSON, which is YAML too.
  ///   - text: what this node was read from.
  /// - Throws: `DocumentError` when this is no mapping, when a key is there already, or when its place is not known.
  package func inserting(_ entries: [(key: String, json: String)], into text: String) throws(DocumentError) -> String {
    for entry in entries where try self.entries().contains(where: { $0.key == entry.key }) {
      throw error("the key \(entry.key) is there already", remedy: "Change it by hand.")
    }
    let isEmpty = try self.entries().isEmpty
    if try begins(with: "{", in: text) {
      let members = entries.map { "\"\($0.key)\": \($0.json)" }.joined(separator: ", ")
      return try inserted("{" + members + (isEmpty ? "" : ", "), over: "{", in: text)
    }
    return try inserted(entries.map { "\($0.key): \($0.json)\n" + indentation }.joined(), over: "", in: text)
  }

  /// The text with one element put first into this list.
  ///
  /// - Throws: as `inserting(_:into:)`.
  package func prepending(_ json: String, into text: String) throws(DocumentError) -> String {
    let isEmpty = try elements().isEmpty
    if try begins(with: "[", in: text) { return try inserted("[" + json + (isEmpty ? "" : ", "), over: "[", in: text) }
    return try inserted("- " + json + "\n" + indentation, over: "", in: text)
  }

  private var indentation: String { String(repeating: " ", count: max(0, (place?.column ?? 1) - 1)) }

  /// The library does not keep whether a value was written in flow style, but its first character tells.
  private func begins(with text: String, in document: String) throws(DocumentError) -> Bool {
    try split(document).rest.hasPrefix(text)
  }

  /// Puts `new` where this node begins, in the place of `old`, which stands there.
  private func inserted(_ new: String, over old: String, in text: String) throws(DocumentError) -> String {
    let (before, rest) = try split(text)
    return before + new + rest.dropFirst(old.count)
  }

  /// What stands before this node, and the rest.
  private func split(_ text: String) throws(DocumentError) -> (before: String, rest: String) {
    let scalars = text.unicodeScalars
    var (line, at) = (1, scalars.startIndex)
    guard let place else { throw error("its place in the file is not known", remedy: "Change the file by hand.") }
    while line < place.line, at < scalars.endIndex {
      let scalar = scalars[at]
      at = scalars.index(after: at)
      if scalar == "\r", at < scalars.endIndex, scalars[at] == "\n" { at = scalars.index(after: at) }
      if Self.lineBreaks.contains(scalar) { line += 1 }
    }
    guard line == place.line, let start = scalars.index(at, offsetBy: place.column - 1, limitedBy: scalars.endIndex) else {
      throw error("its place is not in the file", remedy: "Change the file by hand.")
    }
    return (String(scalars[..<start]), String(scalars[start...]))
  }

  /// What the reader of YAML counts as the end of a line. Source: YAML 1.1 section 4.2.
  private static let lineBreaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
}
