import ArgumentParser

/// What a durable write and a list cost, against a bare database that does the same durable work.
@main
struct StoreRace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store-race", abstract: "Race the metadata store against a bare database.",
    discussion: "Benchmarks/race-store runs the race.", subcommands: [Create.self, Batch.self, Read.self])
}
