import Images
import Metadata
import Schemas
import Server
import Store
import Testing

@Suite("The gate, following what changes", .timeLimit(.minutes(2)))
struct EvidenceFeedTests {
  @Test("lets in what is attested as soon as it hears of it, and keeps out what no longer is")
  func attestations() async throws {
    let bench = try await EvidenceBench()
    let gate = try await bench.gate { $0.refusalAgeSeconds = 3_600 }
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
    let made = try await bench.sign(Review.web)
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    try await bench.store.base.delete(made[0], etag: nil)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
  }

  @Test("hears of vulnerabilities and scans")
  func scans() async throws {
    let bench = try await EvidenceBench()
    let gate = try await bench.gate(bench.rulebook([ScannedPolicy()])) { $0.refusalAgeSeconds = 3_600 }
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["not-scanned"])
    try await bench.record(.discovery, of: Review.web)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    let before = bench.store.questions
    #expect(try await gate.codes(Review.web) == [])
    #expect(bench.store.questions == before)
    try await bench.record(.vulnerability, of: Review.web)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["fixable-vulnerability"])
  }

  @Test("asks again about the image that changed, and about no other")
  func exactly() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    try await bench.sign(Review.evil)
    let gate = try await bench.gate()
    await gate.catchUp()
    #expect(try await gate.codes(Review.web, Review.evil) == [])
    #expect(bench.store.questions == 4)
    try await bench.sign(Review.evil)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    #expect(bench.store.questions == 4)
    #expect(try await gate.codes(Review.evil) == [])
    #expect(bench.store.questions == 6)
  }

  @Test("asks again under a note that was deleted")
  func notes() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let gate = try await bench.gate()
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    try await bench.store.base.delete(NoteName(parsing: "projects/p/notes/qa"), etag: nil)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
  }

  @Test("lets evidence live while it follows, and grow old once it cannot")
  func age() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let gate = try await bench.gate { $0.evidenceAgeSeconds = 300 }
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    for _ in 0..<10 {
      bench.clock.advance(seconds: 1_000)
      await gate.catchUp()
      #expect(try await gate.codes(Review.web) == [])
    }
    #expect(bench.store.questions == 2)
    #expect(gate.feed?.now.isInTouch == true)
    bench.store.become(.fails)
    bench.clock.advance(seconds: 299)
    await gate.catchUp()
    #expect(gate.feed?.now.isInTouch == false && gate.feed?.lagSeconds == 299)
    #expect(try await gate.codes(Review.web) == [])
    bench.clock.advance(seconds: 1)
    #expect(try await gate.codes(Review.web) == ["evidence-unavailable"])
    bench.store.become(.answers)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
  }

  @Test("keeps nothing that a change overtook while it was fetched")
  func overtaken() async throws {
    let bench = try await EvidenceBench()
    let made = try await bench.sign(Review.web)
    let gate = try await bench.gate { $0.deadline = .seconds(60) }
    await gate.catchUp()
    bench.store.hold()
    async let codes = gate.codes(Review.web)
    while bench.store.waiting < 2 { await Task.yield() }
    try await bench.store.base.delete(made[0], etag: nil)
    await gate.catchUp()
    bench.store.release()
    // It began before, and was told what held then.
    #expect(try await codes == [])
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
  }

  @Test("begins anew before a store that has not come as far")
  func another() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let file = try bench.openFile()
    try await file.begin(at: FollowedPosition(position: 1_000_000, atSeconds: bench.clock.now))
    try await file.keep([KeptAnswer(digest: "d", question: "q", note: "", atSeconds: 1, bytes: [])]) { false }
    let gate = try await bench.gate(file: file)
    await gate.catchUp()
    await gate.catchUp()
    #expect(try await file.count() == 0)
    #expect(try await gate.codes(Review.web) == [])
    await file.close()
  }
}
