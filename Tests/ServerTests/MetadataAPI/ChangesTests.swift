import AsyncHTTPClient
import Contracts
import Foundation
import Hummingbird
import Images
import Logging
import Metadata
import NIOCore
import NIOHTTP1
import Server
import ServiceLifecycle
import Store
import TestSupport
import Testing

@Suite("Changes as server-sent events", .timeLimit(.minutes(2)))
struct ChangesTests {
  @Test("come as they happen, and go on where a client left off")
  func resume() async throws {
    try await servingMetadata { address, store in
      _ = try await attested(store)
      let url = "\(address)/v1/projects/-/changes"
      let watch = try await EventStream(url)
      let note = try await watch.next()
      #expect(note.event == "change" && note["note.name"] == "projects/attestors/notes/qa" && note["action"] == "WRITTEN")
      let occurrence = try await watch.next()
      #expect(occurrence["occurrence.noteName"] == "projects/attestors/notes/qa" && occurrence.id == occurrence["position"])

      let later = try NoteName(parsing: "projects/p/notes/later")
      try await store.create(Facts.attestationNote, named: later)
      let live = try await watch.next()
      #expect(live["note.name"] == later.description)
      await watch.close()

      try await store.delete(later, etag: nil)
      let again = try await EventStream(url, headers: [("Last-Event-ID", live.id)])
      let deletion = try await again.next()
      #expect(deletion["action"] == "DELETED" && deletion["note.name"] == later.description)
      #expect(try #require(Int64(deletion.id)) > #require(Int64(live.id)))
      await again.close()
    }
  }

  @Test("are of one project, and of occurrences that match")
  func filtered() async throws {
    try await servingMetadata { address, store in
      _ = try await attested(store)
      let filter = "kind%3D%22ATTESTATION%22"
      let watch = try await EventStream("\(address)/v1/projects/p/changes?filter=\(filter)")
      #expect(try await watch.next()["occurrence.kind"] == "ATTESTATION")
      try await store.create(Facts.attestationNote, named: NoteName(parsing: "projects/p/notes/unwanted"))
      let wanted = Facts.attestation(of: "projects/attestors/notes/qa", about: Facts.otherImage)
      try await store.create([wanted], in: ProjectName(id: "other"))
      try await store.create([wanted], in: ProjectName(id: "p"))
      #expect(try await watch.next()["occurrence.resourceUri"] == Facts.otherImage)
      await watch.close()
    }
  }

  @Test("come as one document to who asks for JSON")
  func document() async throws {
    try await servingMetadata { address, store in
      _ = try await attested(store)
      let url = "\(address)/v1/projects/-/changes"
      let json = [("Accept", "application/json")]
      let first = try await send(.GET, url, headers: json)
      let position = try #require(first["position"])
      #expect(first.text.components("\"position\"") == 3, "\(first.text)")
      let none = try await send(.GET, "\(url)?after=\(position)", headers: json)
      #expect(none.text == #"{"changes":[],"position":"\#(position)"}"#)
    }
  }

  @Test("end when the server shuts down, which waits for nothing else")
  func shutdown() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(path: folder.path("metadata.sqlite"))
    _ = try await attested(store)
    let router = Router()
    MetadataAPI(
      MetadataService(
        store: store, access: GrantsAndPolicies(policies: store), versions: PlainVersions(),
        pageTokenKey: store.pageTokenKey), authority: .open
    ).addRoutes(to: router)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let listener = Listener(
      router.buildResponder(), settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: nil, logger: logger
    ) { port.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [listener], logger: logger))
    async let running: Void = group.run()
    var found = ports.makeAsyncIterator()
    let open = try #require(await found.next())
    let watch = try await EventStream("http://127.0.0.1:\(open)/v1/projects/-/changes")
    _ = try await watch.next()
    await group.triggerGracefulShutdown()
    try await watch.end()
    try await running
    await watch.close()
  }

  @Test(
    "refuse positions that there are none of, and filters that cannot be read",
    arguments: [("after=99", 400), ("after=-1", 400), ("after=x", 400), ("filter=kind%3D", 400), ("after=0", 200)])
  func refused(_ query: String, _ status: UInt) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/projects/p/changes?\(query)", headers: [("Accept", "application/json")])
      #expect(answer.status == status, "\(answer.text)")
    }
  }
}

/// An event as it came.
struct Event: Sendable {
  let id: String
  let event: String
  let data: String

  subscript(path: String) -> String? { Answer(status: 200, text: data)[path] }
}

/// A client of server-sent events, as short as the format allows.
actor EventStream {
  private let client = HTTPClient(eventLoopGroupProvider: .singleton)
  private let chunks: AsyncThrowingStream<ByteBuffer, any Error>
  private let reading: Task<Void, Never>
  private var text = ""

  init(_ url: String, headers: [(String, String)] = []) async throws {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Accept", value: "text/event-stream")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let response = try await client.execute(request, timeout: .seconds(50))
    #expect(response.status == .ok && response.headers.first(name: "Content-Type") == "text/event-stream")
    let (chunks, chunk) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
    self.chunks = chunks
    reading = Task {
      do {
        for try await bytes in response.body { chunk.yield(bytes) }
        chunk.finish()
      } catch {
        chunk.finish(throwing: error)
      }
    }
  }

  /// The next event with data; comments and bare positions are passed over.
  func next() async throws -> Event {
    while true {
      while let end = text.range(of: "\n\n") {
        let block = text[..<end.lowerBound]
        text.removeSubrange(..<end.upperBound)
        var fields: [String: String] = [:]
        for line in block.split(separator: "\n") {
          let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
          if parts.count == 2 { fields[String(parts[0])] = String(parts[1].drop { $0 == " " }) }
        }
        if let data = fields["data"] { return Event(id: fields["id"] ?? "", event: fields["event"] ?? "", data: data) }
      }
      let chunk = try await nextChunk()
      text += String(buffer: try #require(chunk))
    }
  }

  /// Reads until the server ends the stream.
  func end() async throws {
    while try await nextChunk() != nil {}
  }

  func close() async {
    reading.cancel()
    try? await client.shutdown()
  }

  private func nextChunk() async throws -> ByteBuffer? {
    var iterator = chunks.makeAsyncIterator()
    return try await iterator.next()
  }
}
