import Images

/// An entry in an attestor's history: what was done to its keys, when, by whom and why.
package struct KeyChange: Hashable, Sendable {
  /// Seconds since 1970 UTC.
  package let atSeconds: Int64
  /// Whoever says so; it is not proved here.
  package let by: String
  package let what: String
  package let why: String

  /// - Throws: `DocumentError` without words when `by` or `why` is blank: a change that nobody answers for is not made.
  package init(atSeconds: Int64, by: String, what: String, why: String) throws(DocumentError) {
    for (name, text) in [("by", by), ("why", why)] where text.allSatisfy(\.isWhitespace) {
      throw DocumentError(
        file: "changes", line: nil, column: nil, path: name, reason: "it is blank", remedy: "Say who changes it, and why.")
    }
    self.atSeconds = atSeconds
    self.by = by
    self.what = what
    self.why = why
  }

  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["at", "by", "what", "why"])
    try self.init(
      atSeconds: node.required("at").moment(), by: node.required("by").string(), what: node.required("what").string(),
      why: node.required("why").string())
  }
}
