import Contracts
import Foundation
import Metadata
import Server
import Store
import TestSupport
import Testing

/// Clients that we did not write. Each test is skipped, by its name, where its client is not installed.
@Suite("Foreign clients of the metadata API")
struct ForeignClientTests {
  @Test(
    "curl creates, lists and is told what is wrong",
    .enabled("curl is not installed") { try await isInstalled(["curl", "--version"]) })
  func curl() async throws {
    try await servingMetadata { address, _ in
      func curl(_ arguments: String...) async throws -> String {
        let (status, output) = try await run(["curl", "-sS", "--max-time", "20"] + arguments)
        #expect(status == 0, "\(output)")
        return output
      }
      let json = "Content-Type: application/json"
      let note = #"{"attestation":{"hint":{"humanReadableName":"Quality assurance"}}}"#
      let made = try await curl(
        "-H", json, "-d", note, "\(address)/v1/projects/attestors/notes?noteId=qa")
      #expect(made.contains(#""name":"projects/attestors/notes/qa""#) && made.contains(#""kind":"ATTESTATION""#))
      let again = try await curl("-H", json, "-d", note, "\(address)/v1/projects/attestors/notes?noteId=qa")
      #expect(again.contains(#""status":"ALREADY_EXISTS""#) && again.contains(#""code":409"#))
      _ = try await curl(
        "-H", json, "-d", AuthorityTests.occurrence, "\(address)/v1/projects/tenant-a/occurrences")
      let filter = "kind=\"ATTESTATION_AUTHORITY\" AND resourceUrl=\"registry.example.test/prod/evil@"
      for (digest, found) in [
        ("sha256:43e74c3b2cc0a43ba1d3c6d7f5b5d03a34d2c454f1409627d284dd670e8bb360", true), ("sha256:0", false),
      ] {
        let listed = try await curl(
          "-G", "--data-urlencode", "filter=\(filter)\(digest)\"", "\(address)/v1/projects/tenant-a/occurrences")
        #expect(listed.contains("projects/attestors/notes/qa") == found, "\(listed)")
      }
      let encoded = try await curl("\(address)/v1/projects/p/notes?filter=%GG")
      #expect(encoded.contains("not a percent-encoded name=value"))
    }
  }
}

/// Runs a program and gives its exit status and everything it wrote.
private func run(_ command: [String]) async throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = command
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  process.standardInput = FileHandle.nullDevice
  let (ends, end) = AsyncStream.makeStream(of: Int32.self)
  process.terminationHandler = {
    end.yield($0.terminationStatus)
    end.finish()
  }
  try process.start()
  for await status in ends {
    return (status, String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self))
  }
  return (-1, "")
}

private func isInstalled(_ command: [String]) async throws -> Bool { try await run(command).status == 0 }
