import Attestations
import CLibCrypto
import Contracts
import Foundation
import Images
import Signing
import Testing

/// HashiCorp Vault's transit engine as far as signing needs it, with two versions of the key `shop`.
///
/// Source: Vault API, /secret/transit.
func vaultDouble(_ key: TestKey, older: TestKey? = nil) async throws -> KeyServiceDouble {
  try await KeyServiceDouble { asked in
    guard asked.headers["x-vault-token"] == "s.token", asked.headers["x-vault-request"] == "true" else {
      return .json(403, ["errors": ["permission denied"]])
    }
    func shown(_ key: TestKey) -> [String: Any] {
      let raw = Data(key.publicDER.suffix(32)).base64EncodedString()
      return ["public_key": key.algorithm == .ed25519 ? raw : key.publicPEM]
    }
    if asked.method == "GET", asked.target == "/v1/transit/keys/shop" {
      let versions = ["1": shown(older ?? key), "2": shown(key)]
      let type = key.algorithm == .ed25519 ? "ed25519" : "other"
      return .json(["data": ["type": type, "latest_version": 2, "keys": versions] as [String: Any]])
    }
    guard asked.method == "POST", let version = asked.json["key_version"] as? Int, let input = asked.bytes("input"),
      let prehashed = asked.json["prehashed"] as? Bool
    else { return .json(400, ["errors": ["bad request"]]) }
    let key = version == 2 ? key : older ?? key
    let hash = prehashed ? "/sha2-\(input.count * 8)" : ""
    guard asked.target == "/v1/transit/sign/shop\(hash)", prehashed == (key.algorithm != .ed25519) else {
      return .json(400, ["errors": ["bad path"]])
    }
    let signature: [UInt8]
    switch asked.text("signature_algorithm") {
    case "pss" where asked.text("salt_length") == "hash":
      signature = key.signature(over: input, padding: RSA_PKCS1_PSS_PADDING)
    case "pkcs1v15": signature = key.signature(over: input, padding: RSA_PKCS1_PADDING)
    case nil where key.algorithm == .ed25519 || asked.text("marshaling_algorithm") == "asn1":
      signature = key.signature(over: input)
    default: return .json(400, ["errors": ["bad algorithm"]])
    }
    return .json(["data": ["signature": "vault:v\(version):\(Data(signature).base64EncodedString())"]])
  }
}

@Suite("A key of Vault, against a double")
struct VaultTests {
  private func settings(_ double: KeyServiceDouble) -> SignerSettings {
    var settings = SignerSettings()
    settings.vault.address = double.address
    settings.vault.token = Redacted("s.token")
    return settings
  }

  @Test("signs as every signer must", arguments: Pairs.algorithms.filter { $0 != .mlDSA65 })
  func contract(algorithm: SignatureAlgorithm) async throws {
    let key = try TestKey(algorithm)
    let double = try await vaultDouble(key)
    var settings = settings(double)
    settings.algorithm = algorithm
    let signer = try await SignerReference(parsing: "hashivault://shop").open(settings)
    #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
  }

  @Test("keeps to the version that was named, or was the latest when it was opened")
  func versions() async throws {
    let (new, old) = (try TestKey(.ecdsaP256SHA256), try TestKey(.ecdsaP384SHA384))
    let double = try await vaultDouble(new, older: old)
    let latest = try await SignerReference(parsing: "hashivault://shop").open(settings(double))
    #expect(latest.publicPEM == new.publicPEM)
    let named = try await SignerReference(parsing: "hashivault://shop/1").open(settings(double))
    #expect(try await SignerContract(named, publicPEM: old.publicPEM).breaches() == [])
    #expect(await refusal { try await SignerReference(parsing: "hashivault://shop/3").open(settings(double)) } != nil)
  }

  @Test("is asked in the namespace and at the mount that are set")
  func places() async throws {
    let double = try await KeyServiceDouble { _ in .json(404, ["errors": [String]()]) }
    var settings = settings(double)
    settings.vault.namespace = "teams/shop"
    settings.vault.mount = "other/transit engine"
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings) }
        == .refused(service: "Vault", status: 404, told: "it does not say why"))
    #expect(double.asked.first?.target == "/v1/other/transit%20engine/keys/shop")
    #expect(double.asked.first?.headers["x-vault-namespace"] == "teams/shop")
  }

  @Test("is not handed out when the answer is no signature by that version")
  func wrong() async throws {
    let key = try TestKey(.ecdsaP256SHA256)
    for answer in ["vault:v1:AAAA", "vault:v2:%", "vault:v2", "", "v2:vault:AAAA"] {
      let double = try await KeyServiceDouble { asked in
        asked.method == "GET"
          ? .json([
            "data": ["type": "ecdsa-p256", "latest_version": 2, "keys": ["2": ["public_key": key.publicPEM]]] as [String: Any]
          ])
          : .json(["data": ["signature": answer]])
      }
      let signer = try await SignerReference(parsing: "hashivault://shop").open(settings(double))
      #expect(await refusal { try await signer.signature(over: [1]) } != nil)
    }
  }

  @Test("needs an address and a token, and names the variables that give them")
  func missing() async throws {
    let reference = try SignerReference(parsing: "hashivault://shop")
    var settings = SignerSettings()
    #expect(await refusal { try await reference.open(settings) }?.description.contains("VAULT_ADDR") == true)
    settings.vault.address = "https://vault.test:8200"
    #expect(await refusal { try await reference.open(settings) }?.description.contains("VAULT_TOKEN") == true)
  }
}
