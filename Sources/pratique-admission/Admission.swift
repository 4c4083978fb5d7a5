import ArgumentParser
import Foundation
import Images
import Logging
import Server
import ServiceLifecycle

/// The gate in each cluster: a program that can read evidence and judge by it, and can neither sign nor build.
@main
struct Admission: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pratique-admission",
    abstract: "Answer the Kubernetes API server: may this image run here?",
    discussion: """
      Serves POST /validate and POST /mutate on HTTPS, and GET /healthz, /readyz and /metrics. The policy, the attestors
      and the certificate are read again when their files change.

      Exit codes: 0 after a graceful shutdown, 1 when serving failed, 2 when the configuration is wrong.

      Example: pratique-admission --config /etc/pratique/gate.yaml
      """,
    version: "0.1.0")

  @Option(help: "The YAML file with the settings.") var config: String?
  @Flag(help: "Print every setting with its default and meaning, and stop.") var printConfig = false

  func validate() throws {
    guard printConfig || config != nil else {
      throw ValidationError("Give --config FILE; --print-config shows what it may hold.")
    }
  }

  func run() async throws {
    guard !printConfig, let config else { return print(GateConfiguration.explanation) }
    let wiring: Wiring
    do {
      wiring = try await Wiring(try GateConfiguration(file: config))
    } catch {
      Self.complain(error)
      throw ExitCode(2)
    }
    do {
      try await wiring.serve()
    } catch {
      Self.complain(error)
      throw ExitCode(1)
    }
  }

  /// Usage faults are bad usage too: the parser's own code for them is 64.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      let code = exitCode(for: error)
      let text = code == .success || !(error is ExitCode) ? fullMessage(for: error) : ""
      if !text.isEmpty { FileHandle(fileDescriptor: code == .success ? 1 : 2).write(Data("\(text)\n".utf8)) }
      Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }

  private static func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
  }
}
