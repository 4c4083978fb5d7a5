import Crypto
import Foundation
import Glibc
package import Images

/// Signs requests to Amazon's services, so that the secret itself is never sent.
///
/// Source: AWS Signature Version 4, "Create a signed AWS API request".
package struct SignatureV4: Sendable {
  let accessKeyID: String
  let secret: Redacted<String>
  let sessionToken: Redacted<String>?
  let region: String
  let service: String

  /// A request as far as it is signed; neither path nor query need escaping here.
  package struct Request: Sendable {
    var method = "POST"
    var path = "/"
    let host: String
    /// Sent beside host and date. Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    package init(host: String, headers: [(name: String, value: String)], body: [UInt8]) {
      (self.host, self.headers, self.body) = (host, headers, body)
    }
  }

  package init(
    accessKeyID: String, secret: Redacted<String>, sessionToken: Redacted<String>?, region: String, service: String
  ) {
    (self.accessKeyID, self.secret, self.sessionToken) = (accessKeyID, secret, sessionToken)
    (self.region, self.service) = (region, service)
  }

  /// The headers to send beside those of `request`: the date, the session's token and the signature.
  package func headers(for request: Request, atSeconds seconds: Int64) -> [(name: String, value: Redacted<String>)] {
    let time = Self.basicFormat(seconds)
    var signed = request.headers + [("host", request.host), ("x-amz-date", time)]
    if let sessionToken { signed.append(("x-amz-security-token", sessionToken.revealed)) }
    signed.sort { $0.name < $1.name }
    let names = signed.map(\.name).joined(separator: ";")
    let lines = signed.map { "\($0.name):\($0.value.trimmingCharacters(in: .whitespaces))\n" }.joined()
    let bodyHash = lowerHex(SHA256.hash(data: request.body))
    let canonical = "\(request.method)\n\(request.path)\n\n\(lines)\n\(names)\n\(bodyHash)"
    let day = String(time.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let toSign = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(lowerHex(SHA256.hash(data: Array(canonical.utf8))))"
    let signature = lowerHex(Self.mac(key(of: day), toSign))
    let value = "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    var out = [("x-amz-date", Redacted(time)), ("authorization", Redacted(value))]
    if let sessionToken { out.append(("x-amz-security-token", sessionToken)) }
    return out.map { (name: $0.0, value: $0.1) }
  }

  /// A key that is good for one day, region and service.
  private func key(of day: String) -> [UInt8] {
    [day, region, service, "aws4_request"].reduce(Array("AWS4\(secret.revealed)".utf8)) { Self.mac($0, $1) }
  }

  private static func mac(_ key: [UInt8], _ text: String) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  /// `20150830T123600Z`.
  static func basicFormat(_ seconds: Int64) -> String {
    var clock = time_t(seconds)
    var parts = tm()
    gmtime_r(&clock, &parts)
    return String(
      format: "%04d%02d%02dT%02d%02d%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
      parts.tm_sec)
  }
}
