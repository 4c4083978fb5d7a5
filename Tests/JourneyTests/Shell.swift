import Foundation
import TestSupport

/// Runs the programs of a journey, and ends those that run on.
final class Shell: Sendable {
  struct Outcome: Sendable {
    let status: Int32
    let output: String
    let errors: String
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Where everything happens; outputs go to files in it.
  let folder: String
  private let environment: [String: String]

  init(folder: String, environment: [String: String]) {
    self.folder = folder
    self.environment = ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }
  }

  /// Runs a program to its end, which is after four minutes at the latest.
  func run(_ program: String, _ arguments: [String], in directory: String? = nil) async throws -> Outcome {
    let base = "\(folder)/\(UUID().uuidString)"
    let bounded = ["--kill-after=5", "240", try find(program)] + arguments
    let process = try prepare("timeout", bounded, in: directory, output: base + ".out", errors: base + ".err")
    let status = try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { waiting.resume(returning: $0.terminationStatus) }
      do {
        try process.start()
      } catch {
        process.terminationHandler = nil
        waiting.resume(throwing: error)
      }
    }
    return Outcome(status: status, output: read(base + ".out"), errors: read(base + ".err"))
  }

  /// Runs a program that has to succeed.
  @discardableResult
  func must(_ program: String, _ arguments: [String], in directory: String? = nil) async throws -> String {
    let outcome = try await run(program, arguments, in: directory)
    guard outcome.status == 0 else {
      throw Failed(
        description:
          "\(program) \(arguments.joined(separator: " ")) ended with \(outcome.status)\n\(outcome.output)\(outcome.errors)")
    }
    return outcome.output
  }

  /// Starts a server; its output goes to `NAME.log`.
  func start(_ name: String, _ program: String, _ arguments: [String]) throws -> Process {
    let log = "\(folder)/\(name).log"
    let process = try prepare(program, arguments, in: nil, output: log, errors: log)
    try process.start()
    return process
  }

  func log(of name: String) -> String { read("\(folder)/\(name).log") }

  private func prepare(
    _ program: String, _ arguments: [String], in directory: String?, output: String, errors: String
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try find(program))
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: directory ?? folder)
    process.standardInput = FileHandle.nullDevice
    let out = try create(output)
    process.standardOutput = out
    process.standardError = errors == output ? out : try create(errors)
    return process
  }

  private func find(_ program: String) throws -> String {
    if program.hasPrefix("/") { return program }
    guard let path = Programs.path(of: program) else { throw Failed(description: "\(program) is not installed") }
    return path
  }

  private func create(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path) else {
      throw Failed(description: "\(path) cannot be written")
    }
    return handle
  }

  private func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

/// The programs that a journey needs, from the packages of `Scripts/install-packages test`.
enum Programs {
  static let needed = ["buildah", "docker-registry", "mmdebstrap", "htpasswd", "openssl", "curl", "bash"]

  /// Names of those that are not installed; the journey is skipped when there are any.
  static var missing: [String] { needed.filter { path(of: $0) == nil } }

  static func path(of name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
