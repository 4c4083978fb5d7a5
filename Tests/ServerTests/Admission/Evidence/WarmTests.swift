import Attestations
import Contracts
import Hummingbird
import Images
import Logging
import Metadata
import Server
import Store
import Synchronization
import TestSupport
import Testing

@Suite("The gate, once it knows an image", .timeLimit(.minutes(2)))
struct WarmTests {
  @Test("asks nobody: nothing reaches the metadata server any more, and it may as well be gone")
  func quiet() async throws {
    let bench = try await EvidenceBench()
    try await bench.sign(Review.web)
    let served = try await ServedStore(bench)
    try await served.run { address, requests in
      let remote = try RemoteMetadata(RemoteSettings(baseURL: address))
      let gate = try await bench.gate(source: remote)
      await gate.catchUp()
      let before = requests()
      #expect(try await gate.codes(Review.web) == [])
      #expect(try await gate.codes(Review.evil) == ["attestation-missing"])
      #expect(requests() == before + 4)
      for _ in 0..<200 {
        #expect(try await gate.codes(Review.web, Review.web) == [])
        #expect(try await gate.codes(Review.evil) == ["attestation-missing"])
      }
      #expect(requests() == before + 4)
      #expect(gate.evidenceCounts.fetches == 4)

      // Over the wire, a new attestation is heard of like any other change.
      try await served.record(of: Review.evil, bench)
      await gate.catchUp()
      #expect(try await gate.codes(Review.evil) == [])
      await remote.close()
      #expect(try await gate.codes(Review.web, Review.evil) == [])
    }
  }
}

/// A metadata server that counts the requests that reach it, holding what a bench has signed.
private struct ServedStore {
  private let store: SQLiteStore
  private let folder: TemporaryFolder

  init(_ bench: EvidenceBench) async throws {
    folder = try TemporaryFolder()
    store = try SQLiteStore(path: folder.path("metadata.sqlite"))
    for attestor in bench.attestors.all {
      try await store.create([attestor.note.id: Note(attestorNamed: attestor.note.id)], in: attestor.note.project)
    }
    try await record(of: Review.web, bench)
  }

  func record(of image: String, _ bench: EvidenceBench) async throws {
    for name in try await bench.sign(image) {
      try await store.create([bench.store.base.occurrence(name)], in: ProjectName(id: EvidenceBench.project))
    }
  }

  func run(_ body: @escaping @Sendable (String, @escaping @Sendable () -> Int) async throws -> Void) async throws {
    let router = Router()
    let service = MetadataService(
      store: store, access: GrantsAndPolicies(policies: store), versions: PlainVersions(), pageTokenKey: store.pageTokenKey)
    MetadataAPI(service, authority: .open).addRoutes(to: router)
    let counting = CountingResponder(base: router.buildResponder())
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let listener = Listener(
      counting, settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: nil, logger: logger
    ) { port.yield($0) }
    try await withThrowingTaskGroup { group in
      group.addTask { try await listener.run() }
      group.addTask {
        for await port in ports {
          try await body("http://127.0.0.1:\(port)") { counting.count.load(ordering: .relaxed) }
          return
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}

private final class CountingResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let count = Atomic(0)
  private let base: RouterResponder<BasicRequestContext>

  init(base: RouterResponder<BasicRequestContext>) { self.base = base }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    count.add(1, ordering: .relaxed)
    return try await base.respond(to: request, context: context)
  }
}
