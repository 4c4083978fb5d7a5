import ArgumentParser

struct Vulnerabilities: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the vulnerabilities cases of a directory.")

  @Argument(help: "The directory of the cases.") var directory: String

  func run() async throws { try Tally().finish() }
}
