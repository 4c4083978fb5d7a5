import Attestations
import Images
import Metadata
import Policies
import Schemas
import Server
import TestSupport
import Testing

@Suite("Recorded evidence", .timeLimit(.minutes(2)))
struct EvidenceReaderTests {
  private func review() throws -> WorkloadReview {
    let pod = try JSONDocument(parsing: Array(Review.pod(Review.web).utf8), atMost: 1 << 20).root
    return WorkloadReview(try Workload(pod), in: Place(namespace: "prod"), object: pod)
  }

  private func reader(_ bench: EvidenceBench) throws -> EvidenceReader {
    EvidenceReader(bench.store, projects: [try ProjectName(id: EvidenceBench.project)])
  }

  @Test("is asked for once, whatever it is asked for again, and judged as of each time")
  func once() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    try await bench.record(.discovery, of: Review.web)
    let rulebook = try bench.rulebook(bench.rulebook().imagePolicies + [ScannedPolicy()])
    let (reader, review) = (try reader(bench), try review())
    let first = try await reader.evidence(for: review, under: rulebook, at: bench.clock.now)
    #expect(rulebook.decision(on: review, evidence: first, at: bench.clock.now).isAllowed)
    let asked = bench.store.questions
    let again = try await reader.evidence(for: review, under: rulebook, at: bench.clock.now + 1)
    #expect(rulebook.decision(on: review, evidence: again, at: bench.clock.now + 1).isAllowed)
    #expect(asked > 0 && bench.store.questions == asked)
  }

  @Test("adds to what is known already")
  func known() async throws {
    let bench = try await EvidenceBench()
    let rulebook = try bench.rulebook()
    let web = try PinnedReference(parsing: Review.web)
    let unfit = Reason(code: "ambiguous-manifest", problem: "It has two meanings.", remedy: "Push it again.")
    let evidence = try await reader(bench).evidence(
      for: review(), under: rulebook, knowing: Evidence(unfit: [web: unfit]), at: bench.clock.now)
    #expect(evidence.unfit == [web: unfit])
    #expect(evidence.answers[web]?.count == SignedImages.names.count)
  }

  @Test("is none while the store does not answer, rather than half of it")
  func down() async throws {
    let bench = try await EvidenceBench()
    let (reader, review) = (try reader(bench), try review())
    bench.store.become(.fails)
    let scanned = try bench.rulebook([ScannedPolicy()])
    await #expect(throws: NoAnswer.self) {
      try await reader.evidence(for: review, under: scanned, at: bench.clock.now)
    }
    let signed = try bench.rulebook()
    await #expect(throws: MetadataError.self) {
      try await reader.evidence(for: review, under: signed, at: bench.clock.now)
    }
    bench.store.become(.answers)
    let evidence = try await reader.evidence(for: review, under: scanned, at: bench.clock.now)
    #expect(!scanned.decision(on: review, evidence: evidence, at: bench.clock.now).isAllowed)
  }
}
