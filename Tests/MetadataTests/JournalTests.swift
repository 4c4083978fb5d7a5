import Contracts
import Images
import Metadata
import Testing

@Suite("The journal in memory")
struct InMemoryJournalTests {
  @Test("keeps the contract", arguments: DecisionJournalContract.clauses)
  func contract(_ clause: DecisionJournalContract.Clause) async throws { try await clause.check(InMemoryJournal()) }
}

@Suite("An entry of the journal")
struct JournalEntryTests {
  @Test("says the same when it is read again, whatever it is", arguments: Decisions.oneOfEach)
  func roundTrip(_ content: JournalContent) throws {
    let again = try #require(JournalContent(content.bytes))
    #expect(again == content)
    #expect(again.bytes == content.bytes)
  }

  @Test("says the same when it says nothing")
  func empty() {
    let content = JournalContent.decision(DecisionRecord())
    #expect(JournalContent(content.bytes) == content)
  }

  @Test("is not read out of what is none", arguments: ["", "{}", "[]", #"{"kind":"other","is":{}}"#, #"{"kind":"decision"}"#])
  func refuses(_ text: String) { #expect(JournalContent(Array(text.utf8)) == nil) }

  @Test("has the hash that anybody can work out with sha256sum")
  func hash() {
    // printf 'sha256:e3b0…b855\n1\n{}' | sha256sum
    let hash = JournalEntry.hash(of: Array("{}".utf8), sequence: 1, after: JournalEntry.genesis)
    let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n1\n{}"
    #expect(hash == Digest(sha256Of: Array(text.utf8)))
  }
}

@Suite("A walk along the chain")
struct ChainCheckTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let damage: @Sendable (inout [JournalEntry]) -> Void
    let faults: [ChainCheck.Fault]

    init(_ name: String, _ faults: [ChainCheck.Fault], _ damage: @escaping @Sendable (inout [JournalEntry]) -> Void) {
      (testDescription, self.faults, self.damage) = (name, faults, damage)
    }
  }

  private static func forged(_ entry: JournalEntry, _ text: String) -> JournalEntry {
    JournalEntry(sequence: entry.sequence, previous: entry.previous, bytes: Array(text.utf8), hash: entry.hash)
  }

  @Test(
    "finds what is wrong, and where",
    arguments: [
      Case("nothing", []) { _ in },
      Case("a content that was changed", [.altered(3)]) { $0[2] = forged($0[2], "{}") },
      Case("one that was changed and hashed again", [.untied(4)]) {
        $0[2] = JournalEntry(after: JournalHead(sequence: 2, hash: $0[1].hash), bytes: [1])
      },
      Case("one that is missing", [.missing(from: 3, through: 3)]) { $0.remove(at: 2) },
      Case("two that are missing", [.missing(from: 2, through: 3)]) { $0.removeSubrange(1...2) },
      Case("two that changed places", [.altered(3), .untied(3), .altered(4), .untied(4), .untied(5)]) {
        let (one, two) = ($0[2], $0[3])
        $0[2] = JournalEntry(sequence: 3, previous: two.previous, bytes: two.bytes, hash: two.hash)
        $0[3] = JournalEntry(sequence: 4, previous: one.previous, bytes: one.bytes, hash: one.hash)
      },
      Case("the first that is missing", [.noBeginning(2)]) { $0.removeFirst() },
      Case("the last that is missing", [.noEnd(noted: 6, found: 5)]) { $0.removeLast() },
      Case("all that are missing", [.noEnd(noted: 6, found: 0)]) { $0.removeAll() },
    ])
  func finds(_ the: Case) async throws {
    let journal = InMemoryJournal()
    try await journal.append((1...6).map { Decisions.decision("u-\($0)", at: Int64($0)) })
    var entries = try await journal.entries(JournalQuery())
    the.damage(&entries)
    var check = ChainCheck()
    for entry in entries { check.take(entry) }
    check.finish(try await journal.head())
    #expect(check.faults == the.faults)
  }

  @Test("believes no checkpoint about another beginning than its own")
  func checkpoints() async throws {
    let journal = InMemoryJournal()
    try await journal.append((1...6).map { Decisions.decision("u-\($0)", at: Int64($0)) })
    try await journal.prune(through: 3, atSeconds: 9)
    var check = ChainCheck()
    for entry in try await journal.entries(JournalQuery()).dropFirst() { check.take(entry) }
    check.finish(try await journal.head())
    #expect(check.faults == [.noBeginning(5)])
  }
}
