import Images

extension DocumentNode {
  /// Refuses any key that is neither the check's own nor one that every check may have.
  func onlyCheckKeys(_ own: String...) throws(DocumentError) { try onlyKeys(own + ["attestor", "signer"]) }

  /// The builders that are trusted: ids as provenance has them, or names of BUILD notes.
  func builders() throws(DocumentError) -> Set<String> { Set(try words()) }

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
