import AsyncHTTPClient
import Foundation
import Images
import Metadata
import NIOCore
import NIOHTTP1
import NIOSSL
import SwiftProtobuf

/// Sends messages as proto3 JSON and reads the answer, with a ceiling and a deadline, and without following redirects or
/// trying again: who calls knows whether a call may be repeated.
struct RemoteClient: Sendable {
  private let settings: RemoteSettings
  private let base: String
  private let client: HTTPClient

  init(_ settings: RemoteSettings) throws(StoreError) {
    self.settings = settings
    base = try Self.checked(settings.baseURL)
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(5), read: .init(settings.deadline))
    configuration.connectionPool.retryConnectionEstablishment = false
    if let file = settings.authoritiesFile {
      do {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
        configuration.tlsConfiguration = tls
      } catch {
        throw .cannotOpen(path: file, because: "it holds no certificates in PEM form")
      }
    }
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  func close() async { try? await client.shutdown() }

  private static func checked(_ address: String) throws(StoreError) -> String {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host, !host.isEmpty,
      url.user == nil, url.password == nil, url.query == nil, url.fragment == nil, url.path.isEmpty || url.path == "/"
    else { throw .malformedAddress(address, because: "it is not of the form https://HOST:PORT") }
    let isLoopback = host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "::1"
    guard scheme == "https" || scheme == "http" && isLoopback else {
      throw .malformedAddress(address, because: "only https reaches another machine safely")
    }
    return address.hasSuffix("/") ? String(address.dropLast()) : address
  }

  func get<Answer: Message>(_ path: [String], query: [(String, String)] = []) async throws -> Answer {
    try await send(HTTPClientRequest(url: url(path, query)), path)
  }

  /// The answer as the JSON that it is, for what is no message.
  ///
  /// - Parameter verb: the method after the colon; nil where there is none.
  func document(_ path: [String], verb: String? = nil, query: [(String, String)] = []) async throws -> JSONNode {
    var request = HTTPClientRequest(url: url(path, query, verb: verb))
    request.headers.add(name: "Accept", value: "application/json")
    let bytes = try await bytes(request, path)
    do throws(JSONError) {
      return try JSONDocument(parsing: bytes, atMost: settings.answerLimitBytes).root
    } catch {
      throw MetadataError.unavailable("its answer is not the JSON that was asked for")
    }
  }

  /// - Parameter verb: the method after the colon, as in `occurrences:batchCreate`.
  func post<Answer: Message>(_ body: some Message, to path: [String], verb: String) async throws -> Answer {
    var request = HTTPClientRequest(url: url(path, [], verb: verb))
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: try body.jsonUTF8Bytes() as [UInt8]))
    return try await send(request, path)
  }

  /// - Parameter etag: of the state that the change was made on; nil changes whatever is there.
  func patch<Answer: Message>(
    _ body: some Message, at path: [String], query: [(String, String)], etag: String?
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url(path, query))
    request.method = .PATCH
    request.headers.add(name: "Content-Type", value: "application/json")
    if let etag { request.headers.add(name: "If-Match", value: Self.quoted(etag)) }
    request.body = .bytes(ByteBuffer(bytes: try body.jsonUTF8Bytes() as [UInt8]))
    return try await send(request, path)
  }

  /// - Parameter etag: of the state that is to go; nil deletes whatever is there.
  func delete(_ path: [String], etag: String?) async throws {
    var request = HTTPClientRequest(url: url(path, []))
    request.method = .DELETE
    if let etag { request.headers.add(name: "If-Match", value: Self.quoted(etag)) }
    let _: Google_Protobuf_Empty = try await send(request, path)
  }

  /// Source: RFC 9110 section 8.8.3; what may not stand between the quotes is no etag of ours, and matches nothing.
  private static func quoted(_ etag: String) -> String {
    let isSound = etag.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "\"") }
    return isSound ? "\"\(etag)\"" : "\"\""
  }

  private func send<Answer: Message>(_ request: HTTPClientRequest, _ path: [String]) async throws -> Answer {
    let bytes = try await bytes(request, path)
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true  // Another server may be newer than we are.
    do {
      return try Answer(jsonUTF8Bytes: bytes, options: options)
    } catch {
      throw MetadataError.unavailable("its answer is not the message that was asked for")
    }
  }

  private func bytes(_ request: HTTPClientRequest, _ path: [String]) async throws -> [UInt8] {
    var request = request
    if let token = settings.token { request.headers.add(name: "Authorization", value: "Bearer \(token.revealed)") }
    let (status, bytes) = try await exchange(request)
    guard status == .ok else { throw Self.error(status, bytes, path.joined(separator: "/")) }
    return bytes
  }

  private func exchange(_ request: HTTPClientRequest) async throws -> (HTTPResponseStatus, [UInt8]) {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: settings.deadline)
    do {
      let response = try await client.execute(request, deadline: .now() + .init(settings.deadline))
      var bytes: [UInt8] = []
      for try await chunk in response.body {
        guard bytes.count + chunk.readableBytes <= settings.answerLimitBytes else {
          throw MetadataError.unavailable("its answer is longer than \(settings.answerLimitBytes) bytes")
        }
        guard clock.now < end else { throw MetadataError.unavailable("its answer took longer than \(settings.deadline)") }
        bytes.append(contentsOf: chunk.readableBytesView)
      }
      return (response.status, bytes)
    } catch let error as MetadataError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw MetadataError.unavailable(printable("\(error)"))
    }
  }

  private func url(_ path: [String], _ query: [(String, String)], verb: String? = nil) -> String {
    let method = verb.map { ":\($0)" } ?? ""
    let items = query.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
    return "\(base)/v1/\(path.map(percentEncoded).joined(separator: "/"))\(method)\(items.isEmpty ? "" : "?\(items)")"
  }
}

extension TimeAmount {
  fileprivate init(_ duration: Duration) {
    self = .nanoseconds(duration.components.seconds &* 1_000_000_000 &+ duration.components.attoseconds / 1_000_000_000)
  }
}
