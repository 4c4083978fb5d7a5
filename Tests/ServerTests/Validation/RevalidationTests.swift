import Images
import Metadata
import Policies
import Server
import Testing

/// Says the same of every image it is asked about.
private struct SameEvidence: RunningEvidence {
  let occurrences: Known<[Occurrence]>

  func evidence(for demands: [PinnedReference: ImageDemand], under rulebook: Rulebook, at now: Int64) async -> Evidence {
    Evidence(subjects: Dictionary(uniqueKeysWithValues: demands.keys.map { ($0, CheckSubject($0, occurrences: occurrences)) }))
  }
}

@Suite("What runs, judged again")
struct RevalidationTests {
  @Test("is a violation by what is recorded, and not by what nobody answered")
  func unanswered() async throws {
    let pods = RunningPods()
    pods.put(try RunningPod.json("web"), generation: 1)
    let bench = try await EvidenceBench()
    let rulebook = try bench.rulebook([ScannedPolicy()])
    let reason = Reason(code: "no-answer", problem: "There was no answer.", remedy: "Ask again.")
    for (occurrences, violating) in [(Known<[Occurrence]>.found([]), 1), (.missing(reason, .answer), 0)] {
      let revalidation = Revalidation(GateSettings(), evidence: SameEvidence(occurrences: occurrences))
      let summary = await revalidation.summary(of: pods, under: rulebook, at: bench.clock.now)
      #expect(summary.shapes == 1 && summary.violating == violating)
    }
  }

  @Test("is a violation where nobody can tell what it runs, and not where nothing is judged")
  func unreadable() async throws {
    let pods = RunningPods()
    pods.put(try RunningPod.json("odd", more: #","initContainers":[{"name":"i","image":7}]"#), generation: 1)
    pods.put(try RunningPod.json("odd", in: "exempt", more: #","initContainers":[{"name":"i","image":7}]"#), generation: 1)
    let bench = try await EvidenceBench()
    var settings = GateSettings()
    settings.exemptNamespaces = ["exempt"]
    let revalidation = Revalidation(settings, evidence: SameEvidence(occurrences: .found([])))
    let summary = await revalidation.summary(of: pods, under: try bench.rulebook([]), at: bench.clock.now)
    #expect(summary.violating == 1)
  }
}
