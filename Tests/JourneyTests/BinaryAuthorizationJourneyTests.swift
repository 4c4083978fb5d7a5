import Foundation
import TestSupport
import Testing

@Suite("The management of policies", .serialized)
struct BinaryAuthorizationJourneyTests {
  private static let python = ProcessInfo.processInfo.environment["PRATIQUE_PYTHON"] ?? "python3"

  private static func hasClient() async throws -> Bool {
    let shell = Shell(folder: NSTemporaryDirectory(), environment: [:])
    let modules = "import grafeas.grafeas_v1, google.cloud.binaryauthorization_v1, google.iam.v1.iam_policy_pb2, grpc, requests"
    return try await shell.run("/usr/bin/env", [python, "-c", modules]).status == 0
  }

  @Test(
    "is driven, method by method, by Google's published client over both of its transports",
    .enabled("Google's Python clients are not installed: Scripts/python-clients") { try await hasClient() },
    .timeLimit(.minutes(3)))
  func googleClient() async throws {
    let system = "name: locations/global/policy\nadmissionWhitelistPatterns: [{namePattern: registry.example.test/system/*}]\n"
    try await MetadataServer.run(with: ["system.yaml": system], ["--system-policy", "system.yaml"]) { server in
      for (transport, port) in [("rest", server.port), ("grpc", server.grpcPort)] {
        let output = try await server.shell.must(
          "/usr/bin/env",
          [
            Self.python, "\(Journey.root)/Tests/JourneyTests/Clients/binary_authorization_client.py", transport,
            "127.0.0.1:\(port)", "by-\(transport)", server.folder,
          ])
        #expect(output == "well\n")
      }
      try await gateReadsIt(server)
    }
  }

  /// What the API answers is a policy and a list of attestors for the gate, as it is.
  private func gateReadsIt(_ server: MetadataServer) async throws {
    let project = "http://127.0.0.1:\(server.port)/v1/projects/by-grpc"
    try await server.shell.must("curl", ["-sf", "-o", "policy.json", "\(project)/policy"])
    try await server.shell.must("curl", ["-sf", "-o", "attestors.json", "\(project)/attestors?pageSize=1000"])
    let check = try await server.pratique("policy", "check", "policy.json", "--attestors", "attestors.json")
    #expect(check.status == 0 && check.output.contains("require projects/by-grpc/attestors/qa"), "\(check)")
  }
}
