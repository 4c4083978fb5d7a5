import Attestations
import Foundation
import Images
import NIOHTTP1
import SwiftASN1

/// One version of an asymmetric key in Google Cloud KMS. The version says how it signs.
///
/// What goes there and comes back is held against its CRC32C, as Google asks of clients.
///
/// Source: cloudkms v1 REST, cryptoKeyVersions.getPublicKey and .asymmetricSign.
struct GoogleKey: DistantKey {
  private static let service = "Google Cloud KMS"
  private let client: ServiceClient
  private let credentials: GoogleCredentials
  private let version: String
  var name: String { "the key \(printable(version)) of Google Cloud KMS" }

  /// - Parameter version: `projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…`.
  static func open(_ version: String, _ settings: SignerSettings) async throws -> DistantSigner {
    let client = try ServiceClient(service, at: settings.google.address, settings.service)
    let credentials = try GoogleCredentials(settings)
    let found = GoogleKey(client: client, credentials: credentials, version: version)
    let answer = try await found.call(.GET, "/publicKey", nil)
    guard let pem = answer["pem"]?.string, let document = try? PEMDocument(pemString: pem),
      document.discriminator == "PUBLIC KEY", let kind = answer["algorithm"]?.string, answer["name"]?.string ?? version == version
    else { throw SigningError.malformedAnswer(service: service, because: "it shows no public key in PEM") }
    try checkSum(answer["pemCrc32c"], of: Array(pem.utf8))
    guard let algorithm = kind == "EC_SIGN_ED25519" ? .ed25519 : SignatureAlgorithm(named: kind) else {
      throw SigningError.unsupported("keys of the kind \(printable(kind)) in Google Cloud KMS")
    }
    guard settings.algorithm ?? algorithm == algorithm else {
      throw SigningError.unsupported("another algorithm than \(algorithm.rawValue) with this key")
    }
    return try DistantSigner(found, subjectPublicKeyInfo: document.derBytes, algorithm: algorithm)
  }

  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8] {
    let body: [String: Any]
    let confirmed: String
    switch scheme {
    case .ecdsa(_, let hash), .rsaPSS(_, let hash, _), .rsaPKCS1(_, let hash):
      let digest = hash.bytes(of: payload)
      body = ["digest": ["sha\(hash.bits)": base64(digest)], "digestCrc32c": String(crc32c(digest))]
      confirmed = "verifiedDigestCrc32c"
    case .ed25519:
      body = ["data": base64(payload), "dataCrc32c": String(crc32c(payload))]
      confirmed = "verifiedDataCrc32c"
    case .mlDSA65: throw SigningError.unsupported("ML-DSA keys in Google Cloud KMS")
    }
    let json = Array(try JSONSerialization.data(withJSONObject: body, options: .sortedKeys))
    let answer = try await call(.POST, ":asymmetricSign", json)
    guard answer["name"]?.string == version, answer[confirmed]?.bool == true else {
      throw SigningError.malformedAnswer(service: Self.service, because: "it does not confirm what it was asked to sign")
    }
    guard let text = answer["signature"]?.string, let signature = bytes(ofBase64: text) else {
      throw SigningError.malformedAnswer(service: Self.service, because: "it holds no signature")
    }
    try Self.checkSum(answer["signatureCrc32c"], of: signature)
    return signature
  }

  private func call(_ method: HTTPMethod, _ verb: String, _ body: [UInt8]?) async throws -> JSONNode {
    let path = version.split(separator: "/").map { percentEncoded(String($0)) }.joined(separator: "/")
    var call = ServiceCall(method: method, target: "/v1/\(path)\(verb)", body: body)
    if body != nil { call.headers = [("Content-Type", "application/json")] }
    call.secrets = [("Authorization", Redacted("Bearer \(try await credentials.token().revealed)"))]
    return try await client.answer(to: call)
  }

  /// 64 bit numbers are strings in proto3 JSON.
  private static func checkSum(_ node: JSONNode?, of bytes: [UInt8]) throws(SigningError) {
    let sum = node?.string.flatMap { UInt32($0) } ?? node?.int.flatMap { UInt32(exactly: $0) }
    guard sum == crc32c(bytes) else { throw .malformedAnswer(service: service, because: "its checksum is not that of its bytes") }
  }
}

/// Source: RFC 3720 appendix B.4 (Castagnoli's polynomial, reflected).
func crc32c(_ bytes: [UInt8]) -> UInt32 {
  var sum = UInt32.max
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1 }
  }
  return ~sum
}
