import Metadata
import Pipeline
import Schemas
import Testing

@Suite("When the nth outside call fails, a pipeline run")
struct FailureSweepTests {
  @Test("signs nothing that was not recorded, records nothing that was not pushed, and says which stage failed")
  func sweep() async throws {
    for n in 1...200 {
      let bench = try Workbench(failingCall: n)
      let report = try await bench.run()
      let recorded = try await bench.occurrences()
      let calls = bench.world.calls
      if calls.contains("sign") {
        #expect(recorded.contains { $0.kind == .discovery }, "failing call \(n): \(calls)")
      }
      let attested = recorded.filter { $0.kind == .attestation }.count
      #expect(attested <= calls.count { $0 == "sign" }, "failing call \(n): \(calls)")
      if !recorded.isEmpty {
        #expect(await bench.registry.digests.contains(bench.image.digest), "failing call \(n): \(calls)")
      }
      guard let failure = report.failure else {
        #expect(n > 15 && attested == 2)
        return
      }
      #expect(report.done.map(\.stage) == Array(Stage.allCases.prefix { $0 != failure.stage }), "failing call \(n)")
    }
    Issue.record("No run got through.")
  }
}
