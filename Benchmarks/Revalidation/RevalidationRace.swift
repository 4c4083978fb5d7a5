import ArgumentParser
import Attestations
import Foundation
import Images
import Logging
import Policies
import Server

/// How much it costs to judge a whole cluster again after a key was revoked.
@main
struct RevalidationRace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revalidation-race",
    abstract: "Judge a made-up cluster again after one of two keys was revoked, and print what it cost.",
    discussion: "Example: revalidation-race --pods 120000 --digests 5000")

  @Option(help: "Pods that run.") var pods = 120_000
  @Option(help: "Distinct images among them.") var digests = 5_000
  @Option(help: "Rounds.") var rounds = 3

  func run() async throws {
    let world = try await RunningWorld(digests: digests)
    let running = RunningPods()
    try await measured("hold \(pods) pods") {
      for index in 0..<pods { running.put(try world.pod(index), generation: 1) }
      running.complete(generation: 1, isTruncated: false)
    }
    let counts = running.counts
    print("held: \(counts.pods) pods, \(counts.shapes) shapes, resident \(Self.residentMegabytes()) MB")
    for round in 1...rounds {
      let gate = world.gate()
      let revalidation = Revalidation(gate.settings, evidence: GateEvidence(gate))
      let before = try await measured("round \(round), nothing known") {
        try await revalidation.summary(of: running, under: world.rulebook(isRevoked: false), at: RunningWorld.now)
      }
      let after = try await measured("round \(round), after the revocation") {
        try await revalidation.summary(of: running, under: world.rulebook(isRevoked: true), at: RunningWorld.now)
      }
      let again = try await measured("round \(round), all in memory") {
        try await revalidation.summary(of: running, under: world.rulebook(isRevoked: true), at: RunningWorld.now)
      }
      print("violating shapes: \(before.violating), then \(after.violating), then \(again.violating) of \(after.shapes)")
    }
    print("resident \(Self.residentMegabytes()) MB")
  }

  /// Prints CPU seconds of the whole process and wall seconds of `work`.
  @discardableResult
  private func measured<Result>(_ name: String, _ work: () async throws -> Result) async throws -> Result {
    let (cpu, wall) = (Self.cpuSeconds(), ContinuousClock.now)
    let result = try await work()
    let took = wall.duration(to: .now).components
    let seconds = Double(took.seconds) + Double(took.attoseconds) / 1e18
    print(String(format: "%@: %.2f s of CPU, %.2f s", name, Self.cpuSeconds() - cpu, seconds))
    return result
  }

  private static func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  private static func residentMegabytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (Int(text.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 4_096 >> 20
  }
}
