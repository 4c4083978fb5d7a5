import Attestations
import Images
import Policies
import Server
import Testing

@Suite("The gate, where evidence is missing", .timeLimit(.minutes(2)))
struct CauseTests {
  @Test("answers each cause as it is told, and denies it otherwise")
  func causes() async throws {
    let bench = try await EvidenceBench()
    let scanned = try bench.rulebook([ScannedPolicy()])
    let elsewhere = try bench.rulebook([NowherePolicy()])
    for (cause, rulebook, code, isDown) in [
      (EvidenceCause.unsigned, try bench.rulebook(), "attestation-missing", false),
      (.notScanned, scanned, "not-scanned", false),
      (.storeUnreachable, try bench.rulebook(), "evidence-unavailable", true),
      (.storeUnreachable, scanned, "metadata-unavailable", true),
      (.noPolicy, elsewhere, "no-matching-policy", false),
    ] {
      bench.store.become(isDown ? .fails : .answers)
      for answer in CauseAnswers.Answer.allCases {
        for told in EvidenceCause.allCases {
          let gate = try await bench.gate(rulebook) { $0.causes[told] = answer }
          let given = try await gate.answer([Review.web])
          let isSoft = told == cause && answer != .deny
          #expect(given.isAllowed == isSoft, "\(cause) when \(told) is answered \(answer)")
          #expect(given.codes == [isSoft ? "let-in-\(cause.rawValue)" : code])
          #expect(given.warnings.count == (isSoft && answer == .warn ? 1 : 0))
        }
      }
    }
  }

  @Test("never lets in what is signed wrongly, nor beside what is")
  func signedWrongly() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    // The keys changed places: both attestations are by keys that the attestors do not have.
    let swapped = try Attestors(
      zip(bench.attestors.all, bench.attestors.all.reversed()).map { Attestor(name: $0.name, note: $0.note, keys: $1.keys) })
    let gate = try await bench.gate(bench.rulebook(attestors: swapped)) { settings in
      for cause in EvidenceCause.allCases { settings.causes[cause] = .allow }
    }
    #expect(try await gate.codes(Review.web) == ["unknown-key"])
    #expect(try await gate.codes(Review.evil) == ["let-in-unsigned"])
    #expect(try await gate.codes(Review.evil, Review.web).contains("unknown-key"))
  }

  @Test("makes no question of a warm review, whatever is asked for")
  func warm() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let gate = try await bench.gate()
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    #expect(try await gate.codes(Review.evil) == ["attestation-missing"])
    let before = bench.store.questions
    for _ in 0..<100 {
      #expect(try await gate.codes(Review.web) == [])
      #expect(try await gate.codes(Review.evil) == ["attestation-missing"])
    }
    #expect(bench.store.questions == before)
  }
}

/// Has no say about anything.
private struct NowherePolicy: ImagePolicy {
  let name = "nowhere"
  let scope = PolicyScope.namespaces(["elsewhere"])

  func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? { nil }
  func demand(of image: ImageQuestion) -> ImageDemand { ImageDemand() }
  func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    Judgement(policy: name, rule: rule.name, reasons: [], enforcement: .block)
  }
}
