import Attestations
import Foundation
import Images
import NIOHTTP1

/// One version of a key in Azure Key Vault.
///
/// Source: Azure Key Vault REST API 7.4, "Get Key" and "Sign"; RFC 7517 and 7518 for the key.
struct AzureKey: DistantKey {
  private static let service = "Azure Key Vault"
  private static let apiVersion = "api-version=7.4"
  /// Where a token for a vault may go, in each of Azure's clouds.
  static let domains = [
    ".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net", ".managedhsm.azure.net", ".managedhsm.azure.cn",
    ".managedhsm.usgovcloudapi.net",
  ]

  private let client: ServiceClient
  private let credentials: AzureCredentials
  private let path: String
  var name: String { "the key \(printable(path)) of Azure Key Vault" }

  /// - Parameters:
  ///   - host: of the vault, in one of `domains`.
  ///   - version: nil for the current one, which is settled now.
  static func open(
    _ key: String, version: String?, host: String, _ settings: SignerSettings
  ) async throws -> DistantSigner {
    guard domains.contains(where: { host.hasSuffix($0) && host.count > $0.count }) else {
      throw SigningError.refusedAddress(host, because: "it is no vault of Azure")
    }
    let client = try ServiceClient(service, at: settings.azure.address ?? "https://\(host)", settings.service)
    let credentials = try AzureCredentials(settings, host: host)
    let start = "/keys/\(percentEncoded(key))"
    let asked = AzureKey(
      client: client, credentials: credentials, path: version.map { "\(start)/\(percentEncoded($0))" } ?? start)
    let answer = try await asked.call(.GET, "", nil)
    guard answer["attributes"]?["enabled"]?.bool != false else {
      throw SigningError.unsupported("\(asked.name), for it is disabled")
    }
    guard let id = answer["key"]?["kid"]?.string, let path = URLComponents(string: id)?.percentEncodedPath,
      path.hasPrefix("\(start)/"), path.split(separator: "/").count == 3, version == nil || path == asked.path,
      let der = answer["key"].flatMap({ subjectPublicKeyInfo(ofJWK: $0) })
    else {
      throw SigningError.malformedAnswer(service: service, because: "it describes no public key that signatures verify with")
    }
    let found = AzureKey(client: client, credentials: credentials, path: path)
    return try DistantSigner(found, subjectPublicKeyInfo: der, algorithm: settings.algorithm)
  }

  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8] {
    let (algorithm, hash, curve): (String, SignatureScheme.Hash, SignatureScheme.Curve?) =
      switch scheme {
      case .ecdsa(let curve, let hash): ("ES\(hash.bits)", hash, curve)
      case .rsaPSS(_, let hash, _): ("PS\(hash.bits)", hash, nil)
      case .rsaPKCS1(_, let hash): ("RS\(hash.bits)", hash, nil)
      case .ed25519, .mlDSA65: throw SigningError.unsupported("keys of this kind in Azure Key Vault")
      }
    let question = ["alg": algorithm, "value": base64URL(hash.bytes(of: payload))]
    let body = Array(try JSONSerialization.data(withJSONObject: question, options: .sortedKeys))
    let answer = try await call(.POST, "/sign", body)
    guard let id = answer["kid"]?.string, URLComponents(string: id)?.percentEncodedPath == path,
      let plain = answer["value"]?.string.flatMap({ bytes(ofBase64URL: $0) })
    else { throw SigningError.malformedAnswer(service: Self.service, because: "it is no signature by \(name)") }
    guard let curve else { return plain }
    guard let signature = curve.der(ofPlain: plain) else { throw SigningError.wrongSignature(by: name) }
    return signature
  }

  private func call(_ method: HTTPMethod, _ verb: String, _ body: [UInt8]?) async throws -> JSONNode {
    var call = ServiceCall(method: method, target: "\(path)\(verb)?\(Self.apiVersion)", body: body)
    if body != nil { call.headers = [("Content-Type", "application/json")] }
    call.secrets = [("Authorization", Redacted("Bearer \(try await credentials.token().revealed)"))]
    return try await client.answer(to: call)
  }

  /// Hardware keys are called `EC-HSM` and `RSA-HSM`.
  private static func subjectPublicKeyInfo(ofJWK key: JSONNode) -> [UInt8]? {
    func number(_ name: String) -> [UInt8]? { (key[name]?.string).flatMap { bytes(ofBase64URL: $0) } }
    switch (key["kty"]?.string, key["crv"]?.string) {
    case ("RSA", _), ("RSA-HSM", _):
      guard let modulus = number("n"), let exponent = number("e") else { return nil }
      return rsaSubjectPublicKeyInfo(modulus: modulus, exponent: exponent)
    case ("EC", let curve), ("EC-HSM", let curve):
      let curves: [String: SignatureScheme.Curve] = ["P-256": .p256, "P-384": .p384, "P-521": .p521]
      guard let curve = curve.flatMap({ curves[$0] }), let x = number("x"), let y = number("y") else { return nil }
      return curve.subjectPublicKeyInfo(ofPoint: [4] + x + y)
    default: return nil
    }
  }
}
