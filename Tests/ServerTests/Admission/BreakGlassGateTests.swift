import Foundation
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
    #expect(try await Self.answer(log, groups: ["sre-oncall"], dryRun: true).isAllowed)
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
