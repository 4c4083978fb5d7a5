/// The paragraphs of a file that is written like a Debian control file, only as much of them as is asked for.
///
/// Source: deb822(5): `Field: value`, lines that start with a space go on with the value, an empty line ends a paragraph.
struct ControlParagraphs {
  struct Paragraph {
    /// Where it starts, counted from 1.
    let line: Int
    /// The first line of each value; the first of two equal fields counts.
    var fields: [String: String] = [:]
    /// A line that is neither a field nor goes on with one, counted from 1.
    var malformedLine: Int?
  }

  /// Reads `bytes`.
  ///
  /// - Parameter wanted: field names in lower case; others are skipped without being decoded.
  static func read(_ bytes: [UInt8], fields wanted: Set<String>) -> [Paragraph] {
    let names = Dictionary(uniqueKeysWithValues: wanted.map { (Array($0.utf8), $0) })
    var paragraphs: [Paragraph] = []
    var open: Paragraph?
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard line.contains(where: { !isSpace($0) }) else {
        if let paragraph = open { paragraphs.append(paragraph) }
        open = nil
        continue
      }
      var paragraph = open ?? Paragraph(line: number)
      if let first = line.first, !isSpace(first) { take(line, number, names, into: &paragraph) }
      open = paragraph
    }
    if let paragraph = open { paragraphs.append(paragraph) }
    return paragraphs
  }

  private static func take(
    _ line: ArraySlice<UInt8>, _ number: Int, _ names: [[UInt8]: String], into paragraph: inout Paragraph
  ) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      paragraph.malformedLine = paragraph.malformedLine ?? number
      return
    }
    let key = line[..<colon].map { (65...90).contains($0) ? $0 + 32 : $0 }
    guard let name = names[key], paragraph.fields[name] == nil else { return }
    var value = line[(colon + 1)...].drop(while: isSpace)
    while let last = value.last, isSpace(last) { value.removeLast() }
    paragraph.fields[name] = String(decoding: value, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
