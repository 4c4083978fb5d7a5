import Foundation
import TestSupport

/// The built command, run as a person or CI would.
struct Pratique {
  struct Outcome: Sendable {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Where it runs; its data folder is `data` below.
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The folder of the package's programs: that of the running tests.
  static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// Runs `pratique` with `arguments`, at most two minutes.
  func run(_ arguments: String..., input: String? = nil) async throws -> Outcome {
    try await run(program: "pratique", arguments)
  }

  /// Runs a program of the package.
  func run(program: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
    try await run(tool: Self.programs.appending(path: program).path, arguments, environment: environment)
  }

  /// Runs any program, at most two minutes, in the folder.
  ///
  /// - Parameter environment: added to the little that it has.
  func run(tool: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["120", tool] + arguments
    process.currentDirectoryURL = folder.url
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.url.path, "PRATIQUE_DATA": folder.path("data")]
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let base = folder.path(UUID().uuidString)
    for (suffix, end) in [(".out", \Process.standardOutput), (".err", \Process.standardError)] {
      _ = FileManager.default.createFile(atPath: base + suffix, contents: nil)
      process[keyPath: end as ReferenceWritableKeyPath<Process, Any?>] = FileHandle(forWritingAtPath: base + suffix)
    }
    let code = try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
      do {
        try process.start()
      } catch {
        process.terminationHandler = nil
        waiting.resume(throwing: error)
      }
    }
    func text(_ suffix: String) -> String { (try? String(contentsOfFile: base + suffix, encoding: .utf8)) ?? "" }
    return Outcome(code: code, output: text(".out"), errors: text(".err"))
  }
}
