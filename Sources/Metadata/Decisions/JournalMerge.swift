/// Several journals, read as if they were one: replicas of a gate may keep one each.
package struct JournalMerge: Sendable {
  private struct Source {
    let journal: any DecisionJournalReader
    var query: JournalQuery
    var page: ArraySlice<JournalContent> = []
    var isAtEnd = false

    /// What comes next, after a page of `query.limit` was read where none is left.
    mutating func head() async throws -> JournalContent? {
      while page.isEmpty, !isAtEnd {
        let entries = try await journal.entries(query)
        isAtEnd = entries.count < query.limit
        if let last = entries.last { query.after = last.sequence }
        page = entries.compactMap(\.content)[...]
      }
      return page.first
    }
  }

  private let journals: [any DecisionJournalReader]

  package init(_ journals: [any DecisionJournalReader]) { self.journals = journals }

  /// Runs `take` over all that matches, in the order of time between the journals, and as it stands within each. Holds one page
  /// of each journal. What cannot be read is passed over.
  package func each(_ query: JournalQuery, _ take: (JournalContent) async throws -> Void) async throws {
    var query = query
    query.isNewestFirst = false
    var sources = journals.map { Source(journal: $0, query: query) }
    while true {
      var earliest: (index: Int, content: JournalContent)?
      for index in sources.indices {
        guard let content = try await sources[index].head() else { continue }
        if let known = earliest, known.content.atSeconds <= content.atSeconds { continue }
        earliest = (index, content)
      }
      guard let (index, content) = earliest else { return }
      sources[index].page.removeFirst()
      try await take(content)
    }
  }
}
