import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Server
import Synchronization
import Testing

/// What continuous validation told, and whether it may.
final class Outlets: ReportKeeper, ViolationListener, PodMarker {
  struct Down: Error {}

  private struct State {
    var reports: [String] = []
    var takeOvers = 0
    var events: [(PodOwner, String)] = []
    var marks: [String: PodMarks] = [:]
    var isLeading = true
    var revision = 0
    var unreachable: Set<String> = []
    var tries = 0
  }

  private let state = Mutex(State())

  var report: String { state.withLock { $0.reports.last ?? "" } }
  var reports: Int { state.withLock { $0.reports.count } }
  var takeOvers: Int { state.withLock { $0.takeOvers } }
  var events: [(PodOwner, String)] { state.withLock { $0.events } }
  var marks: [String: PodMarks] { state.withLock { $0.marks } }
  var isLeading: Bool {
    get { state.withLock { $0.isLeading } }
    set { state.withLock { $0.isLeading = newValue } }
  }
  var revision: Int {
    get { state.withLock { $0.revision } }
    set { state.withLock { $0.revision = newValue } }
  }

  /// Owners and pods, by name, about which nothing can be written.
  var unreachable: Set<String> {
    get { state.withLock { $0.unreachable } }
    set { state.withLock { $0.unreachable = newValue } }
  }
  var tries: Int { state.withLock { $0.tries } }

  func takeOver(_ report: [UInt8]) async throws {
    state.withLock { $0.takeOvers += 1 }
    try await write(report)
  }

  func write(_ report: [UInt8]) async throws { state.withLock { $0.reports.append(String(decoding: report, as: UTF8.self)) } }
  func tell(_ owner: PodOwner, _ note: String) async throws {
    try state.withLock {
      $0.tries += 1
      guard !$0.unreachable.contains(owner.name) else { throw Down() }
      $0.events.append((owner, note))
    }
  }
  func mark(namespace: String, name: String, _ marks: PodMarks) async throws {
    try state.withLock {
      $0.tries += 1
      guard !$0.unreachable.contains(name) else { throw Down() }
      $0.marks["\(namespace)/\(name)"] = marks
    }
  }
}

@Suite("Continuous validation", .timeLimit(.minutes(2)))
struct ContinuousValidationTests {
  let pods = RunningPods()
  let outlets = Outlets()
  let signed: SignedImages
  let checkpoint: Checkpoint

  init() throws {
    signed = try SignedImages()
    checkpoint = try Checkpoint(signed) {
      $0.exemptNamespaces = ["kube-system"]
      ($0.evidenceAgeSeconds, $0.refusalAgeSeconds) = (0, 0)
    }
  }

  private func running(
    _ change: (inout ValidationSettings) -> Void = { _ in }, isLeading: (@Sendable () -> Bool)? = nil,
    _ body: (ContinuousValidation) async throws -> Void
  ) async throws {
    var settings = ValidationSettings()
    settings.tick = .milliseconds(20)
    change(&settings)
    let (outlets, checkpoint) = (outlets, checkpoint)
    let rulebook = Rulebook(
      images: [Policy(defaultRule: try #require(AdmissionRule.requiring(SignedImages.names)))], attestors: signed.attestors,
      digest: Digest(sha256Of: [1]))
    let validation = ContinuousValidation(
      settings, Revalidation(checkpoint.gate.settings, evidence: GateEvidence(checkpoint.gate)),
      ContinuousValidation.Surroundings(
        pods: pods, rulebook: { rulebook }, revision: { outlets.revision }, isLeading: isLeading ?? { outlets.isLeading },
        report: outlets,
        listener: outlets, marker: outlets, now: { 1_777_896_000 },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await validation.run() }
      try await body(validation)
      group.cancelAll()
    }
  }

  private func hold() async throws {
    try await signed.sign(Review.web)
    for index in 0..<3 { pods.put(try RunningPod.json("web-\(index)"), generation: 1) }
    for index in 0..<2 { pods.put(try RunningPod.json("evil-\(index)", image: Review.evil, owner: "evil-77"), generation: 1) }
    pods.put(try RunningPod.json("system", in: "kube-system", image: Review.evil, owner: nil), generation: 1)
  }

  @Test("reports and tells of what would be kept out, once an owner, and of nothing that is exempt")
  func reports() async throws {
    try await hold()
    try await running { validation in
      try await eventually { outlets.events.count == 1 && outlets.report.contains("violatingPods\":2") }
      let (owner, note) = try #require(outlets.events.first)
      #expect(owner.kind == "ReplicaSet" && owner.name == "evil-77" && owner.uid == "u-evil-77")
      #expect(note.contains("2 running pods") && note.contains("attestation-missing"))
      for part in [#""pods":6"#, #""violatingOwners":1"#, #""entriesLeftOut":0"#, #""codes":["attestation-missing"]"#] {
        #expect(outlets.report.contains(part), "\(outlets.report)")
      }
      #expect(!outlets.report.contains("kube-system"))
      #expect(outlets.marks.isEmpty)
      #expect(validation.metrics.gauges.contains { $0.name == "pratique_validation_violating_pods" && $0.value == 2 })
    }
  }

  @Test("judges a pod that comes later, and everything when the evidence changes")
  func changes() async throws {
    try await hold()
    try await running { _ in
      try await eventually { outlets.events.count == 1 }
      pods.put(try RunningPod.json("late", image: Review.evil, owner: "late-1"), generation: 1)
      try await eventually { outlets.events.contains { $0.0.name == "late-1" } }
      try await signed.sign(Review.evil)
      outlets.revision += 1
      try await eventually { outlets.report.contains("violatingPods\":0") }
    }
  }

  @Test("hears from the store what changes: who vouches, and who no longer does")
  func evidence() async throws {
    let bench = try await EvidenceBench()
    let made = try await bench.sign(Review.web)
    let gate = try await bench.gate()
    await gate.catchUp()
    let (outlets, feed, rulebook) = (outlets, try #require(gate.feed), try bench.rulebook())
    pods.put(try RunningPod.json("web"), generation: 1)
    var settings = ValidationSettings()
    settings.tick = .milliseconds(20)
    let validation = ContinuousValidation(
      settings, Revalidation(gate.settings, evidence: GateEvidence(gate)),
      ContinuousValidation.Surroundings(
        pods: pods, rulebook: { rulebook }, revision: { feed.now.revision }, isLeading: { true }, report: outlets,
        listener: outlets, marker: outlets, now: { 1_777_896_000 },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await validation.run() }
      try await eventually { outlets.report.contains("violatingPods\":0") }
      let before = feed.now.revision
      await gate.catchUp()
      #expect(feed.now.revision == before, "nothing has changed")
      try await bench.store.base.delete(made[0], etag: nil)
      await gate.catchUp()
      try await eventually { outlets.report.contains("violatingPods\":1") }
      try await bench.sign(Review.web)
      await gate.catchUp()
      try await eventually { outlets.report.contains("violatingPods\":0") }
      group.cancelAll()
    }
  }

  @Test("says nothing while another leads, and takes over what that one wrote")
  func follower() async throws {
    try await hold()
    outlets.isLeading = false
    try await running { validation in
      for _ in 0..<20 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(outlets.reports == 0 && outlets.events.isEmpty)
      outlets.isLeading = true
      try await eventually { outlets.takeOvers == 1 && outlets.events.count == 1 }
      outlets.isLeading = false
      try await eventually { validation.metrics.gauges.first?.value == 0 }
      outlets.isLeading = true
      try await eventually { outlets.takeOvers == 2 }
    }
  }

  @Test("keeps what it found while there is no answer")
  func unknown() async throws {
    try await hold()
    try await running { validation in
      try await eventually { outlets.report.contains("violatingPods\":2") }
      signed.fail(true)
      let rounds = { validation.metrics.gauges.first { $0.name == "pratique_validation_rounds" }?.value ?? 0 }
      let before = rounds()
      outlets.revision += 1
      try await eventually { rounds() > before }
      #expect(outlets.events.count == 1)
      #expect(outlets.report.contains("violatingPods\":2"))
    }
  }

  @Test("judges again before its time where there was no answer, and then says what it found")
  func answered() async throws {
    try await hold()
    signed.fail(true)
    try await running({ $0.retry = .milliseconds(100) }) { _ in
      try await eventually { outlets.report.contains("shapesNotJudged\":2") }
      signed.fail(false)
      try await eventually { outlets.report.contains("violatingPods\":2") && outlets.events.count == 1 }
    }
  }

  @Test("keeps telling the others where one cannot be told, and does not try that one again and again")
  func unreachable() async throws {
    for index in 0..<20 {
      pods.put(try RunningPod.json("e\(index)", image: Review.evil, owner: "owner-\(10 + index)"), generation: 1)
    }
    outlets.unreachable = ["owner-10", "owner-11", "owner-12", "owner-13"]
    try await running { validation in
      try await eventually { outlets.events.count == 16 }
      for _ in 0..<10 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(outlets.tries == 20)
      #expect(validation.metrics.gauges.contains { $0.name == "pratique_validation_untold" && $0.value == 4 })
    }
  }

  @Test("marks the others where one pod cannot be marked")
  func unmarkable() async throws {
    try await hold()
    outlets.unreachable = ["evil-0", "web-0", "web-1"]
    try await running({ ($0.marksPerMinute, $0.eventsPerMinute) = (60, 0) }) { _ in
      try await eventually { outlets.marks.count == 2 && outlets.tries == 5 }
      for _ in 0..<10 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(outlets.tries == 5, "none is tried again at once")
    }
  }

  @Test("does everything anew when a round was cut short")
  func cutShort() async throws {
    for index in 0..<600 {
      pods.put(try RunningPod.json("e\(index)", image: Review.evil, more: #","hostname\#(index)":true"#), generation: 1)
    }
    // Leads, except for one moment in the middle of the first round.
    let asked = Mutex(0)
    let isLeading: @Sendable () -> Bool = {
      asked.withLock {
        $0 += 1
        return $0 != 3
      }
    }
    try await running(isLeading: isLeading) { _ in
      try await eventually { outlets.report.contains("violatingPods\":600") }
    }
  }

  @Test("tells no faster than it may")
  func rate() async throws {
    for index in 0..<50 {
      pods.put(try RunningPod.json("e\(index)", image: Review.evil, owner: "owner-\(index)"), generation: 1)
    }
    try await running({ $0.eventsPerMinute = 10 }) { _ in
      try await eventually { outlets.events.count >= 10 }
      for _ in 0..<20 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(outlets.events.count <= 13)
      #expect(outlets.report.contains("violatingOwners\":50"))
    }
  }

  @Test("marks pods as Kritis does where that is wanted")
  func marks() async throws {
    try await hold()
    try await running({ $0.marksPerMinute = 600 }) { _ in
      try await eventually { outlets.marks.count == 5 }
      let bad = try #require(outlets.marks["shop/evil-0"])
      #expect(bad.violation?.contains("attestation-missing") == true && !bad.isAttested)
      let good = try #require(outlets.marks["shop/web-0"])
      #expect(good == outlets.marks["shop/web-1"] && good.violation == nil && good.isAttested)
      let patch = String(decoding: good.patch.bytes, as: UTF8.self)
      #expect(patch.contains(#""kritis.grafeas.io/invalidImageSecPolicy":null"#))
      #expect(patch.contains(#""kritis.grafeas.io/attestation":"attested""#))
    }
  }

  @Test("writes a bounded report of a cluster in which everything is wrong")
  func bounded() async throws {
    for index in 0..<3_000 {
      pods.put(try RunningPod.json("e\(index)", image: Review.evil, owner: "owner-\(index)"), generation: 1)
    }
    try await running { _ in
      try await eventually { outlets.report.contains("violatingOwners\":3000") }
      #expect(outlets.report.utf8.count <= 1 << 20)
      let left = try #require(outlets.report.firstMatch(of: /entriesLeftOut":(\d+)/)?.1)
      #expect((Int(left) ?? 0) >= 2_000)
    }
  }
}
