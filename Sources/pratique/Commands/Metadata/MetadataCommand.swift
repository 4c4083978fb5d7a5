import ArgumentParser

struct MetadataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata", abstract: "Bring metadata in and out of a store, and keep it small.",
    subcommands: [ExportCommand.self, ImportCommand.self, RetainCommand.self])
}
