import ArgumentParser

/// What the race of the gate against a server that answers a constant needs beside the gate itself.
@main
struct AdmissionRace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "admission-race", abstract: "Make a world for the admission race, or be the server that is raced.",
    discussion: "Benchmarks/race-admission and Benchmarks/race-evidence run the races.",
    subcommands: [
      MakeWorld.self, ServeConstant.self, MakeEvidence.self, ServeMetadata.self, ServeGate.self, ReviewLoad.self, FillMemory.self,
      MeasureReview.self,
    ])
}
