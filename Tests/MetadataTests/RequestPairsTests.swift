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

  @Test("are found in bounded memory; beyond it each counts by itself and none is lost")
  func bounded() {
    let records = (0..<2_000).map { Self.record("mutate", "m\($0)", image: "r.test/\($0)") }
    #expect(Self.counted(records) == ((0..<2_000).map { "m\($0)" }, 0))
  }
}
