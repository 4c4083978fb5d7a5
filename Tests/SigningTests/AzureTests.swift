import Attestations
import CLibCrypto
import Contracts
import Foundation
import Images
import Signing
import Testing

private let version = "78deebed173b48e48f55abf87ed4cf71"

/// Both numbers of an RSA public key, out of its SubjectPublicKeyInfo: the last two integers in it.
private func numbers(_ der: [UInt8], bits: Int) -> (modulus: [UInt8], exponent: [UInt8]) {
  (Array(der.dropLast(5).suffix(bits / 8)), Array(der.suffix(3)))
}

private func base64URL(_ bytes: some Sequence<UInt8>) -> String {
  Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// Azure Key Vault as far as signing needs it.
///
/// Source: Azure Key Vault REST API 7.4, "Get Key" and "Sign".
func azureDouble(
  _ key: TestKey, hardware: Bool = false, change: @escaping @Sendable ([String: Any]) -> [String: Any] = { $0 }
) async throws -> KeyServiceDouble {
  let id = "https://shop.vault.azure.net/keys/release/\(version)"
  return try await KeyServiceDouble { asked in
    guard asked.headers["authorization"] == "Bearer eyJ.token" else {
      return .json(401, ["error": ["code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer token."]])
    }
    switch (asked.method, asked.target) {
    case ("GET", "/keys/release?api-version=7.4"), ("GET", "/keys/release/\(version)?api-version=7.4"):
      var jwk: [String: Any] = ["kid": id, "key_ops": ["sign", "verify"]]
      if let bits = key.algorithm.modulusBits {
        let (modulus, exponent) = numbers(key.publicDER, bits: bits)
        (jwk["kty"], jwk["n"], jwk["e"]) = (hardware ? "RSA-HSM" : "RSA", base64URL(modulus), base64URL(exponent))
      } else {
        let width = ["ECDSA_P256_SHA256": 32, "ECDSA_P384_SHA384": 48, "ECDSA_P521_SHA512": 66][key.algorithm.rawValue] ?? 0
        let point = key.publicDER.suffix(2 * width)
        (jwk["kty"], jwk["crv"]) = (hardware ? "EC-HSM" : "EC", "P-\(width == 66 ? 521 : width * 8)")
        (jwk["x"], jwk["y"]) = (base64URL(point.prefix(width)), base64URL(point.suffix(width)))
      }
      return .json(change(["key": jwk, "attributes": ["enabled": true]]))
    case ("POST", "/keys/release/\(version)/sign?api-version=7.4"):
      guard let algorithm = asked.text("alg"), let digest = asked.text("value").flatMap({ fromBase64URL($0) }),
        algorithm.hasSuffix("\(digest.count * 8)"), asked.json.count == 2
      else { return .json(400, ["error": ["code": "BadParameter", "message": "bad request"]]) }
      let padding = algorithm.hasPrefix("PS") ? RSA_PKCS1_PSS_PADDING : algorithm.hasPrefix("RS") ? RSA_PKCS1_PADDING : nil
      let made = key.signature(over: digest, padding: padding)
      let width = ["ES256": 32, "ES384": 48, "ES512": 66][algorithm]
      return .json(change(["kid": id, "value": base64URL(width.map { plain(made, width: $0) } ?? made)]))
    default: return .json(404, ["error": ["code": "KeyNotFound", "message": "A key with this name was not found."]])
    }
  }
}

@Suite("A key of Azure Key Vault, against a double")
struct AzureTests {
  private func settings(_ double: KeyServiceDouble) -> SignerSettings {
    var settings = SignerSettings()
    settings.azure.address = double.address
    settings.azure.accessToken = Redacted("eyJ.token")
    return settings
  }

  @Test("signs as every signer must", arguments: Pairs.algorithms.filter { $0 != .mlDSA65 && $0 != .ed25519 }, [true, false])
  func contract(algorithm: SignatureAlgorithm, hardware: Bool) async throws {
    let key = try TestKey(algorithm)
    let double = try await azureDouble(key, hardware: hardware)
    var settings = settings(double)
    settings.algorithm = algorithm
    for name in ["release", "release/\(version)"] {
      let signer = try await SignerReference(parsing: "azurekms://shop.vault.azure.net/\(name)").open(settings)
      #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
    }
  }

  @Test(
    "is not handed out when the answer is about another key, is disabled, or is no signature",
    arguments: [
      "key", "attributes", "kid", "value",
    ])
  func wrong(_ field: String) async throws {
    let double = try await azureDouble(try TestKey(.ecdsaP256SHA256)) { answer in
      guard answer[field] != nil else { return answer }
      var answer = answer
      answer[field] = field == "attributes" ? ["enabled": false] as Any : "AAAA"
      return answer
    }
    let settings = settings(double)
    #expect(
      await refusal {
        try await SignerReference(parsing: "azurekms://shop.vault.azure.net/release").open(settings).signature(over: [1])
      } != nil)
  }

  @Test("is asked by an application that logs in for its own token")
  func application() async throws {
    let key = try TestKey(.ecdsaP384SHA384)
    let vault = try await azureDouble(key)
    let login = try await KeyServiceDouble { asked in
      let form = "grant_type=client_credentials&client_id=app&client_secret=a%26b&scope=https%3A%2F%2Fvault.azure.net%2F.default"
      guard asked.target == "/tenant/oauth2/v2.0/token", String(decoding: asked.body, as: UTF8.self) == form else {
        return .json(401, ["error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."])
      }
      return .json(["access_token": "eyJ.token", "token_type": "Bearer"])
    }
    var settings = settings(vault)
    settings.azure.accessToken = nil
    settings.azure.authority = login.address
    (settings.azure.tenantID, settings.azure.clientID, settings.azure.clientSecret) = ("tenant", "app", Redacted("a&b"))
    let reference = try SignerReference(parsing: "azurekms://shop.vault.azure.net/release")
    #expect(try await SignerContract(reference.open(settings), publicPEM: key.publicPEM).breaches() == [])
    settings.azure.clientSecret = Redacted("wrong")
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AADSTS7000215") == true)
  }

  @Test(
    "sends no token to what is no vault of Azure",
    arguments: ["vault.azure.net.attacker.test", "attacker.test", ".vault.azure.net"])
  func elsewhere(_ host: String) async throws {
    var settings = SignerSettings()
    settings.azure.accessToken = Redacted("eyJ.token")
    #expect(
      await refusal { try await SignerReference(parsing: "azurekms://\(host)/release").open(settings) }
        == .refusedAddress(host, because: "it is no vault of Azure"))
  }

  @Test("needs credentials, and names the variables that give them")
  func missing() async throws {
    let reference = try SignerReference(parsing: "azurekms://shop.vault.azure.net/release")
    var settings = SignerSettings()
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AZURE_TENANT_ID") == true)
    settings.azure.tenantID = "tenant"
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AZURE_CLIENT_ID") == true)
    settings.azure.clientID = "app"
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AZURE_CLIENT_SECRET") == true)
  }
}
