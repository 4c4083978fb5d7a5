/// How an SQLite file is used, beside where it is.
package struct SQLiteSettings: Sendable {
  /// How large the file may grow; nil for as large as the disk lets it. What is over is refused with
  /// `MetadataError.storageFull`.
  package var limitBytes: Int64?
  /// Is told the text of every statement, never its arguments; for tests, and for nights on which something is slow.
  package var onStatement: (@Sendable (String) -> Void)?

  package init(limitBytes: Int64? = nil, onStatement: (@Sendable (String) -> Void)? = nil) {
    self.limitBytes = limitBytes
    self.onStatement = onStatement
  }
}
