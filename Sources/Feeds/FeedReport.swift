package import Audit

/// What came of one file of an import.
package struct FeedReport: Hashable, Sendable {
  package let path: String
  /// What the file gave; nil when it gave nothing.
  package let summary: FeedSummary?
  /// Why the file was not read; nil when it was.
  package let unread: String?
  /// Records that were left out: damaged ones, and those that no image could be judged by.
  package let leftOut: Int
  /// The first of them with where they stand and what is wrong, at most `namedLimit`.
  package let named: [String]

  package static let namedLimit = 20
}
