/// How much of the journal is kept.
package struct JournalRetention: Hashable, Sendable {
  package var ageSeconds: Int64
  package var entries: Int64

  package init(ageSeconds: Int64 = 90 * 86_400, entries: Int64 = 1_000_000) {
    (self.ageSeconds, self.entries) = (ageSeconds, entries)
  }
}

extension DecisionJournal {
  /// Removes what is older than is kept, or beyond how many are. A use of break-glass that nobody has reviewed stays, with
  /// all that came after it, whatever its age; only their number ends that.
  ///
  /// - Returns: whether something was removed.
  /// - Throws: as `prune`.
  @discardableResult
  package func retain(_ retention: JournalRetention, atSeconds now: Int64) async throws -> Bool {
    let head = try await head()
    var fresh = JournalQuery()
    fresh.sinceSeconds = now - retention.ageSeconds
    fresh.limit = 1
    var through = (try await entries(fresh).first?.sequence ?? head.sequence) - 1
    if let unreviewed = try await unreviewedGlass(atMost: 1).first { through = min(through, unreviewed.sequence - 1) }
    return try await prune(through: max(through, head.sequence - retention.entries), atSeconds: now)
  }

  /// Uses of break-glass that nobody has reviewed, oldest first.
  package func unreviewedGlass(atMost limit: Int) async throws -> [(sequence: Int64, record: DecisionRecord)] {
    try await glass(reviewed: false, atMost: limit)
  }
}

extension DecisionJournalReader {
  /// Uses of break-glass, oldest first; those that follow from another are reviewed with it.
  ///
  /// - Parameter reviewed: whether those that were reviewed are told too.
  package func glass(reviewed: Bool, atMost limit: Int) async throws -> [(sequence: Int64, record: DecisionRecord)] {
    var done: Set<Int64> = []
    var reviews = JournalQuery()
    reviews.kinds = [.review]
    if !reviewed {
      try await each(reviews) { entry in
        if case .review(let review) = entry.content { done.insert(review.decision) }
        return true
      }
    }
    var uses = JournalQuery()
    uses.kinds = [.decision]
    uses.verdict = "broken-glass"
    var found: [(sequence: Int64, record: DecisionRecord)] = []
    try await each(uses) { entry in
      guard !done.contains(entry.sequence), case .decision(let record) = entry.content, record.glass?.follows == nil else {
        return true
      }
      found.append((entry.sequence, record))
      return found.count < limit
    }
    return found
  }
}
