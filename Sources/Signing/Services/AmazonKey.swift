import Attestations
import Foundation
import Images
import NIOHTTP1

/// An asymmetric key in AWS KMS, by the ARN that KMS itself says, so that an alias cannot be moved under a signer.
///
/// Source: AWS KMS API, GetPublicKey and Sign, in the JSON 1.1 protocol.
struct AmazonKey: DistantKey {
  private static let service = "AWS KMS"
  private let client: ServiceClient
  private let access: SignatureV4
  private let id: String
  var name: String { "the key \(printable(id)) of AWS KMS" }

  /// - Parameters:
  ///   - id: a key's id or ARN, or an alias or its ARN.
  ///   - endpoint: `HOST[:PORT]` instead of Amazon's own, for private endpoints.
  static func open(_ id: String, endpoint: String?, _ settings: SignerSettings) async throws -> DistantSigner {
    guard let region = region(of: id) ?? settings.amazon.region else {
      throw SigningError.missingSetting("the region of the key", variable: "AWS_REGION")
    }
    guard region.wholeMatch(of: #/[a-z0-9-]{1,32}/#) != nil else {
      throw SigningError.malformedReference(id, because: "its region is none")
    }
    let host = region.hasPrefix("cn-") ? "kms.\(region).amazonaws.com.cn" : "kms.\(region).amazonaws.com"
    let address = settings.amazon.address ?? "https://\(endpoint ?? host)"
    let client = try ServiceClient(service, at: address, settings.service)
    let first = AmazonKey(client: client, access: try settings.amazon.access(in: region), id: id)
    let answer = try await first.call("GetPublicKey", ["KeyId": id])
    guard answer["KeyUsage"]?.string == "SIGN_VERIFY", let arn = answer["KeyId"]?.string,
      let der = answer["PublicKey"]?.string.flatMap({ bytes(ofBase64: $0) })
    else { throw SigningError.malformedAnswer(service: service, because: "it shows no public key that signatures verify with") }
    let found = AmazonKey(client: client, access: first.access, id: arn)
    let signer = try DistantSigner(found, subjectPublicKeyInfo: der, algorithm: settings.algorithm)
    let offered = answer["SigningAlgorithms"]?.elements.compactMap(\.string) ?? []
    guard let scheme = signer.algorithm.scheme, offered.contains(scheme.inAmazon.name) else {
      throw SigningError.unsupported("\(signer.algorithm.rawValue) with this key of AWS KMS")
    }
    return signer
  }

  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8] {
    let (algorithm, hash) = scheme.inAmazon
    let message = hash?.bytes(of: payload) ?? payload
    guard message.count <= 4096 else {
      throw SigningError.unsupported("payloads of more than 4096 bytes with \(algorithm) in AWS KMS")
    }
    let answer = try await call(
      "Sign",
      [
        "KeyId": id, "Message": base64(message), "MessageType": hash == nil ? "RAW" : "DIGEST", "SigningAlgorithm": algorithm,
      ])
    guard answer["KeyId"]?.string == id, answer["SigningAlgorithm"]?.string == algorithm,
      let signature = answer["Signature"]?.string.flatMap({ bytes(ofBase64: $0) })
    else { throw SigningError.malformedAnswer(service: Self.service, because: "it is no signature by \(name)") }
    return signature
  }

  private func call(_ operation: String, _ arguments: [String: String]) async throws -> JSONNode {
    let body = Array(try JSONSerialization.data(withJSONObject: arguments, options: .sortedKeys))
    let headers = [
      (name: "content-type", value: "application/x-amz-json-1.1"), (name: "x-amz-target", value: "TrentService.\(operation)"),
    ]
    let request = SignatureV4.Request(host: client.authority, headers: headers, body: body)
    let signed = access.headers(for: request, atSeconds: Int64(Date().timeIntervalSince1970))
    return try await client.answer(
      to: ServiceCall(method: .POST, target: "/", headers: headers, secrets: signed, body: body))
  }

  /// `arn:aws:kms:REGION:ACCOUNT:key/ID`, as in every partition of AWS.
  private static func region(of id: String) -> String? {
    let parts = id.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 6 && parts[0] == "arn" && parts[2] == "kms" ? String(parts[3]) : nil
  }
}

extension SignatureScheme {
  /// KMS's name, and the hash that is made here; nil where KMS takes the message whole.
  fileprivate var inAmazon: (name: String, hash: Hash?) {
    switch self {
    case .ecdsa(_, let hash): ("ECDSA_SHA_\(hash.bits)", hash)
    case .rsaPSS(_, let hash, _): ("RSASSA_PSS_SHA_\(hash.bits)", hash)
    case .rsaPKCS1(_, let hash): ("RSASSA_PKCS1_V1_5_SHA_\(hash.bits)", hash)
    case .ed25519: ("ED25519_SHA_512", nil)
    case .mlDSA65: ("ML_DSA_SHAKE_256", nil)
    }
  }
}

extension SignatureScheme.Hash {
  /// How long its digests are.
  var bits: Int {
    switch self {
    case .sha256: 256
    case .sha384: 384
    case .sha512: 512
    }
  }
}
