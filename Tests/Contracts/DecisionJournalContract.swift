import Images
package import Metadata
import Testing

/// What every journal of decisions must do.
package enum DecisionJournalContract {
  /// One promise, checked on a journal that is empty when it starts.
  package struct Clause: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let check: @Sendable (any DecisionJournal) async throws -> Void

    init(_ promise: String, _ check: @escaping @Sendable (any DecisionJournal) async throws -> Void) {
      testDescription = promise
      self.check = check
    }
  }

  /// The whole contract: give it to `@Test(arguments:)`, and each clause a journal of its own.
  package static let clauses: [Clause] = chaining + finding + pruning

  static let chaining: [Clause] = [
    Clause("starts with nothing, and ties each entry to the one before it") { journal in
      #expect(try await journal.head() == .empty)
      let contents = (1...5).map { Decisions.decision("u-\($0)", at: Int64($0)) }
      let head = try await journal.append(Array(contents.prefix(2)))
      #expect(head.sequence == 2)
      #expect(try await journal.append(Array(contents.dropFirst(2))) == journal.head())
      let entries = try await journal.entries(JournalQuery())
      #expect(entries.compactMap(\.content) == contents)
      #expect(entries.map(\.sequence) == [1, 2, 3, 4, 5])
      #expect(entries[0].previous == JournalEntry.genesis)
      #expect(try await faults(of: journal).isEmpty)
    },
    Clause("keeps every kind of entry as it was") { journal in
      try await journal.append(Decisions.oneOfEach)
      let entries = try await journal.entries(JournalQuery())
      #expect(entries.compactMap(\.content) == Decisions.oneOfEach)
      #expect(entries.map(\.bytes) == Decisions.oneOfEach.map(\.bytes))
    },
    Clause("keeps one chain when many add at the same time") { journal in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
          group.addTask {
            for index in 0..<10 { try await journal.append([Decisions.decision("w\(writer)-\(index)", at: 1)]) }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await journal.head().sequence == 80)
      #expect(try await faults(of: journal).isEmpty)
    },
  ]

  static let finding: [Clause] = [
    Clause("finds by every condition, from either end, page by page") { journal in
      let verdicts = ["allowed", "denied", "broken-glass"]
      try await journal.append(
        (0..<30).map {
          Decisions.decision(
            "u-\($0)", at: Int64($0), namespace: "ns-\($0 % 2)", user: "user-\($0 % 5)", verdict: verdicts[$0 % 3])
        } + Decisions.oneOfEach.dropFirst())
      for query in Decisions.queries {
        let all = try await journal.entries(query)
        let wanted = try await journal.entries(JournalQuery()).filter { entry in
          entry.content.map { query.matches($0, sequence: entry.sequence) } ?? false
        }
        let sequences = wanted.map(\.sequence)
        #expect(all.map(\.sequence) == (query.isNewestFirst ? sequences.reversed() : sequences), "\(query)")
        #expect(!all.isEmpty, "\(query)")
        var paged: [Int64] = []
        var small = query
        small.limit = 2
        try await journal.each(small) { entry in
          paged.append(entry.sequence)
          return true
        }
        #expect(paged == all.map(\.sequence), "\(query)")
      }
    },
    Clause("refuses a page of no size, and of one that is too large") { journal in
      for limit in [0, 1_001] {
        var query = JournalQuery()
        query.limit = limit
        let asked = query
        await MetadataStoreContract.refuses("out-of-bounds") { try await journal.entries(asked) }
      }
    },
  ]

  static let pruning: [Clause] = [
    Clause("can be proved after its oldest entries were removed, more than once") { journal in
      try await journal.append((1...10).map { Decisions.decision("u-\($0)", at: Int64($0)) })
      #expect(try await journal.prune(through: 4, atSeconds: 11))
      #expect(try await journal.prune(through: 6, atSeconds: 12))
      let entries = try await journal.entries(JournalQuery())
      #expect(entries.map(\.sequence) == [7, 8, 9, 10, 11, 12])
      #expect(try await faults(of: journal).isEmpty)
      #expect(try await journal.prune(through: 6, atSeconds: 13) == false)
      #expect(try await journal.prune(through: 1_000, atSeconds: 13))
      #expect(try await journal.entries(JournalQuery()).map(\.sequence) == [12, 13])
      #expect(try await faults(of: journal).isEmpty)
    },
    Clause("keeps by age and by number, and what nobody has reviewed") { journal in
      try await journal.append((1...10).map { Decisions.decision("u-\($0)", at: Int64($0 * 100)) })
      #expect(try await journal.retain(JournalRetention(ageSeconds: 500, entries: 100), atSeconds: 1_000))
      #expect(try await journal.entries(JournalQuery()).first?.sequence == 5)
      #expect(try await journal.retain(JournalRetention(ageSeconds: 5_000, entries: 3), atSeconds: 1_000))
      #expect(try await journal.entries(JournalQuery()).first?.sequence == 9)
      let broken = try await journal.append([Decisions.broken("g-1", at: 1_000)]).sequence
      try await journal.append((1...3).map { Decisions.decision("v-\($0)", at: Int64(9_000 + $0)) })
      try await journal.retain(JournalRetention(ageSeconds: 500, entries: 100), atSeconds: 9_100)
      #expect(try await journal.entries(JournalQuery()).first?.sequence == broken)
      #expect(try await journal.unreviewedGlass(atMost: 10).map(\.sequence) == [broken])
      try await journal.append([Decisions.review(of: broken, at: 9_050)])
      #expect(try await journal.unreviewedGlass(atMost: 10).isEmpty)
      try await journal.retain(JournalRetention(ageSeconds: 500, entries: 100), atSeconds: 9_100)
      let first = try #require(try await journal.entries(JournalQuery()).first)
      #expect(first.sequence > broken)
      #expect(try await faults(of: journal).isEmpty)
    },
  ]

  /// What a walk along the whole chain finds.
  package static func faults(of journal: any DecisionJournalReader) async throws -> [ChainCheck.Fault] {
    var check = ChainCheck()
    try await journal.each(JournalQuery()) { entry in
      check.take(entry)
      return true
    }
    check.finish(try await journal.head())
    return check.faults
  }
}
