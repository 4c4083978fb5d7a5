import ArgumentParser

struct Attacks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the attacks cases of a directory.")

  @Argument(help: "The directory of the cases.") var directory: String

  func run() async throws { try Tally().finish() }
}
