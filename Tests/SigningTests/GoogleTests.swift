import Attestations
import CLibCrypto
import Contracts
import Foundation
import Images
import Signing
import Testing

/// CRC32C bit by bit, by the polynomial as it is written, unlike the one under test.
private func checksum(_ bytes: [UInt8]) -> String {
  func reversed<Number: FixedWidthInteger>(_ number: Number) -> Number {
    (0..<Number.bitWidth).reduce(0) { $0 | (number >> Number($1) & 1) << Number(Number.bitWidth - 1 - $1) }
  }
  var sum: UInt32 = 0xffff_ffff
  for byte in bytes {
    sum ^= UInt32(reversed(byte)) << 24
    for _ in 0..<8 { sum = sum >> 31 == 1 ? sum << 1 ^ 0x1edc_6f41 : sum << 1 }
  }
  return String(reversed(~sum))
}

private let version = "projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3"

/// Google Cloud KMS as far as signing needs it.
///
/// Source: cloudkms v1 REST, cryptoKeyVersions.
func googleDouble(
  _ key: TestKey, change: @escaping @Sendable ([String: Any]) -> [String: Any] = { $0 }
) async throws -> KeyServiceDouble {
  try await KeyServiceDouble { asked in
    guard asked.headers["authorization"] == "Bearer ya29.token" else {
      return .json(401, ["error": ["code": 401, "message": "Request had invalid authentication credentials."] as [String: Any]])
    }
    switch (asked.method, asked.target) {
    case ("GET", "/v1/\(version)/publicKey"):
      let name = key.algorithm == .ed25519 ? "EC_SIGN_ED25519" : key.algorithm.rawValue
      let kind = name.replacing("ECDSA_", with: "EC_SIGN_").replacing("RSA_PSS_", with: "RSA_SIGN_PSS_")
      return .json(
        change([
          "pem": key.publicPEM, "algorithm": kind, "pemCrc32c": checksum(Array(key.publicPEM.utf8)), "name": version,
          "protectionLevel": "HSM",
        ]))
    case ("POST", "/v1/\(version):asymmetricSign"):
      let isEdwards = key.algorithm == .ed25519
      let digests = asked.json["digest"] as? [String: String] ?? [:]
      let input = isEdwards ? asked.bytes("data") : digests.values.first.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
      guard let input, asked.text(isEdwards ? "dataCrc32c" : "digestCrc32c") == checksum(input),
        isEdwards || digests.keys.first == "sha\(input.count * 8)", asked.json.count == 2
      else { return .json(400, ["error": ["message": "bad request"]]) }
      let padding =
        key.algorithm.modulusBits == nil
        ? nil : key.algorithm.rawValue.contains("PKCS1") ? RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING
      let signature = key.signature(over: input, padding: padding)
      return .json(
        change([
          "signature": Data(signature).base64EncodedString(), "signatureCrc32c": checksum(signature), "name": version,
          (isEdwards ? "verifiedDataCrc32c" : "verifiedDigestCrc32c"): true,
        ]))
    default: return .json(404, ["error": ["message": "not found"]])
    }
  }
}

@Suite("A key of Google Cloud KMS, against a double")
struct GoogleTests {
  private func settings(_ double: KeyServiceDouble) -> SignerSettings {
    var settings = SignerSettings()
    settings.google.address = double.address
    settings.google.accessToken = Redacted("ya29.token")
    return settings
  }

  @Test("signs as every signer must, with the algorithm of the key", arguments: Pairs.algorithms.filter { $0 != .mlDSA65 })
  func contract(algorithm: SignatureAlgorithm) async throws {
    let key = try TestKey(algorithm)
    let double = try await googleDouble(key)
    let signer = try await SignerReference(parsing: "gcpkms://\(version)").open(settings(double))
    #expect(signer.algorithm == algorithm)
    #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
    let other: SignatureAlgorithm = algorithm == .ed25519 ? .ecdsaP256SHA256 : .ed25519
    var settings = settings(double)
    settings.algorithm = other
    #expect(await refusal { try await SignerReference(parsing: "gcpkms://\(version)").open(settings) } != nil)
  }

  @Test(
    "is not handed out when checksums, names or confirmations do not fit",
    arguments: [
      "pemCrc32c", "algorithm", "pem", "signature", "signatureCrc32c", "name", "verifiedDigestCrc32c",
    ])
  func wrong(_ field: String) async throws {
    let key = try TestKey(.ecdsaP256SHA256)
    for value in ["1" as String?, nil] where field != "name" || value != nil {
      let double = try await googleDouble(key) { answer in
        guard answer[field] != nil else { return answer }
        var answer = answer
        answer[field] = value
        return answer
      }
      let settings = settings(double)
      #expect(
        await refusal { try await SignerReference(parsing: "gcpkms://\(version)").open(settings).signature(over: [1]) } != nil)
    }
  }

  @Test("is asked by a service account that signs for its own token")
  func serviceAccount() async throws {
    let (key, account) = (try TestKey(.ecdsaP256SHA256), try Pairs.of(.rsaPKCS1of2048SHA256))
    let kms = try await googleDouble(key)
    let tokens = try await KeyServiceDouble { asked in
      let form = String(decoding: asked.body, as: UTF8.self)
      let assertion = form.split(separator: "&").last?.split(separator: "=").last?.split(separator: ".") ?? []
      guard asked.target == "/token",
        form.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="),
        assertion.count == 3, let signature = fromBase64URL(assertion[2]), let claims = fromBase64URL(assertion[1]),
        let scheme = SignatureAlgorithm.rsaPKCS1of2048SHA256.scheme,
        let publicKey = try? PublicKey(pem: account.publicPEM, scheme: scheme),
        publicKey.verifies(signature, over: Array("\(assertion[0]).\(assertion[1])".utf8)),
        let read = try? JSONSerialization.jsonObject(with: Data(claims)) as? [String: Any],
        read["iss"] as? String == "signer@p.iam", read["scope"] as? String == "https://www.googleapis.com/auth/cloudkms"
      else { return .json(400, ["error": "invalid_grant", "error_description": "Invalid JWT Signature."]) }
      return .json(["access_token": "ya29.token", "expires_in": 3599, "token_type": "Bearer"] as [String: Any])
    }
    try await withFolder { folder in
      let file = [
        "type": "service_account", "client_email": "signer@p.iam", "private_key_id": "1",
        "private_key": account.privatePEM.revealed, "token_uri": "\(tokens.address)/token",
      ]
      try writeSecret(String(decoding: try JSONSerialization.data(withJSONObject: file), as: UTF8.self), to: folder + "/account")
      var settings = settings(kms)
      settings.google.accessToken = nil
      settings.google.serviceAccountFile = folder + "/account"
      let signer = try await SignerReference(parsing: "gcpkms://\(version)").open(settings)
      #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
    }
  }

  @Test("needs credentials, and names the variables that give them")
  func missing() async throws {
    let reference = try SignerReference(parsing: "gcpkms://\(version)")
    let remedy = await refusal { try await reference.open() }?.remedy ?? ""
    #expect(remedy.contains("GOOGLE_OAUTH_ACCESS_TOKEN") && remedy.contains("GOOGLE_APPLICATION_CREDENTIALS"))
  }
}

func fromBase64URL(_ text: some StringProtocol) -> [UInt8]? {
  let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
  return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)).map { Array($0) }
}
