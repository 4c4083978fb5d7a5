/// A text by lines and columns as the reader of YAML counts them, and where in it a scalar is written.
struct ScalarText: Sendable {
  /// Where the value of an entry is written.
  enum Spot: Hashable {
    /// What stands between the quotes, or all of it where there are none.
    case text(Range<Int>)
    /// A reference to what is anchored elsewhere, and where the text of that begins.
    case alias(Range<Int>, anchored: Int)
  }

  /// What the reader of YAML counts as the end of a line. Source: YAML 1.1 section 4.2.
  private static let lineBreaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

  private let scalars: [Unicode.Scalar]
  /// Where each line begins.
  private let lines: [Int]

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    var lines = [0]
    for (index, scalar) in scalars.enumerated() where Self.lineBreaks.contains(scalar) {
      let isHalf = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if !isHalf { lines.append(index + 1) }
    }
    self.scalars = scalars
    self.lines = lines
  }

  /// Both counted from 1.
  func place(of offset: Int) -> (line: Int, column: Int) {
    var (low, high) = (0, lines.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= offset { low = middle } else { high = middle }
    }
    return (low + 1, offset - lines[low] + 1)
  }

  /// The text with each range replaced; ranges do not overlap and are in order.
  func replacing(_ edits: [(range: Range<Int>, text: String)]) -> String {
    var out = String.UnicodeScalarView()
    var at = 0
    for edit in edits {
      out.append(contentsOf: scalars[at..<edit.range.lowerBound])
      out.append(contentsOf: edit.text.unicodeScalars)
      at = edit.range.upperBound
    }
    out.append(contentsOf: scalars[at...])
    return String(out)
  }

  /// Where the value `written` behind a key is written; nil when it is not where it should be.
  func scalar(behind entry: DocumentNode.PlacedEntry, written: String) -> Spot? {
    guard let key = entry.place.flatMap(offset), var at = end(ofKey: entry.key, at: key) else { return nil }
    at = skipBlank(at)
    guard at < scalars.count, scalars[at] == ":" else { return nil }
    at = skipBlank(at + 1)
    guard at < scalars.count else { return nil }
    let anchored = entry.value.place.flatMap(offset).map(skipProperties)
    if scalars[at] == "*" {
      guard let anchored, let text = text(at: anchored, written: written) else { return nil }
      var end = at + 1
      while end < scalars.count, !Self.isBlank(scalars[end]), ![",", "]", "}"].contains(scalars[end]) { end += 1 }
      return .alias(at..<end, anchored: text.lowerBound)
    }
    let start = skipProperties(at)
    guard start == anchored else { return nil }
    return text(at: start, written: written).map(Spot.text)
  }

  private func offset(_ place: (line: Int, column: Int)) -> Int? {
    guard lines.indices.contains(place.line - 1) else { return nil }
    let offset = lines[place.line - 1] + place.column - 1
    return (0..<scalars.count).contains(offset) ? offset : nil
  }

  private func end(ofKey key: String, at start: Int) -> Int? {
    switch scalars[start] {
    case "\"", "'": return quoted(at: start).map { $0.upperBound + 1 }
    default:
      let plain = Array(key.unicodeScalars)
      return scalars[start...].starts(with: plain) ? start + plain.count : nil
    }
  }

  /// Where the text of a scalar that begins at `start` is.
  private func text(at start: Int, written: String) -> Range<Int>? {
    guard start < scalars.count else { return nil }
    let wanted = Array(written.unicodeScalars)
    switch scalars[start] {
    case "\"", "'": return quoted(at: start)
    case "|", ">":
      // The header, and then the only line there can be: no image has a blank in it.
      var at = start
      while at < scalars.count, !Self.lineBreaks.contains(scalars[at]) { at += 1 }
      while at < scalars.count, Self.isBlank(scalars[at]) { at += 1 }
      return scalars[at...].starts(with: wanted) ? at..<at + wanted.count : nil
    default: return scalars[start...].starts(with: wanted) ? start..<start + wanted.count : nil
    }
  }

  /// What stands between the quotes.
  private func quoted(at start: Int) -> Range<Int>? {
    let quote = scalars[start]
    var at = start + 1
    while at < scalars.count {
      if quote == "\"", scalars[at] == "\\" {
        at += 2
      } else if scalars[at] != quote {
        at += 1
      } else if quote == "'", at + 1 < scalars.count, scalars[at + 1] == "'" {
        at += 2
      } else {
        return start + 1..<at
      }
    }
    return nil
  }

  /// Blanks, ends of lines and comments.
  private func skipBlank(_ start: Int) -> Int {
    var at = start
    while at < scalars.count {
      if scalars[at] == "#", at > 0, Self.isBlank(scalars[at - 1]) {
        while at < scalars.count, !Self.lineBreaks.contains(scalars[at]) { at += 1 }
      } else if Self.isBlank(scalars[at]) {
        at += 1
      } else {
        break
      }
    }
    return at
  }

  /// Anchors and tags before a value.
  private func skipProperties(_ start: Int) -> Int {
    var at = start
    while at < scalars.count, scalars[at] == "&" || scalars[at] == "!" {
      while at < scalars.count, !Self.isBlank(scalars[at]) { at += 1 }
      at = skipBlank(at)
    }
    return at
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || lineBreaks.contains(scalar)
  }
}
