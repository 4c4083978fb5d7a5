/// Which entries are meant; a condition that is nil or empty holds for all.
package struct JournalQuery: Equatable, Sendable {
  package var kinds: Set<JournalContent.Kind> = []
  /// Entries after this sequence.
  package var after: Int64 = 0
  /// Entries before this sequence.
  package var before: Int64?
  /// From this moment on, in seconds since 1970 UTC.
  package var sinceSeconds: Int64?
  /// Up to and without this moment.
  package var untilSeconds: Int64?
  package var namespace: String?
  package var user: String?
  package var verdict: String?
  /// What the id starts with.
  package var idPrefix: String?
  package var isNewestFirst = false
  /// 1 to 1,000.
  package var limit = 200

  package init() {}

  /// Whether an entry is meant, apart from `limit`.
  package func matches(_ content: JournalContent, sequence: Int64) -> Bool {
    (kinds.isEmpty || kinds.contains(content.kind)) && sequence > after && before.map { sequence < $0 } != false
      && sinceSeconds.map { content.atSeconds >= $0 } != false && untilSeconds.map { content.atSeconds < $0 } != false
      && namespace.map { content.namespace == $0 } != false && user.map { content.user == $0 } != false
      && verdict.map { content.verdict == $0 } != false && idPrefix.map { content.id.hasPrefix($0) } != false
  }

  /// - Throws: `MetadataError.outOfBounds` for a limit outside 1 to 1,000.
  package func checkLimit() throws(MetadataError) {
    guard (1...1000).contains(limit) else { throw .outOfBounds(what: "The limit", got: limit, bounds: "1 to 1000") }
  }
}

/// Reads the journal of decisions.
package protocol DecisionJournalReader: Sendable {
  /// The first `limit` that match, in the order of the chain or from its end.
  ///
  /// - Throws: `MetadataError.outOfBounds`, `.unavailable`.
  func entries(_ query: JournalQuery) async throws -> [JournalEntry]
  /// Where the journal ends, as it was noted beside the entries.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func head() async throws -> JournalHead
}

/// Adds to the journal of decisions, at its end and nowhere else.
package protocol DecisionJournal: DecisionJournalReader {
  /// Adds entries in this order; durable, all or none, when it returns.
  ///
  /// - Returns: the new end.
  /// - Throws: `MetadataError.storageFull`, `.unavailable`.
  @discardableResult
  func append(_ contents: [JournalContent]) async throws -> JournalHead
  /// Removes the entries up to a sequence, and adds the checkpoint that stands in for them.
  ///
  /// - Returns: whether there was something to remove; the last entry always stays.
  /// - Throws: `MetadataError.unavailable`.
  @discardableResult
  func prune(through sequence: Int64, atSeconds: Int64) async throws -> Bool
}

extension DecisionJournalReader {
  /// Runs `take` over every entry that matches, page by page; `limit` is the size of a page.
  ///
  /// - Parameter take: answers whether to go on.
  package func each(_ query: JournalQuery, _ take: (JournalEntry) async throws -> Bool) async throws {
    var query = query
    while true {
      let page = try await entries(query)
      for entry in page { guard try await take(entry) else { return } }
      guard page.count == query.limit, let last = page.last else { return }
      if query.isNewestFirst { query.before = last.sequence } else { query.after = last.sequence }
    }
  }
}
