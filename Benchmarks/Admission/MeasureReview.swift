import ArgumentParser
import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Server
import Store

/// What a warm review costs beside HTTP and TLS, on one thread: from the bytes of the review to the bytes of the answer.
struct MeasureReview: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "review")

  @Argument(help: "The folder that `world` filled.") var folder: String
  @Option(help: "How many times each of the reviews is answered.") var rounds = 40

  func run() async throws {
    let rules = RulebookFiles(policyFile: "\(folder)/policy.yaml", attestorsFile: "\(folder)/attestors.yaml")
    _ = try rules.reload()
    var settings = GateSettings()
    (settings.evidenceAgeSeconds, settings.refusalAgeSeconds) = (3_600, 3_600)
    let store = try SQLiteStore(path: "\(folder)/store.sqlite")
    let gate = Gate(
      settings: settings,
      surroundings: Gate.Surroundings(
        rulebook: { rules.rulebook }, attestations: RecordedAttestations(store), now: { Int64(Date().timeIntervalSince1970) },
        logger: Logger(label: "race") { _ in SwiftLogNoOpLogHandler() }, lines: { _ in }))
    let reviews = try (0..<MakeWorld.images).map { Array(try MakeWorld.review($0).utf8) }
    var best = (parse: Double.infinity, all: Double.infinity)
    for _ in 0..<rounds {
      var start = ContinuousClock.now
      for review in reviews { _ = try JSONDocument(parsing: review, atMost: 1 << 20) }
      best.parse = min(best.parse, microseconds(since: start))
      start = .now
      for review in reviews {
        let request = try AdmissionRequest(JSONDocument(parsing: review, atMost: 1 << 20).root)
        _ = await gate.answer(to: request, mayPatch: false).review(uid: request.uid)
      }
      best.all = min(best.all, microseconds(since: start))
    }
    print(String(format: "%.1f us a review, of which JSON %.1f us (the best of %d rounds)", best.all, best.parse, rounds))
  }

  private func microseconds(since start: ContinuousClock.Instant) -> Double {
    let took = start.duration(to: .now).components
    return (Double(took.seconds) * 1e6 + Double(took.attoseconds) / 1e12) / Double(MakeWorld.images)
  }
}
