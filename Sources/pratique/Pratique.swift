import ArgumentParser
import Foundation
import Images

/// The command for people and CI: builds, audits, records, attests, shows and serves.
struct Pratique: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pratique",
    abstract: "Give container images their bill of health, and know what may run.",
    discussion: """
      Exit codes: 0 yes, 1 no (a gate, check or verdict says no), 2 could not tell (bad usage, or something did not answer).

      Example: pratique pipeline run services/web
      """,
    version: version,
    subcommands: [
      PipelineCommand.self, AuditCommand.self, FeedsCommand.self, KeysCommand.self, AttestCommand.self,
      CheckCommand.self, VerifyCommand.self, ShowCommand.self, PolicyCommand.self, HardenCommand.self,
      ResolveTagsCommand.self, DecisionsCommand.self, ExplainCommand.self, BreakGlassCommand.self, MetadataCommand.self,
      ServeCommand.self,
    ])

  static let version = "0.1.0"
}

/// Runs the command and turns whatever comes of it into words and an exit code; nothing leaves `main`.
@main
struct Main {
  /// By the name that it was started with.
  private static var root: any ParsableCommand.Type {
    KubectlPlugin.isMeant(by: CommandLine.arguments.first ?? "") ? KubectlPlugin.self : Pratique.self
  }

  static func main() async {
    do {
      let parsed = try root.parseAsRoot()
      if var command = parsed as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = parsed
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    // What was printed so far comes before the complaint, in a pipe too.
    fflush(nil)
    if let problem = error as? any Problem {
      Terminal.complain("\(problem)")
      Pratique.exit(withError: ExitCode.couldNotTell)
    }
    let code = root.exitCode(for: error)
    let message = root.fullMessage(for: error)
    if code == .success {
      print(message)
      Pratique.exit()
    }
    if !message.isEmpty { Terminal.complain(message) }
    Pratique.exit(withError: code == .no ? ExitCode.no : ExitCode.couldNotTell)
  }
}

extension ExitCode {
  /// A gate, check or verdict says no.
  static let no = ExitCode(1)
  /// Bad usage, or something that had to answer did not.
  static let couldNotTell = ExitCode(2)
}
