import Metadata
import Testing

@Suite("The records of one request")
struct RequestPairsTests {
  private static func record(
    _ webhook: String, _ uid: String, at seconds: Int64 = 100, verdict: String = "allowed", image: String = "r.test/a",
    user: String = "alice"
  ) -> DecisionRecord {
    var record = DecisionRecord()
    (record.atSeconds, record.verdict) = (seconds, verdict)
    (record.request.webhook, record.request.uid, record.request.user) = (webhook, uid, user)
    var used = DecisionRecord.Image()
    used.pinned = image
    record.images = [used]
    return record
  }

  private static func counted(_ records: [DecisionRecord]) -> (uids: [String], repeated: Int) {
    var pairs = RequestPairs()
    let counted = records.flatMap { pairs.take($0) } + pairs.rest()
    return (counted.map(\.request.uid), pairs.repeated)
  }

  @Test("count once, by what was judged last, whichever replica wrote first")
  func pairs() {
    let (first, second) = (Self.record("mutate", "m"), Self.record("validate", "v", at: 101))
    #expect(Self.counted([first, second]) == (["v"], 1))
    #expect(Self.counted([second, first]) == (["v"], 1))
    let denied = Self.record("validate", "v", verdict: "denied")
    #expect(Self.counted([first, denied]) == (["v"], 1), "another webhook may have changed the object")
  }

  @Test("are as many as the requests, however alike these are")
  func twins() {
    let records = (0..<6).flatMap { [Self.record("mutate", "m\($0)"), Self.record("mutate", "n\($0)")] }
    let judged = (0..<12).map { Self.record("validate", "v\($0)") }
    #expect(Self.counted(records + judged) == ((0..<12).map { "v\($0)" }, 12))
    #expect(Self.counted([Self.record("validate", "a"), Self.record("validate", "b")]) == (["a", "b"], 0))
  }

  @Test("are not taken for one where they differ, are far apart, or the first ended the request")
  func apart() {
    let first = Self.record("mutate", "m")
    for other in [
      Self.record("validate", "v", image: "r.test/b"), Self.record("validate", "v", user: "bob"),
      Self.record("validate", "v", at: 131),
    ] { #expect(Set(Self.counted([first, other]).uids) == ["m", "v"]) }
    let denied = Self.record("mutate", "m", verdict: "denied")
    #expect(Self.counted([denied, Self.record("validate", "v")]) == (["m", "v"], 0))
  }

  @Test("of one uid count once, whichever replicas have them, and however much came between")
  func repeatedCalls() {
    let call = Self.record("validate", "v")
    let others = (0..<5_000).map { Self.record("validate", "o\($0)", image: "r.test/\($0)") }
    #expect(Self.counted([call] + others + [call]) == (["v"] + others.map(\.request.uid), 1))
    #expect(Self.counted([Self.record("mutate", "m"), Self.record("mutate", "m"), call]) == (["v"], 2))
    let denied = Self.record("mutate", "m", verdict: "denied")
    #expect(Self.counted([denied, denied]) == (["m"], 1))
    #expect(Self.counted([Self.record("validate", ""), Self.record("validate", "")]).uids.count == 2, "they have none")
  }

  @Test("are found among thousands in one second")
  func crowd() {
    let first = (0..<1_500).map { Self.record("mutate", "m\($0)", image: "r.test/\($0)") }
    let second = (0..<1_500).map { Self.record("validate", "v\($0)", image: "r.test/\($0)") }
    #expect(Self.counted(first + second) == (second.map(\.request.uid), 1_500))
  }

  @Test("are found in journals of two replicas, read as one")
  func replicas() async throws {
    let (one, two) = (InMemoryJournal(), InMemoryJournal())
    for index in 0..<500 {
      let image = "r.test/\(index)"
      let (first, second) = (index.isMultiple(of: 2) ? one : two, index.isMultiple(of: 3) ? one : two)
      let seconds = 100 + Int64(index) * 7
      try await first.append([.decision(Self.record("mutate", "m\(index)", at: seconds, image: image))])
      try await second.append([.decision(Self.record("validate", "v\(index)", at: seconds + 1, image: image))])
    }
    func counted(_ journals: [InMemoryJournal]) async throws -> (uids: [String], repeated: Int) {
      var records: [DecisionRecord] = []
      var query = JournalQuery()
      (query.kinds, query.limit) = ([.decision], 7)
      try await JournalMerge(journals).each(query) { if case .decision(let record) = $0 { records.append(record) } }
      return Self.counted(records)
    }
    let both = try await counted([one, two])
    #expect(Set(both.uids) == Set((0..<500).map { "v\($0)" }) && both.uids.count == 500 && both.repeated == 500)
    // The same journal twice, as when a file and a copy of it are given.
    #expect(try await counted([one, two, two]).uids.count == 500)
    #expect(try await counted([]).uids == [])
  }

  @Test("are found in bounded memory; beyond it each counts by itself and none is lost")
  func bounded() {
    let records = (0..<20_000).map { Self.record("mutate", "m\($0)", image: "r.test/\($0)") }
    #expect(Self.counted(records) == ((0..<20_000).map { "m\($0)" }, 0))
  }
}
