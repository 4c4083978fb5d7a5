import AsyncHTTPClient
import Foundation
import Images
import NIOHTTP1

/// A reply that may ask who we are.
protocol Challenging {
  var status: HTTPResponseStatus { get }
  var headers: HTTPHeaders { get }
}

extension Answer: Challenging {}
extension HTTPClientResponse: Challenging {}

extension RegistryClient {
  /// Sends `call` to a registry, first as we are known to it, and once more after meeting its challenge.
  ///
  /// Only a challenge of the registry itself is met, never one of where it redirects to.
  func authorized<Reply: Challenging>(
    _ call: Call, scope: String, _ exchange: (Call) async throws -> Reply
  ) async throws -> Reply {
    let registry = call.address.origin
    let purpose = Tokens.Purpose(registry: registry, scope: scope)
    var call = call
    call.authorization = tokens[purpose]
    let first = try await exchange(call)
    guard first.status == .unauthorized, let challenge = Challenge(headers: first.headers["WWW-Authenticate"]),
      let authorization = try await authorization(for: challenge, of: registry, scope: scope)
    else { return first }
    tokens[purpose] = authorization
    call.authorization = authorization
    return try await exchange(call)
  }

  /// The `Authorization` that meets `challenge`; nil when it wants a password and there is none.
  private func authorization(for challenge: Challenge, of registry: Origin, scope: String) async throws -> Redacted<String>? {
    let host = settings.hosts[registry.authority] ?? HostSettings()
    switch challenge {
    case .basic: return host.credential.map(basic)
    case .bearer(let realm, let service):
      let address = try host.tokenAddress(realm: realm, of: registry)
      return try await token(at: address, service: service, scope: scope, host.credential)
    }
  }

  /// Source: distribution spec, token authentication: `token`, or `access_token` for OAuth 2.0.
  private func token(
    at address: WebAddress, service: String?, scope: String, _ credential: Credential?
  ) async throws -> Redacted<String> {
    let limitBytes = 64 << 10
    let query = [("service", service), ("scope", scope)].compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" }
    }
    let separator = address.target.contains("?") ? "&" : "?"
    let host = address.origin.authority
    let call = Call(
      address: WebAddress(address.origin, address.target + separator + query.joined(separator: "&")),
      authorization: credential.map(basic))
    let answer = try await within(settings.requestDeadline, of: host) {
      let response = try await send(call, within: settings.requestDeadline)
      return try await collect(response, atMost: limitBytes, host: host, what: "A token of \(host)")
    }
    try expect(answer.status, among: [200], host: host, what: "give a token")
    guard let root = try? JSONDocument(parsing: answer.body, atMost: limitBytes).root,
      let token = root["token"]?.string ?? root["access_token"]?.string,
      token.utf8.allSatisfy({ (33...126).contains($0) })
    else { throw RegistryError.malformed(host: host, because: "it holds no token") }
    return Redacted("Bearer \(token)")
  }

  private func basic(_ credential: Credential) -> Redacted<String> {
    Redacted("Basic " + Data("\(credential.user):\(credential.password.revealed)".utf8).base64EncodedString())
  }
}
