import AsyncHTTPClient
import Foundation
import Images
import NIOCore
import NIOHTTP1
import NIOSSL

/// One call of a key service.
struct ServiceCall: Sendable {
  var method: HTTPMethod = .GET
  /// Path and query, starting with `/`.
  var target: String
  var headers: [(name: String, value: String)] = []
  /// Headers whose values are credentials.
  var secrets: [(name: String, value: Redacted<String>)] = []
  var body: [UInt8]?
}

/// Speaks to one key service: TLS, a deadline over everything, a ceiling on the answer, no redirects.
///
/// A connection lives as long as its call: signatures are few, and nothing has to be closed.
struct ServiceClient: Sendable {
  /// For messages.
  let service: String
  /// `https://HOST[:PORT]` without a path.
  let base: String
  private let settings: ServiceSettings

  /// - Throws: `SigningError.refusedAddress` for anything but https, or http to loopback.
  init(_ service: String, at address: String, _ settings: ServiceSettings) throws(SigningError) {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host, !host.isEmpty,
      url.user == nil, url.password == nil, url.query == nil, url.fragment == nil, url.path.isEmpty || url.path == "/"
    else { throw .refusedAddress(address, because: "it is not of the form https://HOST:PORT") }
    let isLoopback = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
    guard scheme == "https" || scheme == "http" && isLoopback else {
      throw .refusedAddress(address, because: "they could be read on the way")
    }
    self.service = service
    base = address.hasSuffix("/") ? String(address.dropLast()) : address
    self.settings = settings
  }

  /// What the `Host` header says.
  var authority: String { String(base.drop { $0 != "/" }.dropFirst(2)) }

  /// - Returns: the JSON of an answer with status 200.
  /// - Throws: `SigningError.unreachable`, `.refused`, `.malformedAnswer`; `CancellationError`.
  func answer(to call: ServiceCall) async throws -> JSONNode {
    let late = SigningError.unreachable(service: service, because: "no whole answer came within \(settings.deadline)")
    return try await within(settings.deadline, orThrow: late) { try await tried(call) }
  }

  /// Asks again where the service says that it might answer later; asking for a signature twice does no harm.
  private func tried(_ call: ServiceCall) async throws -> JSONNode {
    for attempt in 1...settings.attempts {
      let (status, bytes) = try await exchange(call)
      if status == 200 {
        guard let root = try? JSONDocument(parsing: bytes, atMost: settings.answerLimitBytes).root else {
          throw SigningError.malformedAnswer(service: service, because: "it is no JSON")
        }
        return root
      }
      guard status == 429 || status >= 500, attempt < settings.attempts else {
        throw SigningError.refused(service: service, status: status, told: told(bytes))
      }
      try await Task.sleep(for: settings.pause * attempt * attempt)
    }
    throw SigningError.unreachable(service: service, because: "it was not asked")
  }

  private func exchange(_ call: ServiceCall) async throws -> (Int, [UInt8]) {
    var request = HTTPClientRequest(url: base + call.target)
    request.method = call.method
    request.headers.add(name: "User-Agent", value: "pratique")
    for header in call.headers + call.secrets.map({ ($0.name, $0.value.revealed) }) {
      // The client would refuse them too, and show the value.
      guard header.value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
        throw SigningError.unsupported("line breaks and control characters in what \(header.name) says to \(service)")
      }
      request.headers.add(name: header.name, value: header.value)
    }
    if let body = call.body { request.body = .bytes(ByteBuffer(bytes: body)) }
    let sent = request
    do {
      return try await HTTPClient.withHTTPClient(configuration: try configuration()) { client in
        let response = try await client.execute(sent, timeout: .nanoseconds(settings.deadline.nanoseconds))
        let body = try await response.body.collect(upTo: settings.answerLimitBytes)
        return (Int(response.status.code), Array(body.readableBytesView))
      }
    } catch is NIOTooManyBytesError {
      throw SigningError.malformedAnswer(service: service, because: "it is longer than \(settings.answerLimitBytes) bytes")
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as SigningError {
      throw error
    } catch {
      throw SigningError.unreachable(service: service, because: printable("\(error)"))
    }
  }

  private func configuration() throws(SigningError) -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = settings.authoritiesFile {
      guard let trusted = try? NIOSSLCertificate.fromPEMFile(file) else {
        throw .unreadable(path: file, because: "it holds no certificates in PEM")
      }
      tls.trustRoots = .certificates(trusted)
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)),
      decompression: .disabled)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    return configuration
  }

  /// What the service says of its refusal, in whichever of the usual places.
  private func told(_ bytes: [UInt8]) -> String {
    let root = try? JSONDocument(parsing: bytes, atMost: settings.answerLimitBytes).root
    let places = [
      root?["errors"]?.elements.first, root?["error"]?["message"], root?["message"], root?["Message"], root?["error_description"],
      root?["__type"],
    ]
    return places.compactMap { $0?.string }.first.map { printable($0) } ?? "it does not say why"
  }
}
