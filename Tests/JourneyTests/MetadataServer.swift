import Foundation
import TestSupport

/// A metadata server of the demo profile, a process of its own on a store of its own.
final class MetadataServer: Sendable {
  let folder: String
  let shell: Shell
  let port: Int
  let grpcPort: Int

  private init(folder: String, shell: Shell, port: Int, grpcPort: Int) {
    (self.folder, self.shell, self.port, self.grpcPort) = (folder, shell, port, grpcPort)
  }

  /// Starts it on free ports, runs `body`, and leaves nothing running or lying about.
  ///
  /// - Parameters:
  ///   - files: texts by the names that `options` call them, in the folder where the server runs.
  ///   - options: of `pratique serve`, beside those of the demo profile.
  static func run(
    with files: [String: String] = [:], _ options: [String] = [], _ body: (MetadataServer) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.write(files.mapValues { Array($0.utf8) })
    let shell = Shell(folder: folder.url.path, environment: [:])
    let process = try shell.start(
      "metadata", Journey.program("pratique"),
      ["serve", "--demo", "--data", folder.path("store"), "--listen", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0"] + options)
    defer { process.terminate() }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(120))
    var ports: [Int] = []
    while ports.count < 2, clock.now < end {
      // REST first, then gRPC, in whatever order they are up.
      ports = shell.log(of: "metadata").matches(of: #/Serving grafeas.v1 (?:at http:\/\/|over gRPC at )127\.0\.0\.1:(\d+)/#)
        .sorted { $0.0.contains("http:") && !$1.0.contains("http:") }.compactMap { Int($0.1) }
      if ports.count < 2 { _ = try await shell.run("sleep", ["0.05"]) }
    }
    guard ports.count == 2 else { throw Shell.Failed(description: shell.log(of: "metadata")) }
    do {
      try await body(MetadataServer(folder: folder.url.path, shell: shell, port: ports[0], grpcPort: ports[1]))
    } catch {
      print("--- metadata.log\n\(shell.log(of: "metadata"))")
      throw error
    }
  }

  /// Runs the command in the folder of the store, `store`.
  func pratique(_ arguments: String...) async throws -> Shell.Outcome {
    try await shell.run(Journey.program("pratique"), arguments)
  }

  func lines(of file: String) throws -> [Substring] {
    try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n")
  }
}
