import Images

extension DocumentNode {
  /// Refuses any key that is neither the check's own nor one that every check may have.
  func onlyCheckKeys(_ own: String...) throws(DocumentError) { try onlyKeys(own + ["attestor", "signer"]) }

  /// The elements of a list that has some, each different and none empty.
  func filledList() throws(DocumentError) -> [(text: String, node: DocumentNode)] {
    var found: [(text: String, node: DocumentNode)] = []
    var seen: Set<String> = []
    for element in try elements() {
      let text = try element.filledString()
      guard seen.insert(text).inserted else {
        throw element.error("\"\(printable(text))\" stands twice", remedy: "Remove one of the two.")
      }
      found.append((text, element))
    }
    guard !found.isEmpty else {
      throw error("an empty list names nothing", remedy: "List what is meant, or remove the key.")
    }
    return found
  }

  /// Text that is not empty.
  func filledString() throws(DocumentError) -> String {
    let text = try string()
    guard !text.isEmpty else { throw error("it is empty", remedy: "Write a value.") }
    return text
  }

  /// The builders that are trusted: ids as provenance has them, or names of BUILD notes.
  func builders() throws(DocumentError) -> Set<String> { Set(try filledList().map(\.text)) }

  func sourcePatterns() throws(DocumentError) -> [SourcePattern] {
    var found: [SourcePattern] = []
    for (text, node) in try filledList() {
      guard let pattern = SourcePattern(text), text.firstRange(of: "://") == nil, !text.hasSuffix("/*") else {
        throw node.error(
          "\"\(printable(text))\" names no source repository",
          remedy: "Write host/owner/repository, or host/owner/** for all below.")
      }
      found.append(pattern)
    }
    return found
  }
}
