import Foundation
import Metadata
import Policies
import Server
import TestSupport
import Testing

@Suite("Breaking the glass at the gate")
struct BreakGlassGateTests {
  private static let annotations = #"{"x.test/reason":"incident 42"}"#

  private static func answer(
    _ log: (any BreakGlassLog)?, groups: [String], dryRun: Bool = false, image: String = Review.evil,
    annotations: String = annotations
  ) async throws -> AdmissionAnswer {
    let checkpoint = try Checkpoint(log: log) { $0.breakGlass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"]) }
    try await checkpoint.signed.sign(Review.web)
    return try await checkpoint.answer(
      Review.of(Review.pod(image, annotations: annotations), groups: groups, dryRun: dryRun))
  }

  @Test("lets in what somebody who may has given a reason for, once it is on record")
  func granted() async throws {
    let log = RecordedUses()
    let answer = try await Self.answer(log, groups: ["sre-oncall"])
    #expect(answer.verdict == .brokenGlass)
    #expect(log.all.map(\.reason) == ["incident 42"])
    #expect(log.all.first?.images == [Review.evil])
    #expect(log.all.first?.codes == ["attestation-missing"])
  }

  @Test("keeps out, and names the cause, where it does not count")
  func refused() async throws {
    let log = RecordedUses()
    let stranger = try await Self.answer(log, groups: ["devs"])
    #expect(stranger.codes == ["break-glass-refused", "attestation-missing"])
    #expect(stranger.message.contains("break glass"))
    #expect(log.all.isEmpty)
    #expect(try await Self.answer(RecordedUses(isFull: true), groups: ["sre-oncall"]).codes.first == "break-glass-unrecorded")
    #expect(try await Self.answer(nil, groups: ["sre-oncall"]).codes.first == "break-glass-unrecorded")
  }

  @Test("leaves no record where nothing is broken: in a dry run, and for what may run anyway")
  func untouched() async throws {
    let log = RecordedUses()
    let tried = try await Self.answer(log, groups: ["sre-oncall"], dryRun: true)
    #expect(tried.isAllowed && tried.warnings == ["The glass would be broken, and that put on record."])
    #expect(try await Self.answer(log, groups: ["sre-oncall"], image: Review.web).verdict == .allowed)
    #expect(log.all.isEmpty)
  }

  @Test("is on record as one line of JSON, for its owner only")
  func file() async throws {
    let folder = try TemporaryFolder()
    let file = BreakGlassFile(path: folder.path("glass.jsonl"))
    for reason in ["one", #"two \"quoted\"\n"#] {
      let annotations = #"{"x.test/reason":"\#(reason)"}"#
      #expect(try await Self.answer(file, groups: ["sre-oncall"], annotations: annotations).isAllowed)
    }
    let lines = try String(contentsOfFile: folder.path("glass.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.last?.contains(#""reason":"two \"quoted\"\u000a""#) == true)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("glass.jsonl"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let nowhere = BreakGlassFile(path: folder.path("missing/glass.jsonl"))
    #expect(try await Self.answer(nowhere, groups: ["sre-oncall"]).codes.first == "break-glass-unrecorded")
  }
}

@Suite("Breaking the glass with a journal")
struct BreakGlassJournalTests {
  private static let annotations = #"{"x.test/reason":"incident 42"}"#
  private static let controller = "system:serviceaccount:kube-system:replicaset-controller"

  private static func review(
    _ image: String = Review.evil, user: String = "alice", groups: [String] = ["sre-oncall"], dryRun: Bool = false
  )
    -> String
  {
    Review.of(Review.pod(image, annotations: annotations), user: user, groups: groups, dryRun: dryRun)
  }

  private static func gate(_ change: (inout BreakGlass) -> Void = { _ in }) async throws -> RecordedGate {
    var glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"])
    change(&glass)
    let chosen = glass
    return try await RecordedGate { $0.breakGlass = chosen }
  }

  @Test("needs no other log, and waits for review")
  func recorded() async throws {
    let gate = try await Self.gate()
    #expect(try await gate.checkpoint.answer(Self.review()).verdict == .brokenGlass)
    await gate.settle()
    let record = try #require(try await gate.records.first)
    #expect(try await gate.records.count == 1, "it is recorded once")
    #expect(record.glass?.reason == "incident 42" && record.glass?.marker == "x.test/reason")
    #expect(record.glass?.untilSeconds == gate.clock.now + 86_400)
    #expect(try await gate.journal.glass(reviewed: false, atMost: 10).map(\.record.request.uid) == ["u-1"])
  }

  @Test("is one use where both webhooks are asked about a request")
  func both() async throws {
    let gate = try await Self.gate()
    for mayPatch in [true, false] {
      #expect(try await gate.checkpoint.answer(Self.review(), mayPatch: mayPatch).verdict == .brokenGlass)
    }
    #expect(try await gate.records.map(\.glass?.follows) == [nil, 1])
    #expect(try await gate.journal.glass(reviewed: false, atMost: 10).map(\.sequence) == [1])
    gate.clock.advance(seconds: 31)
    for _ in 0..<2 { #expect(try await gate.checkpoint.answer(Self.review()).verdict == .brokenGlass) }
    #expect(
      try await gate.journal.glass(reviewed: false, atMost: 10).map(\.sequence) == [1, 3, 4], "these are uses of their own")
  }

  @Test("waits for a second person where one is needed, and counts only for as long as they said")
  func approval() async throws {
    let gate = try await Self.gate { $0.needsApproval = true }
    #expect(try await gate.checkpoint.answer(Self.review()).codes.first == "break-glass-unapproved")
    var request = BreakGlassRequest()
    (request.id, request.user, request.namespace, request.reason) = ("bg-1", "alice", "prod", "incident 42")
    request.untilSeconds = gate.clock.now + 100
    var own = BreakGlassApproval()
    (own.request, own.user, own.atSeconds) = ("bg-1", "alice", gate.clock.now)
    try await gate.journal.append([.request(request), .approval(own)])
    #expect(try await gate.checkpoint.answer(Self.review()).codes.first == "break-glass-unapproved")
    #expect(try await gate.checkpoint.answer(Self.review(dryRun: true)).codes.first == "break-glass-unapproved")
    var approval = own
    approval.user = "bob"
    try await gate.journal.append([.approval(approval)])
    #expect(try await gate.checkpoint.answer(Self.review(dryRun: true)).isAllowed)
    #expect(try await gate.checkpoint.answer(Self.review()).verdict == .brokenGlass)
    await gate.settle()
    let glass = try #require(try await gate.journal.glass(reviewed: false, atMost: 10).first?.record.glass)
    #expect(glass.approval == "bg-1" && glass.untilSeconds == request.untilSeconds)
    gate.clock.advance(seconds: 100)
    #expect(try await gate.checkpoint.answer(Self.review()).codes.first == "break-glass-unapproved")
  }

  @Test("does not count when the journal does not say in time who approved", .timeLimit(.minutes(2)))
  func silence() async throws {
    var glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"])
    glass.needsApproval = true
    let chosen = glass
    let gate = try await RecordedGate { ($0.breakGlass, $0.deadline) = (chosen, .milliseconds(300)) }
    await gate.journal.fallSilent()
    #expect(try await gate.checkpoint.answer(Self.review()).codes.first == "break-glass-unrecorded")
  }

  @Test("is repeated by controllers for the same images, until its time is over")
  func controllers() async throws {
    let gate = try await Self.gate { $0.grantSeconds = 100 }
    func byController(_ image: String = Review.evil) async throws -> AdmissionAnswer {
      try await gate.checkpoint.answer(Self.review(image, user: Self.controller, groups: ["system:serviceaccounts"]))
    }
    #expect(try await byController().codes.first == "break-glass-over")
    #expect(try await gate.checkpoint.answer(Self.review()).verdict == .brokenGlass)
    for _ in 0..<30 { #expect(try await byController().verdict == .brokenGlass) }
    #expect(try await byController(Review.evil.replacing("evil", with: "worse")).codes.first == "break-glass-over")
    #expect(try await gate.checkpoint.answer(Self.review(user: "eve", groups: [])).codes.first == "break-glass-refused")
    gate.clock.advance(seconds: 100)
    #expect(try await byController().codes.first == "break-glass-over")
    #expect(try await gate.journal.glass(reviewed: false, atMost: 10).count == 1, "what follows is reviewed with it")
  }
}
