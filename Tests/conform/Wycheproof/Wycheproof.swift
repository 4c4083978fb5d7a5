import ArgumentParser
import Attestations
import Foundation
import Images

/// Signatures that are right, wrong in one detail, or right in a form that should not count.
struct Wycheproof: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run signature cases in the Wycheproof format.",
    discussion: """
      Reads every *.json of the directory and of those below it. Groups of schemes that no attestation is verified with,
      and files that hold no signatures, are skipped by name. A case called acceptable passes either way.
      """)

  @Argument(help: "The directory of the cases.") var directory: String

  private static let limitBytes = 64 << 20

  func run() async throws {
    var tally = Tally()
    let names = (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".json") }.sorted()
    guard !names.isEmpty else { throw ValidationError("\(directory) holds no *.json.") }
    for name in names {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
      let groups: [JSONNode]
      do throws(JSONError) {
        let root = try JSONDocument(parsing: Array(bytes), atMost: Self.limitBytes).root
        groups = root["testGroups"]?.elements ?? []
      } catch {
        tally.add(.failed(expected: "a file of cases", got: error.problem), of: name)
        continue
      }
      if groups.isEmpty { tally.addSkips(0, of: name, because: "it has no test groups") }
      Self.judge(groups, of: name, &tally)
    }
    try tally.finish()
  }

  private static func judge(_ groups: [JSONNode], of name: String, _ tally: inout Tally) {
    var skipped: [String: Int] = [:]
    for group in groups {
      let cases = group["tests"]?.elements ?? []
      do {
        let verifier = try WycheproofGroup(group)
        for one in cases {
          switch verifier.outcome(of: one) {
          case .passed: tally.addPasses(1)
          case .skipped(let reason): skipped[reason, default: 0] += 1
          case let failed: tally.add(failed, of: "\(name) \(one["tcId"]?.int ?? 0) \(one["comment"]?.string ?? "")")
          }
        }
      } catch {
        skipped[error.description, default: 0] += cases.count
      }
    }
    for (reason, count) in skipped.sorted(by: { $0.key < $1.key }) { tally.addSkips(count, of: name, because: reason) }
  }
}
