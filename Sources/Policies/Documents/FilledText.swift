import Images

extension DocumentNode {
  /// Text that is not empty.
  func filledString() throws(DocumentError) -> String {
    let text = try string()
    guard !text.isEmpty else { throw error("it is empty", remedy: "Write a value.") }
    return text
  }

  /// Text that is not empty and holds no space at its ends.
  func word() throws(DocumentError) -> String {
    let text = try string()
    guard let first = text.first, let last = text.last, !first.isWhitespace, !last.isWhitespace else {
      throw error("there must be a text here, without space around it", remedy: "Write it out.")
    }
    return text
  }

  /// The words of a list that has some, each different.
  func filledList() throws(DocumentError) -> [(text: String, node: DocumentNode)] {
    var found: [(text: String, node: DocumentNode)] = []
    var seen: Set<String> = []
    for element in try elements() {
      let text = try element.word()
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

  /// The same without their places.
  func words() throws(DocumentError) -> [String] { try filledList().map(\.text) }
}
