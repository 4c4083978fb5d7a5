import Foundation
import TestSupport
import Testing

@Suite("The metadata server", .serialized)
struct MetadataJourneyTests {
  private static let python = ProcessInfo.processInfo.environment["PRATIQUE_PYTHON"] ?? "python3"

  private static func hasClients() async throws -> Bool {
    let shell = Shell(folder: NSTemporaryDirectory(), environment: [:])
    let modules =
      "import grafeas.grafeas_v1, google.cloud.devtools.containeranalysis_v1, google.iam.v1.iam_policy_pb2, grpc, requests"
    return try await shell.run("/usr/bin/env", [python, "-c", modules]).status == 0
  }

  @Test(
    "is driven, method by method, by Google's published clients over both of their transports",
    .enabled("Google's Python clients are not installed: Scripts/python-clients") { try await hasClients() },
    .timeLimit(.minutes(3)))
  func googleClients() async throws {
    try await MetadataServer.run { server in
      for (transport, port) in [("rest", server.port), ("grpc", server.grpcPort)] {
        let output = try await server.shell.must(
          "/usr/bin/env",
          [
            Self.python, "\(Journey.root)/Tests/JourneyTests/Clients/google_clients.py", transport, "127.0.0.1:\(port)",
            "by-\(transport)",
          ])
        #expect(output == "well\n")
      }
    }
  }

  @Test("gives a whole store out and takes it in again, and old records with it", .timeLimit(.minutes(2)))
  func archive() async throws {
    try await MetadataServer.run { server in
      let old = #"""
        {"kind":"PACKAGE_VULNERABILITY","name":"projects/myproject/occurrences/randomID",
         "noteName":"providers/myscanner/notes/CVE-2017-13036","resourceUrl":"https://gcr.io/myproject/image@sha256:\#(digest)",
         "vulnerabilityDetails":{"cvssScore":7.5,"packageIssue":[{
           "affectedLocation":{"cpeUri":"cpe:/o:canonical:ubuntu_linux:16.04","package":"tcpdump",
             "version":{"name":"4.9.0","revision":"1ubuntu1-ubuntu16.04.1"}},
           "fixedLocation":{"cpeUri":"cpe:/o:canonical:ubuntu_linux:16.04","package":"tcpdump",
             "version":{"name":"4.9.2","revision":"0ubuntu0.16.04.1"}},"severityName":"LOW"}],"severity":"HIGH"}}
        """#
      try old.write(toFile: "\(server.folder)/old.json", atomically: true, encoding: .utf8)
      let imported = try await server.pratique("metadata", "import", "old.json", "--data", "store")
      #expect(imported.status == 0 && imported.output.contains("1 occurrence"), "\(imported)")
      let shown = try await server.pratique(
        "show", "--cve", "CVE-2017-13036", "--project", "-", "--output", "json", "--data", "store")
      #expect(shown.output.contains("gcr.io/myproject/image@sha256:\(digest)") && shown.output.contains("\"HIGH\""), "\(shown)")

      for out in ["first.jsonl", "second.jsonl"] {
        let store = out == "first.jsonl" ? "store" : "copy"
        if store == "copy" {
          let copied = try await server.pratique("metadata", "import", "first.jsonl", "--data", "copy")
          #expect(copied.status == 0, "\(copied)")
        }
        let exported = try await server.pratique("metadata", "export", "--out", out, "--data", store)
        #expect(exported.status == 0, "\(exported)")
      }
      #expect(try server.lines(of: "first.jsonl").dropFirst() == server.lines(of: "second.jsonl").dropFirst())
      #expect(try server.lines(of: "first.jsonl").count > 2)
    }
  }

  private let digest = String(repeating: "ab", count: 32)
}
