import ArgumentParser

struct Versions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the versions cases of a directory.")

  @Argument(help: "The directory of the cases.") var directory: String

  func run() async throws { try Tally().finish() }
}
