import Contracts
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Images
import Logging
import Metadata
import Schemas
import Server
import ServiceLifecycle
import SwiftProtobuf
import Testing

@Suite("WatchChanges over gRPC")
struct WatchChangesTests {
  private static let method = MethodDescriptor(fullyQualifiedService: "pratique.v1.Metadata", method: "WatchChanges")

  private static func watch<Result: Sendable>(
    _ port: Int, _ parent: String, after position: Int64 = 0, token: String = "admin",
    _ handle: @escaping @Sendable (StreamingClientResponse<Pratique_V1_Change>) async throws -> Result
  ) async throws -> Result {
    let transport = try HTTP2ClientTransport.Posix(target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
    return try await withGRPCClient(transport: transport) { client in
      try await client.serverStreaming(
        request: ClientRequest(
          message: Pratique_V1_WatchChangesRequest.with {
            $0.parent = parent
            $0.after = position
          }, metadata: ["authorization": "Bearer \(token)"]),
        descriptor: method, serializer: ProtobufSerializer<Pratique_V1_WatchChangesRequest>(),
        deserializer: ProtobufDeserializer<Pratique_V1_Change>(), options: .defaults, onResponse: handle)
    }
  }

  private static func authority() -> Authority {
    let everywhere = Role.admin.rights.map { Grant($0, on: AccessResource.everyProject) }
    return Authority(tokens: [
      ("admin", Caller(name: "admin", grants: Set(everywhere))), ("nobody", Caller(name: "nobody", grants: [])),
    ])
  }

  @Test("tells what was there, then what comes, and goes on from a position", .timeLimit(.minutes(2)))
  func follows() async throws {
    try await servingGRPC(by: Self.authority()) { port, store in
      let project = try ProjectName(id: "shop")
      try await store.create(["a": Facts.attestationNote], in: project)
      let seen = try await Self.watch(port, "projects/shop") { response -> [Pratique_V1_Change] in
        var seen: [Pratique_V1_Change] = []
        for try await change in response.messages {
          seen.append(change)
          if seen.count == 1 { try await store.create(["b": Facts.attestationNote], in: project) }
          if seen.count == 2 { try await store.delete(NoteName(project: project, id: "b"), etag: nil) }
          if seen.count == 3 { break }
        }
        return seen
      }
      #expect(seen.map(\.note.name).map { $0.suffix(1) } == ["a", "b", "b"])
      #expect(seen.map(\.action) == [.written, .written, .deleted])
      let rest = try await Self.watch(port, "projects/-", after: seen[0].position) {
        (response: StreamingClientResponse<Pratique_V1_Change>) -> Pratique_V1_Change? in
        for try await change in response.messages { return change }
        return nil
      }
      #expect(rest?.position == seen[2].position && rest?.action == .deleted)
    }
  }

  @Test("is refused with the reason in the status", .timeLimit(.minutes(2)))
  func refused() async throws {
    try await servingGRPC(by: Self.authority()) { port, _ in
      for (parent, position, token, code, reason) in [
        ("projects/shop", Int64(0), "nobody", RPCError.Code.permissionDenied, "permission-denied"),
        ("projects/-", 0, "nobody", .permissionDenied, "permission-denied"),
        ("projects/shop", 0, "secret-b", .unauthenticated, "unauthenticated"),
        ("projects/shop", 99, "admin", .invalidArgument, "out-of-bounds"),
        ("shop", 0, "admin", .invalidArgument, "malformed-name"),
      ] {
        await #expect {
          try await Self.watch(port, parent, after: position, token: token) { for try await _ in $0.messages {} }
        } throws: { error in
          guard let error = error as? RPCError, let status = try error.unpackGoogleRPCStatus() else { return false }
          return error.code == code && status.details.first?.errorInfo?.reason == reason
        }
      }
    }
  }

  @Test("ends with UNAVAILABLE when the server stops, which does not wait for it", .timeLimit(.minutes(2)))
  func stops() async throws {
    let store = InMemoryStore(stamps: .counting())
    let service = MetadataService(
      store: store, access: GrantsAndPolicies(policies: store), versions: PlainVersions(),
      pageTokenKey: .init([UInt8](repeating: 7, count: 32)))
    try await store.create(["a": Facts.attestationNote], in: ProjectName(id: "shop"))
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let listener = GRPCListener(
      service, authority: Self.authority(), settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: nil,
      logger: logger, onRunning: { port.yield($0) })
    let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
    async let serving: Void = group.run()
    var iterator = ports.makeAsyncIterator()
    let bound = try #require(await iterator.next())
    await #expect {
      try await Self.watch(bound, "projects/shop") { response in
        for try await _ in response.messages { await group.triggerGracefulShutdown() }
      }
    } throws: { ($0 as? RPCError)?.code == .unavailable }
    try await serving
  }
}
