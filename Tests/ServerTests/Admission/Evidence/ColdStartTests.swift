import Images
import Metadata
import Policies
import Schemas
import Server
import Testing

@Suite("Reviews of images never seen", .timeLimit(.minutes(2)))
struct ColdStartTests {
  @Test("ask once and verify once, however many there are")
  func storm() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let gate = try await bench.gate { $0.deadline = .seconds(60) }
    bench.store.hold()
    try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<1_000 { group.addTask { try await gate.codes(Review.web) } }
      while bench.store.questions == 0 { await Task.yield() }
      bench.store.release()
      for try await codes in group { #expect(codes == []) }
    }
    #expect(bench.store.questions == 2)
    #expect(gate.evidenceCounts.verifications == 2)
    #expect(gate.evidenceCounts.fetches == 2)
  }

  @Test("are not given up by one who does not wait")
  func givingUp() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let gate = try await bench.gate { $0.deadline = .seconds(60) }
    bench.store.hold()
    let impatient = Task { try await gate.codes(Review.web) }
    while bench.store.questions == 0 { await Task.yield() }
    async let patient = gate.codes(Review.web)
    impatient.cancel()
    #expect(try await impatient.value == ["evidence-unavailable"])
    bench.store.release()
    #expect(try await patient == [])
    #expect(bench.store.questions == 2)
  }

  @Test("ask once a note, whoever vouches under it, and once for what is recorded")
  func together() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    try await bench.record(.discovery, of: Review.web)
    let standard = try bench.rulebook().imagePolicies
    let gate = try await bench.gate(bench.rulebook(standard + [ScannedPolicy()]))
    #expect(try await gate.codes(Review.web) == [])
    // Two notes, the occurrences of the project, the note of the scan.
    #expect(bench.store.questions == 4)
    #expect(gate.evidenceCounts.fetches == 3)
    for _ in 0..<5 { #expect(try await gate.codes(Review.web) == []) }
    #expect(bench.store.questions == 4)
  }

  @Test("do not wait one after the other for a store that does not answer")
  func blackHole() async throws {
    let bench = try await EvidenceBench()
    let gate = try await bench.gate { $0.deadline = .seconds(2) }
    bench.store.become(.hangs)
    #expect(try await gate.codes(Review.web) == ["evidence-unavailable"])
    let before = bench.store.questions
    let began = ContinuousClock.now
    for index in 0..<50 {
      let hex = String(index, radix: 16)
      let image = "r.test/prod/a@sha256:" + String(repeating: "0", count: 64 - hex.count) + hex
      #expect(try await gate.codes(image) == ["evidence-unavailable"])
    }
    let took = began.duration(to: .now)
    #expect(took < .seconds(60), "50 of them, each told at once but for one that tries: \(took)")
    #expect(bench.store.questions - before < 20)
  }
}
