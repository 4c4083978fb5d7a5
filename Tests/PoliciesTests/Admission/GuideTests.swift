import Foundation
import Policies
import Testing

@Suite("The guide to expressions")
struct GuideTests {
  @Test("shows a policy that can be enforced as it stands")
  func example() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Documentation/guides/expressions.md")
    let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```")
    let example = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
    let rulebook = try AdmissionSample.rulebook(String(example))
    #expect(rulebook.findings(at: 1_777_896_000).isEmpty)
    #expect(try AdmissionSample.judgements(String(example), evidence: AdmissionSample.scan([])).map(\.verdict) == [.allowed])
  }
}
