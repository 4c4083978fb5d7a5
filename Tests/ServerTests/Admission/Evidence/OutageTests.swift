import Attestations
import Foundation
import Images
import Metadata
import Policies
import Schemas
import Server
import Store
import Testing

@Suite("The gate, without its store", .timeLimit(.minutes(2)))
struct OutageTests {
  @Test("answers from its file after a restart, for as long as it is told to believe it")
  func restart() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    try await bench.record(.discovery, of: Review.web)
    let rules = try bench.rulebook(bench.rulebook().imagePolicies + [ScannedPolicy()])
    let file = try bench.openFile()
    let first = try await bench.gate(rules, file: file)
    await first.catchUp()
    #expect(try await first.codes(Review.web) == [])
    await first.settled(4)
    await file.close()
    let asked = bench.store.questions
    bench.store.become(.fails)
    bench.clock.advance(seconds: 3_000)

    for (grace, isBelieved) in [(Int64(3_600), true), (2_999, false), (0, false)] {
      let again = try bench.openFile()
      let gate = try await bench.gate(rules, file: again) { $0.outageAgeSeconds = grace }
      await gate.catchUp()
      #expect(try await gate.answer([Review.web]).isAllowed == isBelieved, "grace \(grace)")
      #expect(try await !gate.answer([Review.evil]).isAllowed)
      if isBelieved { #expect(gate.evidenceCounts.believedPastAge == 3) }
      await again.close()
    }
    // Young enough, nobody is even asked.
    let again = try bench.openFile()
    let before = bench.store.questions
    let gate = try await bench.gate(rules, file: again) { $0.evidenceAgeSeconds = 7_200 }
    #expect(try await gate.codes(Review.web) == [])
    #expect(bench.store.questions == before && before > asked)
    await again.close()
  }

  @Test("holds to a revocation and to another policy that were made while it was down")
  func revoked() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let file = try bench.openFile()
    try await bench.warm(file)
    bench.store.become(.fails)

    let pair = try #require(bench.attestors["projects/p/attestors/qa"])
    let key = try #require(pair.keys.first)
    let revoked = try AttestorKey(
      id: nil, algorithm: key.algorithm, pem: key.pem,
      revocation: .init(atSeconds: bench.clock.now - 10, reason: .compromise(sinceSeconds: nil)))
    let others = bench.attestors.all.filter { $0.name != pair.name }
    let attestors = try Attestors(others + [Attestor(name: pair.name, note: pair.note, keys: [revoked])])
    let gate = try await bench.gate(bench.rulebook(attestors: attestors, generation: 2), file: file) {
      $0.outageAgeSeconds = 3_600
      $0.causes[.unsigned] = .allow
      $0.causes[.storeUnreachable] = .allow
    }
    #expect(try await gate.codes(Review.web) == ["key-revoked"])
    let strict = try bench.rulebook([Policy(defaultRule: .denying(enforcement: .block))], generation: 3)
    #expect(try await bench.gate(strict, file: file).codes(Review.web) == ["always-deny"])
    await file.close()
  }

  @Test("hears after a restart of what changed meanwhile, before it believes its file for long")
  func meanwhile() async throws {
    let bench = try await EvidenceBench()
    let made = try await bench.sign(Review.web)
    let file = try bench.openFile()
    try await bench.warm(file)
    bench.clock.advance(seconds: 86_400)
    let kept = try await bench.gate(file: file)
    await kept.catchUp()
    let asked = bench.store.questions
    #expect(try await kept.codes(Review.web) == [])
    #expect(bench.store.questions == asked, "followed from where it stopped, the file is as good as new")
    try await bench.store.base.delete(made[0], etag: nil)
    let gate = try await bench.gate(file: file)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == ["attestation-missing"])
    await file.close()
  }

  @Test("verifies again what its file says")
  func forged() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let file = try bench.openFile()
    try await bench.warm(file)
    let web = try PinnedReference(parsing: Review.web)
    let evil = try PinnedReference(parsing: Review.evil)
    for name in ["qa", "security"] {
      func question(_ image: PinnedReference) -> String {
        "occurrences projects/p/notes/\(name) 1000 - \(OccurrenceFilter(image).text)"
      }
      let good = try #require(try await file.answer(to: question(web), about: "\(web.digest)"))
      // The attestations of a good image, put where those of another belong; and bytes that are no message.
      let moved = KeptAnswer(
        digest: "\(evil.digest)", question: question(evil), note: good.note, atSeconds: good.atSeconds, bytes: good.bytes)
      let garbage = KeptAnswer(
        digest: "\(web.digest)", question: question(web), note: good.note, atSeconds: good.atSeconds, bytes: [0xFF, 1, 2])
      try await file.keep([moved, garbage]) { false }
    }
    bench.store.become(.fails)
    let gate = try await bench.gate(file: file) { $0.outageAgeSeconds = 3_600 }
    #expect(try await gate.codes(Review.evil) == ["attestation-missing"])
    #expect(try await gate.codes(Review.web) == ["evidence-unavailable"])
    await file.close()
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let mood: FickleStore.Mood
    let clockSeconds: Int64
    var testDescription: String { "the store \(mood), the clock \(clockSeconds) seconds off" }
  }

  @Test(
    "lets nothing in that it has no evidence for, whatever the store does and the clock says",
    arguments: FickleStore.Mood.allCases.flatMap { mood in
      [Int64(0), 86_400, -86_400].map { Fault(mood: mood, clockSeconds: $0) }
    })
  func matrix(_ the: Fault) async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    try await bench.record(.discovery, of: Review.web)
    let file = try bench.openFile()
    let rules = try bench.rulebook(bench.rulebook().imagePolicies + [ScannedPolicy()])
    func settings(_ settings: inout GateSettings) {
      settings.deadline = the.mood == .hangs ? .seconds(5) : .seconds(60)
      settings.outageAgeSeconds = 600
    }
    let gate = try await bench.gate(rules, file: file, settings)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    await gate.settled(4)
    bench.clock.advance(seconds: the.clockSeconds)
    bench.store.become(the.mood)
    for gate in [gate, try await bench.gate(rules, file: file, settings)] {
      // Signed by both and scanned; by one; by nobody.
      try await bench.sign(Review.evil, as: [SignedImages.names[0]])
      #expect(try await !gate.answer([Review.evil]).isAllowed)
      #expect(try await !gate.answer(["r.test/prod/web@sha256:" + String(repeating: "c", count: 64)]).isAllowed)
      let known = try await gate.answer([Review.web]).isAllowed
      let isAnswered = the.mood == .answers || the.mood == .mistakes
      #expect(known == (isAnswered || the.clockSeconds == 0), "what is known is believed for 600 seconds, and no longer")
    }
    await file.close()
  }
}
