import ArgumentParser
import Foundation
import Images

struct Attacks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attack the gate with the cases of a directory.",
    discussion: """
      Every case is a YAML file; common.json beside them is the world they start from. The gate listens on a loopback port
      over HTTPS; its store, clock and registries are the world's. A case with a field that is unknown here, or that asks
      for what is not built yet, is skipped by name.

      Example: swift run conform attacks ../shared/data/attacks
      """)

  @Argument(help: "The directory of the cases.") var directory: String
  @Option(help: "Only cases whose file name starts with this.") var only: String = ""
  @Flag(help: "Also say what came of each step, and when a denial lacks the words a case hints at.") var verbose = false

  func run() async throws {
    let folder = URL(filePath: directory)
    let runner = CaseRunner(common: try Self.common(in: folder), isVerbose: verbose)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { ["yaml", "yml"].contains($0.pathExtension) && $0.lastPathComponent.hasPrefix(only) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    var tally = Tally()
    for file in files {
      let name = file.deletingPathExtension().lastPathComponent
      if verbose { print("CASE \(name)") }
      let outcome: Outcome
      if let text = try? String(contentsOf: file, encoding: .utf8), let theCase = try? CaseValue(yaml: text) {
        outcome = await runner.outcome(of: theCase)
      } else {
        outcome = .skipped(because: "the file is not YAML")
      }
      tally.add(outcome, of: name)
    }
    try tally.finish()
  }

  private static func common(in folder: URL) throws -> CaseValue {
    let file = folder.appending(path: "common.json")
    guard let bytes = try? Data(contentsOf: file) else { throw ValidationError("\(file.path) cannot be read.") }
    return CaseValue(try JSONDocument(parsing: Array(bytes), atMost: 64 << 20).root)
  }
}
