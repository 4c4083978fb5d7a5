import ArgumentParser
import Images
import Metadata
import Policies

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why the gate decided as it did: what was demanded, found and missing, and what mends it.",
    discussion: """
      The decision is named as a denial prints it: by the uid of its request or how that begins, or by its number in
      `pratique decisions list`.

      Example: pratique explain 7c1f9f0a-53c4-4b9e-9a53-0f6f3e1f2d11 --file /var/lib/pratique/decisions.sqlite
      """)

  @Argument(help: "The uid, or how it begins, or the number.") var decision: String
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let record = try await journal.withJournal { try await $0.decision(named: decision).record }
    let tree = ProofTree(record, time: utc)
    switch output.output {
    case .json: try output.printJSON(tree)
    case .table: tree.lines(Self.line).forEach { print($0) }
    }
  }

  private static func line(_ mark: ProofTree.Mark, _ text: String) -> String {
    let text = printable(text)
    return switch mark {
    case .holds: "\(Terminal.green("yes")) \(text)"
    case .fails: "\(Terminal.red("no")) \(text)"
    case .tolerated: "\(Terminal.yellow("told")) \(text)"
    case .remedy: "\(Terminal.bold("do")) \(text)"
    case .fact: "- \(text)"
    }
  }
}
