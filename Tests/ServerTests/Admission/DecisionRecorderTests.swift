import Attestations
import Contracts
import Images
import Logging
import Metadata
import Policies
import Server
import Synchronization
import Testing

/// A journal that can be told to fail.
actor FragileJournal: DecisionJournal {
  private let journal = InMemoryJournal()
  private var isDown = false

  private var isSilent = false

  func fail(_ isDown: Bool) { self.isDown = isDown }
  /// Has it answer no question until it is cancelled.
  func fallSilent() { isSilent = true }

  private func check() throws { if isDown { throw MetadataError.storageFull("the disk is full") } }

  func entries(_ query: JournalQuery) async throws -> [JournalEntry] {
    if isSilent { try await Task.sleep(for: .seconds(3_600)) }
    return try await journal.entries(query)
  }
  func head() async throws -> JournalHead { try await journal.head() }
  @discardableResult
  func append(_ contents: [JournalContent]) async throws -> JournalHead {
    try check()
    return try await journal.append(contents)
  }
  func prune(through sequence: Int64, atSeconds: Int64) async throws -> Bool {
    try check()
    return try await journal.prune(through: sequence, atSeconds: atSeconds)
  }
}

/// A gate whose decisions are on record.
struct RecordedGate {
  let journal = FragileJournal()
  let clock = TestClock()
  let recorder: DecisionRecorder
  let checkpoint: Checkpoint

  init(
    policy: Policy? = nil, settings: DecisionSettings = DecisionSettings(), _ change: (inout GateSettings) -> Void = { _ in }
  ) async throws {
    let clock = clock
    recorder = DecisionRecorder(
      journal, settings: settings, now: { clock.now }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    checkpoint = try Checkpoint(policy: policy, decisions: recorder, clock: clock, change)
    try await checkpoint.signed.sign(Review.web)
  }

  /// Writes all that waits, as the end of the process does.
  func settle() async {
    let recorder = recorder
    let task = Task { await recorder.run() }
    task.cancel()
    await task.value
  }

  var records: [DecisionRecord] {
    get async throws {
      try await journal.entries(JournalQuery()).compactMap { entry in
        if case .decision(let record) = entry.content { record } else { nil }
      }
    }
  }
}

@Suite("Decisions on record")
struct DecisionRecorderTests {
  @Test("say who asked for what, what was found, and what came of it")
  func record() async throws {
    let gate = try await RecordedGate()
    _ = try await gate.checkpoint.answer(Review.of(Review.pod(Review.web, Review.evil)))
    _ = try await gate.checkpoint.answer(Review.of(Review.pod(Review.web)))
    await gate.settle()
    let records = try await gate.records
    #expect(records.map(\.verdict) == ["denied", "allowed"])
    let first = try #require(records.first)
    #expect(first.request.uid == "u-1" && first.request.user == "alice" && first.request.groups == ["devs"])
    #expect(first.request.kind == "v1 Pod" && first.request.name == "p" && first.request.webhook == "validate")
    #expect(first.images.map(\.pinned) == [Review.web, Review.evil])
    #expect(
      first.images[0].judged.flatMap(\.counted).map(\.occurrence) == ["projects/p/occurrences/1", "projects/p/occurrences/1"])
    #expect(first.images[0].judged.flatMap(\.counted).map(\.atSeconds) == [1_777_600_000, 1_777_600_000])
    #expect(first.images[1].judged.map(\.demanded) == [SignedImages.names])
    #expect(first.images[1].asked.map(\.attestor) == SignedImages.names)
    #expect(first.codes == ["attestation-missing"])
    #expect(first.policy == "\(gate.checkpoint.rulebook.digest)")
    #expect(try await DecisionJournalContract.faults(of: gate.journal).isEmpty)
    #expect(gate.recorder.tally == DecisionRecorder.Tally(recorded: 2))
    #expect(gate.recorder.note == nil)
  }

  @Test("are all that was judged or refused, and not what makes no image run or is a dry run")
  func scope() async throws {
    let gate = try await RecordedGate { $0.exemptNamespaces = ["kube-system"] }
    for review in [
      Review.of(Review.pod(Review.evil), dryRun: true), Review.of("null", old: Review.pod(Review.evil), operation: "DELETE"),
      Review.of(#"{"apiVersion":"v1","kind":"ConfigMap"}"#, kind: ("", "v1", "ConfigMap")),
    ] { _ = try await gate.checkpoint.answer(review) }
    await gate.settle()
    #expect(try await gate.records.isEmpty)
    _ = try await gate.checkpoint.answer(Review.of(Review.pod(Review.evil), namespace: "kube-system"))
    _ = try await gate.checkpoint.answer(Review.of(#"{"apiVersion":"v1","kind":"Pod","spec":{}}"#))
    await gate.settle()
    let records = try await gate.records
    #expect(records.map(\.codes) == [["exempt"], ["malformed-workload"]])
    #expect(records.allSatisfy { !$0.isJudged })
    #expect(records[1].message.contains("there is no container"))
  }

  @Test("never keep anybody waiting: when the queue is full they are counted as not recorded")
  func full() async throws {
    var settings = DecisionSettings()
    settings.limitWaiting = 2
    let gate = try await RecordedGate(settings: settings)
    for _ in 0..<5 { #expect(try await gate.checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed) }
    #expect(gate.recorder.tally == DecisionRecorder.Tally(waiting: 2, lost: 3))
    #expect(gate.recorder.note == "3 decisions were not recorded, 2 wait")
    await gate.settle()
    #expect(try await gate.records.count == 2)
    settings.limitWaitingBytes = 1
    let tight = try await RecordedGate(settings: settings)
    #expect(try await tight.checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed)
    #expect(tight.recorder.tally.lost == 1)
  }

  @Test("cannot be written: admission goes on, and the glass cannot be broken")
  func down() async throws {
    let gate = try await RecordedGate { $0.breakGlass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"]) }
    let broken = Review.of(Review.pod(Review.evil, annotations: #"{"x.test/reason":"incident 42"}"#), groups: ["sre-oncall"])
    await gate.journal.fail(true)
    #expect(try await gate.checkpoint.answer(Review.of(Review.pod(Review.web))).isAllowed)
    let refused = try await gate.checkpoint.answer(broken)
    #expect(refused.codes == ["break-glass-unrecorded", "attestation-missing"])
    await gate.settle()
    #expect(gate.recorder.tally.lost == 2)
    #expect(gate.recorder.note == "2 decisions were not recorded, 0 wait: The store has no room for it: the disk is full.")
    await gate.journal.fail(false)
    #expect(try await gate.checkpoint.answer(broken).verdict == .brokenGlass)
    #expect(try await gate.records.map(\.verdict) == ["broken-glass"], "it is there before the answer is")
  }

  @Test("tell in which mode something was let in, as the answer and the metrics do", arguments: Enforcement.allCases)
  func modes(_ enforcement: Enforcement) async throws {
    let gate = try await RecordedGate(policy: Policy(name: "p", defaultRule: .denying(enforcement: enforcement)))
    let answer = try await gate.checkpoint.answer(Review.of(Review.pod(Review.evil)))
    await gate.settle()
    let record = try #require(try await gate.records.first)
    let metrics = gate.checkpoint.gate.metrics.text(gauges: [])
    let mode = enforcement == .block ? "denied" : enforcement.mode
    #expect(record.images.flatMap(\.judged).map(\.verdict) == [mode])
    #expect(answer.isAllowed == (enforcement != .block))
    #expect(answer.codes == (enforcement == .block ? ["always-deny"] : [mode]))
    #expect(answer.warnings.isEmpty == [.block, .audit].contains(enforcement))
    #expect(answer.warnings.first?.hasPrefix("dry run: ") ?? false == (enforcement == .dryRun))
    #expect(record.warnings == answer.warnings)
    for other in Enforcement.allCases where other != .block {
      let line = "pratique_admission_unenforced_total{mode=\"\(other.mode)\"} \(other == enforcement ? 1 : 0)\n"
      #expect(metrics.contains(line))
    }
  }

  private static let softened: [CauseAnswers] = {
    var (warned, open) = (CauseAnswers(), CauseAnswers())
    warned[.unsigned] = .warn
    for cause in EvidenceCause.allCases { open[cause] = .allow }
    return [CauseAnswers(), warned, open]
  }()

  @Test(
    "come out the same when they are judged again by the same policy on the same evidence, whatever follows from a cause",
    arguments: softened)
  func replay(_ causes: CauseAnswers) async throws {
    let gate = try await RecordedGate { $0.causes = causes }
    var dice = Dice(seed: 5)
    let infra = "r.test/infra/agent@\(Review.digest)"
    let images = [
      Review.web, Review.evil, infra, "r.test/prod/web:v1", "UPPER",
      "r.test/prod/half@sha256:" + String(repeating: "c", count: 64),
    ]
    try await gate.checkpoint.signed.sign(images[5], as: [SignedImages.names[0]])
    var verdicts: [Bool] = []
    for _ in 0..<60 {
      let chosen = (0..<Int.random(in: 1...3, using: &dice)).map { _ in images[Int.random(in: 0..<images.count, using: &dice)] }
      let pod = Review.pod(
        chosen[0], more: chosen.count > 1 ? ",\"initContainers\":[{\"name\":\"i\",\"image\":\"\(chosen[1])\"}]" : "")
      verdicts.append(try await gate.checkpoint.answer(Review.of(pod)).isAllowed)
      gate.clock.advance(seconds: Int64.random(in: 0...400, using: &dice))
    }
    await gate.settle()
    var report = ReplayReport()
    for record in try await gate.records {
      let review = try #require(try record.review())
      var evidence = record.passingEvidence
      for (image, demand) in gate.checkpoint.rulebook.demands(of: review, lookups: evidence.lookups) {
        for name in demand.attestors {
          let attestor = try #require(gate.checkpoint.rulebook.attestors[name])
          let offered = try await gate.checkpoint.signed.attestations(about: image, under: attestor.note, atMost: 1_000)
          evidence.answers[image, default: [:]][name] = .verdict(
            attestor.verdict(on: offered, for: image, at: record.atSeconds))
        }
      }
      #expect(record.causes == causes)
      let judged = gate.checkpoint.rulebook.decision(on: review, evidence: evidence, at: record.atSeconds)
      let decision = record.causes.softened(judged).decision
      report.add(record, decision, evidence: evidence, owner: record.owner(by: [], of: review))
      var again = record
      again.take(decision, evidence: evidence)
      #expect(again == record)
    }
    #expect((report.judged, report.toDenied, report.toAllowed, report.evidenceChanged) == (60, 0, 0, 0))
    #expect(Set(verdicts) == [true, false])
  }
}

@Suite("The message of a denial")
struct DenialMessageTests {
  @Test("begins with the image and the cause, counts the rest, and ends with the command that explains")
  func message() async throws {
    let gate = try await RecordedGate()
    let evil2 = Review.evil.replacing("evil@", with: "evil2@")
    let answer = try await gate.checkpoint.answer(Review.of(Review.pod(Review.web, Review.evil, evil2)))
    #expect(answer.message.hasPrefix("\(Review.evil) (spec.containers[1], container \"c1\"): No attestation by qa was found."))
    #expect(answer.message.contains("1 more image is denied: \(evil2)."))
    #expect(answer.message.hasSuffix(" Why: pratique explain u-1"))
  }

  @Test("stays within its bounds, whatever is denied, and still ends with the command")
  func bounds() async throws {
    let gate = try await RecordedGate()
    let names = (0..<200).map { "\"image\":\"r.test/prod/\(String(repeating: "x", count: 100))\($0)@\(Review.digest)\"" }
    let containers = names.map { "{\"name\":\"c\",\($0)}" }.joined(separator: ",")
    let pod = #"{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":{"containers":[\#(containers)]}}"#
    let answer = try await gate.checkpoint.answer(Review.of(pod))
    #expect(answer.message.utf8.count <= AdmissionAnswer.limitMessageBytes)
    #expect(answer.message.utf8.allSatisfy { (32...126).contains($0) })
    #expect(answer.message.contains("199 more images are denied"))
    #expect(answer.message.hasSuffix("pratique explain u-1"))
  }

  @Test("promises no explanation where there is no record of it")
  func unexplained() async throws {
    let plain = try Checkpoint()
    #expect(try await !plain.answer(Review.of(Review.pod(Review.evil))).message.contains("explain"))
    let gate = try await RecordedGate()
    #expect(try await !gate.checkpoint.answer(Review.of(Review.pod(Review.evil), dryRun: true)).message.contains("explain"))
    let odd = Review.of(Review.pod(Review.evil)).replacing("\"uid\":\"u-1\"", with: "\"uid\":\"$(reboot)\"")
    #expect(try await !gate.checkpoint.answer(odd).message.contains("explain"))
  }
}
