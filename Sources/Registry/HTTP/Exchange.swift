import AsyncHTTPClient
import Images
import NIOCore
import NIOHTTP1

/// One request, before it is known who answers it.
struct Call: Sendable {
  var method: HTTPMethod = .GET
  var address: WebAddress
  var headers: [(name: String, value: String)] = []
  var body: HTTPClientRequest.Body?
  var authorization: Redacted<String>?
}

/// An answer whose body has come whole.
struct Answer: Sendable {
  let status: HTTPResponseStatus
  let headers: HTTPHeaders
  let body: [UInt8]
}

extension RegistryClient {
  /// At most this many redirections are followed for one call.
  private static let redirectLimit = 5

  /// Sends `call` and waits for status and headers; redirections are answers like others.
  func send(_ call: Call, within deadline: Duration) async throws -> HTTPClientResponse {
    let host = call.address.origin.authority
    let line = try await connections.line(to: call.address.origin)
    var request = HTTPClientRequest(url: line.base + call.address.target)
    request.method = call.method
    request.headers.add(name: "Host", value: line.authority)
    request.headers.add(name: "User-Agent", value: "pratique")
    for header in call.headers { request.headers.add(name: header.name, value: header.value) }
    if let authorization = call.authorization { request.headers.add(name: "Authorization", value: authorization.revealed) }
    request.body = call.body
    do {
      return try await line.client.execute(request, deadline: .now() + TimeAmount(deadline))
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as any Problem {
      throw error
    } catch {
      throw RegistryError.unreachable(host: host, because: "\(error)")
    }
  }

  /// Sends `call` and follows redirections by hand: never from https to http, and with `authorization` only as long as
  /// the origin stays the same. Each hop's address is checked as the first.
  func follow(_ call: Call, within deadline: Duration) async throws -> HTTPClientResponse {
    var call = call
    for _ in 0...Self.redirectLimit {
      let response = try await send(call, within: deadline)
      guard [301, 302, 303, 307, 308].contains(response.status.code), let location = response.headers.first(name: "Location")
      else { return response }
      let origin = call.address.origin
      guard let next = WebAddress(parsing: location, relativeTo: origin) else {
        throw RegistryError.malformed(host: origin.authority, because: "it redirects to what is no http address")
      }
      guard next.origin == origin || next.origin.scheme == .https else {
        throw RegistryError.refusedWay(host: next.origin.authority, because: "\(origin.authority) redirects there in plain HTTP")
      }
      if next.origin != origin { call.authorization = nil }
      call.address = next
    }
    throw RegistryError.overLimit(what: "The redirections of \(call.address.origin.authority)", limit: Self.redirectLimit)
  }

  /// The whole answer, redirections followed, in `requestDeadline`.
  func fetch(_ call: Call, atMost limitBytes: Int, what: String) async throws -> Answer {
    let host = call.address.origin.authority
    return try await within(settings.requestDeadline, of: host) {
      let response = try await follow(call, within: settings.requestDeadline)
      return try await collect(response, atMost: limitBytes, host: host, what: what)
    }
  }

  func collect(_ response: HTTPClientResponse, atMost limitBytes: Int, host: String, what: String) async throws -> Answer {
    do {
      let body = try await response.body.collect(upTo: limitBytes)
      return Answer(status: response.status, headers: response.headers, body: Array(body.readableBytesView))
    } catch is NIOTooManyBytesError {
      throw RegistryError.overLimit(what: "\(what) in bytes", limit: limitBytes)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw RegistryError.unreachable(host: host, because: "\(error)")
    }
  }
}

/// Turns the statuses that every call may meet into errors.
///
/// - Parameter what: what was asked, after "asked to": `read shop/web:v1`.
func expect(_ status: HTTPResponseStatus, among expected: [Int], host: String, what: String) throws(RegistryError) {
  switch Int(status.code) {
  case let code where expected.contains(code): return
  case 401, 403: throw .unauthorized(host: host, what: what)
  case 404: throw .notFound("What \(host) was asked to \(what)")
  case let code: throw .unexpectedStatus(host: host, status: code, what: what)
  }
}
