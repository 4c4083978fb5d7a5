import AsyncHTTPClient
import Foundation
import Hummingbird
import Images
import Logging
import Metadata
import NIOCore
import NIOHTTP1
import Server
import Store
import Synchronization
import TestSupport

/// A metadata server on a free loopback port, on a database of its own, for as long as `body` runs.
func servingMetadata(
  by authority: Authority = .open, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
  _ body: @escaping @Sendable (_ address: String, _ store: SQLiteStore) async throws -> Void
) async throws {
  let folder = try TemporaryFolder()
  let store = try SQLiteStore(path: folder.path("metadata.sqlite"))
  let router = Router()
  let service = MetadataService(
    store: store, access: GrantsAndPolicies(policies: store), versions: PlainVersions(),
    pageTokenKey: store.pageTokenKey)
  let api = MetadataAPI(service, authority: authority)
  api.addHealth(to: router)
  api.addRoutes(to: router)
  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let listener = Listener(
    router.buildResponder(), settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: nil, logger: logger
  ) { port.yield($0) }
  try await withThrowingTaskGroup { group in
    group.addTask { try await listener.run() }
    group.addTask {
      for await port in ports {
        try await body("http://127.0.0.1:\(port)", store)
        return
      }
    }
    try await group.next()
    group.cancelAll()
  }
}

/// Orders versions of one number, and knows no others.
struct PlainVersions: VersionOrdering {
  func isEarlier(_ a: String, than b: String, in cpeURI: String) -> Bool? {
    guard let a = Int(a), let b = Int(b) else { return nil }
    return a < b
  }
}

/// What came back.
struct Answer: Sendable {
  let status: UInt
  let text: String
  var etag: String?
  var contentType: String?

  /// The member at a path of keys, `error.status`; nil when it is not there.
  subscript(path: String) -> String? {
    guard let document = try? JSONDocument(parsing: Array(text.utf8), atMost: 1 << 24) else { return nil }
    var node: JSONNode? = document.root
    for key in path.split(separator: ".") { node = node?[String(key)] }
    return node?.string ?? node.map { String(decoding: $0.rawBytes, as: UTF8.self) }
  }
}

/// Sends one request and reads the whole answer.
func send(
  _ method: HTTPMethod, _ url: String, _ body: String? = nil, headers: [(String, String)] = []
) async throws -> Answer {
  var request = HTTPClientRequest(url: url)
  request.method = method
  if let body {
    request.body = .bytes(ByteBuffer(string: body))
    if !headers.contains(where: { $0.0 == "Content-Type" }) {
      request.headers.add(name: "Content-Type", value: "application/json")
    }
  }
  for (name, value) in headers { request.headers.add(name: name, value: value) }
  let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
  let bytes = try await response.body.collect(upTo: 1 << 24)
  return Answer(
    status: response.status.code, text: String(buffer: bytes), etag: response.headers.first(name: "ETag"),
    contentType: response.headers.first(name: "Content-Type"))
}

/// Keeps what was logged.
final class LogBook: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

  private struct Handler: LogHandler {
    let book: LogBook
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(book: LogBook) { self.book = book }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let facts = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
      book.lines.withLock { $0.append("\(event.level) \(event.message) \(facts)") }
    }
  }
}
