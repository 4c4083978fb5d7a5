import Attestations
import Foundation
import Images
import NIOHTTP1
import SwiftASN1

/// One version of a key in HashiCorp Vault's transit engine.
///
/// The version is settled when the signer is opened: after a rotation the old one still signs, under its own key id.
///
/// Source: Vault API, /secret/transit, "Read key", "Sign data".
struct VaultKey: DistantKey {
  private let client: ServiceClient
  private let settings: VaultSettings
  private let token: Redacted<String>
  private let key: String
  private let version: Int
  var name: String { "Vault's key \(printable(key)) version \(version)" }

  /// - Parameter version: nil for the latest.
  static func open(_ key: String, version: Int?, _ settings: SignerSettings) async throws -> DistantSigner {
    guard let address = settings.vault.address else {
      throw SigningError.missingSetting("the address of Vault", variable: "VAULT_ADDR")
    }
    guard let token = settings.vault.token else {
      throw SigningError.missingSetting("a token for Vault", variable: "VAULT_TOKEN")
    }
    var service = settings.service
    service.authoritiesFile = settings.vault.authoritiesFile ?? service.authoritiesFile
    let client = try ServiceClient("Vault", at: address, service)
    let call = Self.call(.GET, "keys/\(percentEncoded(key))", nil, settings.vault, token)
    guard let answer = try await client.answer(to: call)["data"], let type = answer["type"]?.string,
      let version = version ?? answer["latest_version"]?.int
    else { throw SigningError.malformedAnswer(service: "Vault", because: "it describes no key") }
    guard let text = answer["keys"]?["\(version)"]?["public_key"]?.string else {
      throw SigningError.malformedAnswer(service: "Vault", because: "it shows no public key of version \(version)")
    }
    let found = VaultKey(client: client, settings: settings.vault, token: token, key: key, version: version)
    return try DistantSigner(
      found, subjectPublicKeyInfo: try subjectPublicKeyInfo(text, type: type), algorithm: settings.algorithm)
  }

  /// Vault shows Ed25519 keys as 32 bytes in base64, all others in PEM.
  private static func subjectPublicKeyInfo(_ text: String, type: String) throws(SigningError) -> [UInt8] {
    if type == "ed25519", let raw = bytes(ofBase64: text), raw.count == 32 { return PublicKey.ed25519Prefix + raw }
    guard let document = try? PEMDocument(pemString: text), document.discriminator == "PUBLIC KEY" else {
      throw .malformedAnswer(service: "Vault", because: "its public key is not in PEM")
    }
    return document.derBytes
  }

  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8] {
    var body: [String: Any] = ["key_version": version]
    var path = "sign/\(percentEncoded(key))"
    switch scheme {
    case .ecdsa(_, let hash):
      body["marshaling_algorithm"] = "asn1"
      (path, body["input"], body["prehashed"]) = ("\(path)/sha2-\(hash.bits)", base64(hash.bytes(of: payload)), true)
    case .rsaPSS(_, let hash, _):
      (body["signature_algorithm"], body["salt_length"]) = ("pss", "hash")
      (path, body["input"], body["prehashed"]) = ("\(path)/sha2-\(hash.bits)", base64(hash.bytes(of: payload)), true)
    case .rsaPKCS1(_, let hash):
      body["signature_algorithm"] = "pkcs1v15"
      (path, body["input"], body["prehashed"]) = ("\(path)/sha2-\(hash.bits)", base64(hash.bytes(of: payload)), true)
    case .ed25519: (body["input"], body["prehashed"]) = (base64(payload), false)
    case .mlDSA65: throw SigningError.unsupported("ML-DSA keys in Vault")
    }
    let json = Array(try JSONSerialization.data(withJSONObject: body, options: .sortedKeys))
    let answer = try await client.answer(to: Self.call(.POST, path, json, settings, token))
    let parts = (answer["data"]?["signature"]?.string ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "vault", parts[1] == "v\(version)", let signature = bytes(ofBase64: String(parts[2]))
    else { throw SigningError.malformedAnswer(service: "Vault", because: "it is no signature by version \(version)") }
    return signature
  }

  private static func call(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ settings: VaultSettings, _ token: Redacted<String>
  ) -> ServiceCall {
    let mount = settings.mount.split(separator: "/").map { percentEncoded(String($0)) }.joined(separator: "/")
    var call = ServiceCall(method: method, target: "/v1/\(mount)/\(path)", body: body)
    call.headers = [("X-Vault-Request", "true")]
    if let namespace = settings.namespace { call.headers.append(("X-Vault-Namespace", namespace)) }
    if body != nil { call.headers.append(("Content-Type", "application/json")) }
    call.secrets = [("X-Vault-Token", token)]
    return call
  }
}
