import Foundation
import Metadata
import Store

/// A real metadata server, started again and again on the same data and the same port.
final class Server {
  struct Silent: Error, CustomStringConvertible {
    let description: String
  }

  private let program: String
  private let arguments: [String]
  private let port: Int
  private let log: String
  private var process: Process?

  var address: String { "http://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - store: the options that name the store, `--data FOLDER` for example.
  ///   - log: file that all output is appended to.
  init(program: String, port: Int, store: [String], log: String) {
    self.program = program
    self.port = port
    self.log = log
    arguments = ["serve", "--demo", "--listen", "127.0.0.1:\(port)"] + store
  }

  /// Starts it and waits until it answers.
  func start() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
    let output = FileHandle(forWritingAtPath: log)
    try output?.seekToEnd()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    self.process = process
    try await waitForAnswer()
  }

  private func waitForAnswer() async throws {
    let remote = try RemoteMetadata(RemoteSettings(baseURL: address, deadline: .seconds(5)))
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(30))
    var isUp = false
    while !isUp, clock.now < end {
      do {
        _ = try await remote.note(NoteName(parsing: "projects/faults/notes/probe"))
        isUp = true
      } catch MetadataError.notFound {
        isUp = true
      } catch {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    await remote.close()
    guard isUp else { throw Silent(description: "the server did not answer within 30 s; see \(log)") }
  }

  /// Kills it as the power would, in the middle of whatever it does.
  func kill() {
    guard let process else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    self.process = nil
  }
}
