import Attestations
import Foundation
import Images
import NIOHTTP1

/// Who asks Google: a token that somebody fetched, or a service account that fetches its own.
struct GoogleCredentials: Sendable {
  private static let scope = "https://www.googleapis.com/auth/cloudkms"

  private enum Source: Sendable {
    case token(Redacted<String>)
    case account(email: String, keyID: String?, PKIXSigner, tokens: ServiceClient, audience: String)
  }

  private let source: Source

  /// - Throws: `SigningError.missingSetting`, `.malformedKey` for a file that is no service account's.
  init(_ settings: SignerSettings) throws(SigningError) {
    if let token = settings.google.accessToken {
      source = .token(token)
    } else if let path = settings.google.serviceAccountFile {
      source = try Self.account(try KeyFiles.readPrivateKey(path), settings)
    } else {
      throw .missingSetting(
        "credentials for Google Cloud", variable: "GOOGLE_OAUTH_ACCESS_TOKEN, or GOOGLE_APPLICATION_CREDENTIALS to a key file")
    }
  }

  private static func account(_ file: Redacted<String>, _ settings: SignerSettings) throws(SigningError) -> Source {
    guard let root = try? JSONDocument(parsing: Array(file.revealed.utf8), atMost: 1 << 16).root,
      root["type"]?.string == "service_account", let email = root["client_email"]?.string,
      let pem = root["private_key"]?.string, let address = root["token_uri"]?.string
    else { throw .malformedKey("GOOGLE_APPLICATION_CREDENTIALS names no service account's key file") }
    let signer = try PKIXSigner(pem: Redacted(pem), algorithm: .rsaPKCS1of2048SHA256)
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host else {
      throw .refusedAddress(address, because: "it is not of the form https://HOST/PATH")
    }
    let base = "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
    let client = try ServiceClient("Google's token endpoint", at: base, settings.service)
    return .account(email: email, keyID: root["private_key_id"]?.string, signer, tokens: client, audience: address)
  }

  /// Source: RFC 7523 section 2.1.
  func token() async throws -> Redacted<String> {
    switch source {
    case .token(let token): return token
    case .account(let email, let keyID, let signer, let client, let audience):
      let now = Int64(Date().timeIntervalSince1970)
      let header = ["alg": "RS256", "typ": "JWT"].merging(keyID.map { ["kid": $0] } ?? [:]) { $1 }
      let claims: [String: Any] = ["iss": email, "scope": Self.scope, "aud": audience, "iat": now, "exp": now + 600]
      let parts = try [header, claims].map { base64URL(Array(try JSONSerialization.data(withJSONObject: $0))) }
      let signed = parts.joined(separator: ".")
      let assertion = "\(signed).\(base64URL(try await signer.signature(over: Array(signed.utf8))))"
      let form = "grant_type=\(percentEncoded("urn:ietf:params:oauth:grant-type:jwt-bearer"))&assertion=\(assertion)"
      let answer = try await client.answer(to: .form(form, to: URLComponents(string: audience)?.percentEncodedPath ?? "/"))
      return try Self.token(in: answer, of: client)
    }
  }

  private static func token(in answer: JSONNode, of client: ServiceClient) throws(SigningError) -> Redacted<String> {
    guard let token = answer["access_token"]?.string, !token.isEmpty else {
      throw .malformedAnswer(service: client.service, because: "it holds no access token")
    }
    return Redacted(token)
  }
}

extension ServiceCall {
  /// Source: RFC 6749 section 4.4.2.
  static func form(_ form: String, to target: String) -> Self {
    ServiceCall(
      method: .POST, target: target, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
  }
}
