import Foundation
import Images
import Pipeline
import Schemas
import Synchronization
import TestSupport
import Testing

@Suite("A custom builder")
struct CustomBuilderTests {
  @Test("runs the command in the directory and finds the image where PRATIQUE_OUTPUT said")
  func builds() async throws {
    try await inFolder { folder in
      try "FROM nothing\n".write(toFile: "\(folder)/source", atomically: true, encoding: .utf8)
      let lines = Mutex<[String]>([])
      let output = try await builder("mkdir $PRATIQUE_OUTPUT; cp source $PRATIQUE_OUTPUT/oci-layout; echo done; echo oops >&2")
        .build(folder, workFolder: folder) { line in lines.withLock { $0.append(line) } }
      #expect(output.form == .ociLayout)
      #expect(try String(contentsOfFile: output.path + "/oci-layout", encoding: .utf8) == "FROM nothing\n")
      #expect(lines.withLock { $0 } == ["done", "oops"])
      #expect(output.commands.map(\.name) == ["sh"])
    }
  }

  @Test("says how the command ended and what it last said")
  func fails() async throws {
    try await inFolder { folder in
      let error = await #expect(throws: PipelineError.self) {
        _ = try await builder("echo compiling; printf 'no \\033[2Jsuch file'; exit 3").build(folder, workFolder: folder) { _ in }
      }
      #expect(error?.code == "failed-program")
      #expect(error?.problem.contains("3") == true)
      #expect(
        error?.problem.hasSuffix("exit code 3:\ncompiling\nno ?[2Jsuch file\n") == true,
        "no control characters: \(error?.problem ?? "")")
    }
  }

  @Test("says which program is not there")
  func missing() async throws {
    try await inFolder { folder in
      let custom = CustomBuilder(BuilderChoice.Custom(command: ["no-such-builder"], output: .ociLayout))
      await #expect(throws: PipelineError.missingProgram("no-such-builder")) {
        _ = try await custom.build(folder, workFolder: folder) { _ in }
      }
    }
  }

  @Test("is ended when its time is up")
  func deadline() async throws {
    try await inFolder { folder in
      let custom = CustomBuilder(
        BuilderChoice.Custom(command: ["sleep", "600"], output: .ociLayout), deadline: .milliseconds(100))
      await #expect(throws: PipelineError.overDeadline("sleep", seconds: 0)) {
        _ = try await custom.build(folder, workFolder: folder) { _ in }
      }
    }
  }

  @Test("is ended with all that it started when the run is cancelled")
  func cancelled() async throws {
    try await inFolder { folder in
      let (children, heard) = AsyncStream.makeStream(of: String.self)
      let build = Task {
        try await builder("sleep 600 & echo $!; wait").build(folder, workFolder: folder) { line in heard.yield(line) }
      }
      let child = try #require(await children.first { _ in true })
      #expect(isRunning(child))
      build.cancel()
      await #expect(throws: (any Error).self) { _ = try await build.value }
      #expect(!isRunning(child))
    }
  }

  /// A process that has ended and was not yet waited for has no command line.
  private func isRunning(_ process: String) -> Bool {
    let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return !line.isEmpty
  }

  private func builder(_ script: String) -> CustomBuilder {
    CustomBuilder(BuilderChoice.Custom(command: ["sh", "-c", script], output: .ociLayout))
  }
}

/// Runs `body` with an empty folder that is gone afterwards.
func inFolder(_ body: (String) async throws -> Void) async throws {
  let folder = try TemporaryFolder()
  try await body(folder.url.path)
}
