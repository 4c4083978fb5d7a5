import Contracts
import Foundation
import Images
import Logging
import Metadata
import Server
import TestSupport
import Testing

/// A metadata server over gRPC on a free loopback port, for as long as `body` runs.
func servingGRPC(
  by authority: Authority, certificate: ServingCertificate? = nil,
  logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  _ body: @escaping @Sendable (_ port: Int, _ store: InMemoryStore) async throws -> Void
) async throws {
  let store = InMemoryStore(stamps: .counting())
  let service = MetadataService(
    store: store, access: GrantsAndPolicies(policies: store), versions: PlainVersions(),
    pageTokenKey: Redacted([UInt8](repeating: 7, count: 32)))
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let listener = GRPCListener(
    service, authority: authority, settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: certificate,
    logger: logger, onRunning: { port.yield($0) })
  try await withThrowingTaskGroup { group in
    group.addTask { try await listener.run() }
    group.addTask {
      var iterator = ports.makeAsyncIterator()
      try await body(try #require(await iterator.next()), store)
    }
    try await group.next()
    group.cancelAll()
  }
}

/// Google's Python clients, where they are installed: in the Python that PRATIQUE_PYTHON names, else in `python3`.
enum PythonClients {
  static let python = ProcessInfo.processInfo.environment["PRATIQUE_PYTHON"] ?? "python3"

  static var areInstalled: Bool {
    get async throws {
      try await run("import grafeas.grafeas_v1, google.cloud.devtools.containeranalysis_v1, grpc_status").status == 0
    }
  }

  static func run(_ program: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // gRPC in Python would ask a proxy of the environment for the loopback too.
    process.environment = ProcessInfo.processInfo.environment.merging(["no_proxy": "127.0.0.1"]) { $1 }
    try folder.write(["output": [], "program.py": Array(program.utf8)])
    process.arguments = [python, folder.path("program.py")] + arguments
    let output = try FileHandle(forWritingTo: URL(filePath: folder.path("output")))
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    let (ends, end) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = {
      end.yield($0.terminationStatus)
      end.finish()
    }
    try process.start()
    for await status in ends {
      return (status, String(decoding: try Data(contentsOf: URL(filePath: folder.path("output"))), as: UTF8.self))
    }
    return (-1, "")
  }
}
