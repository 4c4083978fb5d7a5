import Images
import Policies
import Testing

@Suite("Answers by cause")
struct CauseAnswersTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// What each judgement is denied for.
    let reasons: [[String]]
    let answers: [EvidenceCause: CauseAnswers.Answer]
    let isAllowed: Bool
    var causes: [EvidenceCause] = []
    var warnings = 0
    var testDescription: String { name }
  }

  @Test(
    "soften what is only missing, and nothing else",
    arguments: [
      Case(name: "nothing said", reasons: [["attestation-missing"]], answers: [:], isAllowed: false),
      Case(name: "denied", reasons: [["attestation-missing"]], answers: [.unsigned: .deny], isAllowed: false),
      Case(
        name: "unsigned, allowed", reasons: [["attestation-missing"]], answers: [.unsigned: .allow], isAllowed: true,
        causes: [.unsigned]),
      Case(
        name: "unsigned, warned of", reasons: [["attestation-missing"]], answers: [.unsigned: .warn], isAllowed: true,
        causes: [.unsigned], warnings: 1),
      Case(
        name: "not scanned", reasons: [["not-scanned"]], answers: [.notScanned: .warn], isAllowed: true, causes: [.notScanned],
        warnings: 1),
      Case(
        name: "store down", reasons: [["evidence-unavailable"], ["metadata-unavailable"]], answers: [.storeUnreachable: .allow],
        isAllowed: true, causes: [.storeUnreachable]),
      Case(
        name: "slow store", reasons: [["deadline-exceeded"]], answers: [.storeUnreachable: .allow], isAllowed: true,
        causes: [.storeUnreachable]),
      Case(
        name: "no policy speaks of it", reasons: [["no-matching-policy"]], answers: [.noPolicy: .allow], isAllowed: true,
        causes: [.noPolicy]),
      Case(name: "another cause", reasons: [["not-scanned"]], answers: [.unsigned: .allow], isAllowed: false),
      Case(
        name: "two causes, the stricter answer", reasons: [["attestation-missing", "evidence-unavailable"]],
        answers: [.unsigned: .allow, .storeUnreachable: .warn], isAllowed: true, causes: [.unsigned, .storeUnreachable],
        warnings: 1),
      Case(
        name: "two causes, one denied", reasons: [["attestation-missing", "evidence-unavailable"]],
        answers: [.unsigned: .allow], isAllowed: false),
      Case(
        name: "missing beside a bad signature", reasons: [["attestation-missing", "bad-signature"]],
        answers: [.unsigned: .allow], isAllowed: false),
      Case(
        name: "missing for one policy, revoked for another", reasons: [["attestation-missing"], ["key-revoked"]],
        answers: [.unsigned: .allow], isAllowed: false, causes: [.unsigned]),
    ]
      + [
        "bad-signature", "key-revoked", "key-expired", "wrong-digest", "unknown-key", "fixable-vulnerability", "digest-missing",
        "always-deny", "digest-mismatch", "malformed-reference", "no-policy", "scan-unfinished", "not-read",
      ].map { code in
        Case(
          name: code, reasons: [[code]],
          answers: Dictionary(uniqueKeysWithValues: EvidenceCause.allCases.map { ($0, .allow) }), isAllowed: false)
      })
  func softened(_ the: Case) throws {
    var answers = CauseAnswers()
    for (cause, answer) in the.answers { answers[cause] = answer }
    let judgements = the.reasons.enumerated().map { index, codes in
      Judgement(
        policy: "p\(index)", rule: "r", demanded: ["a"],
        reasons: codes.map { Reason(code: $0, problem: "It is so.", remedy: "Mend it.") }, enforcement: .block)
    }
    let use = try #require(Self.workload().images.first)
    let decision = Decision(images: [ImageDecision(use: use, image: nil, judgements: judgements)])
    let (softened, causes) = answers.softened(decision)
    #expect(softened.isAllowed == the.isAllowed)
    #expect(causes == the.causes)
    #expect(softened.warnings.count == the.warnings)
    #expect(softened.judgements.map(\.policy) == judgements.map(\.policy))
    // The record still says what was missing.
    let recorded = softened.judgements.map { judgement -> [String] in
      switch judgement.verdict {
      case .denied(let denial), .wouldBeDenied(let denial, _): denial.all.map { $0.code }
      case .allowed: []
      }
    }
    #expect(recorded == the.reasons)
  }

  private static func workload() throws -> Workload {
    let image = "r.test/a@sha256:" + String(repeating: "a", count: 64)
    let pod =
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"\#(image)"}]}}"#
    return try Workload(JSONDocument(parsing: Array(pod.utf8), atMost: 4_096).root)
  }

  @Test("leave what is allowed, and what other enforcements say, as it is")
  func untouched() throws {
    var answers = CauseAnswers()
    answers[.unsigned] = .warn
    let reason = Reason(code: "attestation-missing", problem: "It is so.", remedy: "Mend it.")
    let judgement = Judgement(policy: "p", rule: "r", reasons: [reason], enforcement: .dryRun)
    let decision = Decision(images: [], workload: [judgement])
    #expect(answers.softened(decision).decision == decision)
    #expect(answers.softened(decision).causes.isEmpty)
  }
}
