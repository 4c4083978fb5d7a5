/// A journal for tests and demonstrations; it is gone with the process.
package actor InMemoryJournal: DecisionJournal {
  private var all: [JournalEntry] = []
  private var end = JournalHead.empty

  package init() {}

  /// Looks at every entry; see `DecisionJournalReader`.
  package func entries(_ query: JournalQuery) async throws -> [JournalEntry] {
    try query.checkLimit()
    let ordered = query.isNewestFirst ? all.reversed() : all
    let found = ordered.lazy.filter { entry in
      entry.content.map { query.matches($0, sequence: entry.sequence) } ?? false
    }
    return Array(found.prefix(query.limit))
  }

  /// The end; see `DecisionJournalReader`.
  package func head() async throws -> JournalHead { end }

  /// At once; see `DecisionJournal`.
  @discardableResult
  package func append(_ contents: [JournalContent]) async throws -> JournalHead {
    for content in contents { add(content) }
    return end
  }

  /// At once; see `DecisionJournal`.
  @discardableResult
  package func prune(through sequence: Int64, atSeconds: Int64) async throws -> Bool {
    let through = min(sequence, end.sequence - 1)
    guard let last = all.last(where: { $0.sequence <= through }) else { return false }
    all.removeAll { $0.sequence <= through }
    add(.checkpoint(JournalCheckpoint(atSeconds: atSeconds, through: last.sequence, hash: "\(last.hash)")))
    return true
  }

  private func add(_ content: JournalContent) {
    let entry = JournalEntry(after: end, bytes: content.bytes)
    all.append(entry)
    end = JournalHead(sequence: entry.sequence, hash: entry.hash)
  }
}
