import ArgumentParser
import Foundation

/// The same program under the name `kubectl-pratique`: what people want of it beside `kubectl`.
struct KubectlPlugin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubectl pratique",
    abstract: "Know what may run before it is applied.",
    discussion: """
      A plugin: kubectl finds the program kubectl-pratique on the PATH, which is pratique by another name.

      Exit codes: 0 yes, 1 no, 2 could not tell.

      Example: kubectl pratique resolve-tags -f web.yaml -a
      """,
    version: Pratique.version,
    subcommands: [ResolveTagsCommand.self, PolicyTest.self, ExplainCommand.self])

  /// Whether the program was started as the plugin.
  static func isMeant(by program: String) -> Bool { URL(fileURLWithPath: program).lastPathComponent == "kubectl-pratique" }
}
