import Foundation

/// Debian's docker-registry on a port of loopback that the system chooses. It ends with the value.
package final class LocalRegistry: Sendable {
  package static let program = "/usr/bin/docker-registry"
  package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  /// `127.0.0.1:PORT`.
  package let host: String
  package let port: Int
  private let process: Process

  /// Starts it, and returns when it listens.
  ///
  /// - Parameters:
  ///   - folder: where its configuration and its log go.
  ///   - data: where its images are.
  ///   - storage, http: more settings of theirs, each `, name: value`.
  ///   - more: further lines.
  package init(
    in folder: TemporaryFolder, data: String = "registry", storage: String = "", http: String = "", more: String = ""
  ) throws {
    let name = "registry-\(UUID().uuidString)"
    try folder.write([
      "\(name).yml": Array(
        """
        version: 0.1
        log: {level: info, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: \(folder.path(data))}\(storage)}
        http: {addr: "127.0.0.1:0"\(http)}
        \(more)
        """.utf8),
      "\(name).log": [],
    ])
    let log = folder.path("\(name).log")
    process = Process()
    process.executableURL = URL(filePath: Self.program)
    process.arguments = ["serve", folder.path("\(name).yml")]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.start()
    var found: Int?
    for _ in 0..<6_000 where found == nil && process.isRunning {
      found = Self.port(in: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
      if found == nil { usleep(20_000) }
    }
    guard let found else {
      process.terminate()
      throw PostgresServer.Failure("the registry does not start: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }
    (port, host) = (found, "127.0.0.1:\(found)")
  }

  deinit { stop() }

  package func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitForEnd()
  }

  private static func port(in log: String) -> Int? {
    log.firstMatch(of: #/listening on 127\.0\.0\.1:(\d+)/#).flatMap { Int($0.output.1) }
  }
}
