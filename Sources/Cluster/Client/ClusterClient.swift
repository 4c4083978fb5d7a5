import AsyncHTTPClient
import Foundation
package import Images
import NIOCore
import NIOHTTP1
import NIOSSL

/// Speaks to one API server, and shows its credentials to no other: redirects are not followed.
package struct ClusterClient: Sendable {
  /// How a patch is to be read.
  package enum PatchKind: String, Sendable {
    /// RFC 7386.
    case merge = "application/merge-patch+json"
    /// RFC 6902.
    case json = "application/json-patch+json"
  }

  package let settings: ClusterSettings
  private let base: String
  private let client: HTTPClient

  /// - Throws: `ClusterError.unconfigured`.
  package init(_ settings: ClusterSettings) throws(ClusterError) {
    self.settings = settings
    base = try Self.checked(settings.server)
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(5), read: .init(settings.limitSilence))
    configuration.connectionPool.retryConnectionEstablishment = false
    // Over HTTP/1.1 each watch holds a connection; what is asked beside them must never wait for one.
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    configuration.tlsConfiguration = try Self.tls(settings)
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  /// Closes all connections; nothing can be asked afterwards.
  package func close() async { try? await client.shutdown() }

  /// - Returns: nil when there is none of that name.
  package func get(_ object: ObjectName) async throws -> JSONNode? {
    do {
      return try await send(.GET, object.path, about: "\(object)")
    } catch ClusterError.absent {
      return nil
    }
  }

  /// One page of a list, in the order of the API server.
  ///
  /// - Parameter token: of the page before; nil for the first.
  /// - Throws: `ClusterError.gone` when the token is too old.
  package func page(
    _ kind: ResourceKind, in namespace: String?, after token: String?, limit: Int
  ) async throws -> JSONNode {
    let more = token.map { "&continue=\(percentEncoded($0))" } ?? ""
    return try await send(.GET, kind.path(in: namespace) + "?limit=\(limit)\(more)", about: kind.plural)
  }

  /// - Throws: `ClusterError.conflict` when the name is taken.
  package func create(_ object: JSONValue, _ kind: ResourceKind, in namespace: String?) async throws -> JSONNode {
    try await send(.POST, kind.path(in: namespace), object.bytes, "application/json", about: "a new one of \(kind.plural)")
  }

  /// Puts `object` in the place of what has the version that it names.
  ///
  /// - Throws: `ClusterError.conflict` when somebody was faster.
  package func replace(_ name: ObjectName, by object: JSONValue) async throws -> JSONNode {
    try await send(.PUT, name.path, object.bytes, "application/json", about: "\(name)")
  }

  /// Changes a part of an object.
  package func patch(_ name: ObjectName, _ patch: JSONValue, as kind: PatchKind) async throws -> JSONNode {
    try await send(.PATCH, name.path, patch.bytes, kind.rawValue, about: "\(name)")
  }

  /// Hands on the lines of a watch until the API server ends it.
  ///
  /// - Throws: `ClusterError`, and what `onLine` throws.
  func watch(
    _ kind: ResourceKind, in namespace: String?, from version: String, _ onLine: ([UInt8]) async throws -> Void
  ) async throws {
    let query =
      "?watch=1&allowWatchBookmarks=true&timeoutSeconds=\(settings.watchSeconds)&resourceVersion=\(percentEncoded(version))"
    let request = try prepared(.GET, kind.path(in: namespace) + query, nil, nil)
    try await translating {
      let response = try await client.execute(request, deadline: .now() + .seconds(Int64(settings.watchSeconds) + 30))
      guard response.status == .ok else {
        throw error(response.status, try await read(response.body, atMost: 1 << 20), kind.plural)
      }
      var lines = LineSplitter(limitBytes: settings.limitObjectBytes)
      for try await chunk in response.body {
        for line in try lines.take(chunk.readableBytesView) { try await onLine(line) }
      }
    }
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, _ type: String? = nil, about name: String
  ) async throws -> JSONNode {
    let request = try prepared(method, path, body, type)
    let (status, bytes) = try await translating {
      let response = try await client.execute(request, deadline: .now() + .init(settings.deadline))
      return (response.status, try await read(response.body, atMost: settings.limitAnswerBytes))
    }
    guard (200..<300).contains(status.code) else { throw error(status, bytes, name) }
    do throws(JSONError) {
      return try JSONDocument(parsing: bytes, atMost: settings.limitAnswerBytes).root
    } catch {
      throw ClusterError.unavailable(error.problem)
    }
  }

  private func prepared(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ type: String?
  ) throws(ClusterError) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    request.method = method
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "pratique")
    if let type { request.headers.add(name: "Content-Type", value: type) }
    if let body { request.body = .bytes(body) }
    if let token = try token() { request.headers.add(name: "Authorization", value: "Bearer \(token.revealed)") }
    return request
  }

  private func token() throws(ClusterError) -> Redacted<String>? {
    switch settings.credential {
    case .nobody, .certificate: return nil
    case .token(let token): return token
    case .tokenFile(let file):
      let text = String(decoding: try ClusterSettings.read(file), as: UTF8.self)
      return Redacted(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  private func read(_ body: HTTPClientResponse.Body, atMost limit: Int) async throws -> [UInt8] {
    let end = ContinuousClock.now + settings.deadline
    var bytes: [UInt8] = []
    for try await chunk in body {
      guard bytes.count + chunk.readableBytes <= limit else { throw ClusterError.tooLarge(limitBytes: limit) }
      guard ContinuousClock.now < end else { throw ClusterError.unavailable("its answer took too long") }
      bytes.append(contentsOf: chunk.readableBytesView)
    }
    return bytes
  }

  /// What the client library throws becomes an error of ours; its own may show addresses, never credentials.
  private func translating<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
      return try await work()
    } catch let error as ClusterError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw ClusterError.unavailable("\(error)")
    }
  }
}
