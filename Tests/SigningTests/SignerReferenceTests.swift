import Attestations
import Foundation
import Images
import Signing
import Testing

@Suite("A signer's reference")
struct SignerReferenceTests {
  static let fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
  static let google = "projects/p/locations/eu/keyRings/r/cryptoKeys/k"
  static let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

  @Test(
    "names a file or a key elsewhere",
    arguments: [
      ("keys/qa.key", SignerReference.file(path: "keys/qa.key")), ("/keys/a:b.pem", .file(path: "/keys/a:b.pem")),
      ("env://COSIGN_PRIVATE_KEY", .variable("COSIGN_PRIVATE_KEY")), ("hashivault://shop", .vault(key: "shop", version: nil)),
      ("hashivault://shop.v2-a/12", .vault(key: "shop.v2-a", version: 12)),
      ("gcpkms://\(google)/cryptoKeyVersions/3", .google(version: "\(google)/cryptoKeyVersions/3")),
      ("gcpkms://\(google)/versions/3", .google(version: "\(google)/cryptoKeyVersions/3")),
      ("awskms:///1234abcd-12ab-34cd-56ef-1234567890ab", .amazon(endpoint: nil, id: "1234abcd-12ab-34cd-56ef-1234567890ab")),
      ("awskms:///alias/shop", .amazon(endpoint: nil, id: "alias/shop")), ("awskms:///\(arn)", .amazon(endpoint: nil, id: arn)),
      ("awskms://localhost:4566/alias/shop", .amazon(endpoint: "localhost:4566", id: "alias/shop")),
      ("azurekms://shop.vault.azure.net/release", .azure(host: "shop.vault.azure.net", key: "release", version: nil)),
      (
        "azurekms://shop.vault.azure.net/release/78deebed173b48e48f55abf87ed4cf71",
        .azure(host: "shop.vault.azure.net", key: "release", version: "78deebed173b48e48f55abf87ed4cf71")
      ),
      ("gpg:\(fingerprint.lowercased())", .openPGP(fingerprint: fingerprint)),
    ])
  func names(text: String, reference: SignerReference) throws {
    #expect(try SignerReference(parsing: text) == reference)
  }

  private static let long = String(repeating: "x", count: 4096)

  @Test(
    "is refused when it could mean something else",
    arguments: [
      "", "env://", "env://a-b", "env://A=B", "k8s://namespace/key", "https://vault/key", "hashivault://", "hashivault://a/b",
      "hashivault://a/0",
      "hashivault://../x",
      "gcpkms://projects/p", "gcpkms://\(google)", "gcpkms://\(google)/cryptoKeyVersions/x", "awskms://alias", "awskms:///",
      "awskms:///a?b", "azurekms://vault", "azurekms://v/k/v", "azurekms://user@v/k", "gpg:0123", "gpg:", "gpg:\(fingerprint)0",
      "pkcs11:", "pkcs11:token=shop", "pkcs11:object=a;object=b", "pkcs11:object=a;colour=red", "pkcs11:object=%zz",
      "pkcs11:object=%4", "pkcs11:object", "pkcs11:object=a;type=cert", "pkcs11:object=a;slot-id=x",
      "pkcs11:object=a?pin-value=never-shown", "pkcs11:colour=x?pin-value=never-shown", "pkcs11:never-shown",
      "pkcs11:object=a?pin-value=never-shown%zz", "pkcs11:object=a?PIN-VALUE=never-shown", "pkcs11:object=a?pin=never-shown",
      "pkcs11:object=a;object=b?pin-value=never-shown", "pkcs11:object=a?never-shown=1&never-shown=1",
      "pkcs11:token=a?pin-source=never-shown", "PKCS11:object=a?pin-value=never-shown",
      "pkcs11:object=a?pin-value=never-shown&x=\(long)",
      "pkcs11:object=a?module-name=x", "pkcs11:token=%ff;object=a", "pkcs11:object=",
    ])
  func refused(_ text: String) throws {
    let error = #expect(throws: SigningError.self) { try SignerReference(parsing: text) }
    #expect(error?.code == "malformed-signer-reference" && error?.description.contains("never-shown") == false)
  }

  @Test("reads every attribute of a PKCS#11 URI that finds a key")
  func token() throws {
    let text =
      "pkcs11:token=The%20Software;serial=DECC;slot-id=7;object=my%2Dkey;id=%01%ff;type=private"
      + "?module-path=/usr/lib/m.so&pin-source=file:/etc/pin"
    guard case .token(let uri) = try SignerReference(parsing: text) else { throw SigningError.unsupported(text) }
    #expect(uri.token == "The Software" && uri.serial == "DECC" && uri.slotID == 7)
    #expect(uri.object == "my-key" && uri.id == [1, 255])
    #expect(uri.modulePath == "/usr/lib/m.so" && uri.pinSource == "/etc/pin")
  }

  @Test("opens key files, encrypted ones with the password of the environment")
  func files() async throws {
    try await withFolder { folder in
      let pair = try KeyPair(generating: .ecdsaP384SHA384, format: .cosign(password: Redacted("correct horse")))
      try writeSecret(pair.privatePEM.revealed, to: folder + "/cosign.key")
      let reference = try SignerReference(parsing: folder + "/cosign.key")
      for name in ["COSIGN_PASSWORD", "PRATIQUE_KEY_PASSWORD"] {
        let signer = try await reference.open(SignerSettings(environment: [name: "correct horse"]))
        #expect(signer.keyID == pair.keyID)
        #expect(signer.publicPEM == pair.publicPEM)
      }
      #expect(await refusal { try await reference.open(SignerSettings(environment: ["COSIGN_PASSWORD": ""])) } == .wrongPassword)
      #expect(await refusal { try await reference.open() }?.description.contains("COSIGN_PASSWORD") == true)
      #expect(await refusal { try await SignerReference(parsing: folder + "/none").open() } != nil)
      let variables = ["COSIGN_PRIVATE_KEY": pair.privatePEM.revealed, "COSIGN_PASSWORD": "correct horse"]
      let inVariable = try SignerReference(parsing: "env://COSIGN_PRIVATE_KEY")
      #expect(try await inVariable.open(SignerSettings(environment: variables)).keyID == pair.keyID)
      #expect(await refusal { try await inVariable.open() }?.remedy == "Set COSIGN_PRIVATE_KEY.")

    }
  }

  @Test("takes from the environment what the services' own tools take")
  func environment() {
    let settings = SignerSettings(environment: [
      "VAULT_ADDR": "https://v", "VAULT_TOKEN": "t", "VAULT_NAMESPACE": "", "TRANSIT_SECRET_ENGINE_PATH": "keys",
      "VAULT_CACERT": "/ca", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
      "AZURE_TENANT_ID": "c", "GOOGLE_APPLICATION_CREDENTIALS": "/account", "COSIGN_PKCS11_MODULE_PATH": "/m.so",
      "COSIGN_PKCS11_PIN": "1234",
    ])
    #expect(settings.vault.address == "https://v" && settings.vault.token?.revealed == "t" && settings.vault.namespace == nil)
    #expect(settings.vault.mount == "keys" && settings.vault.authoritiesFile == "/ca" && settings.service.authoritiesFile == nil)
    #expect(settings.amazon.region == "eu-west-1" && settings.amazon.secret?.revealed == "b")
    #expect(settings.azure.tenantID == "c" && settings.google.serviceAccountFile == "/account")
    #expect(settings.token.modulePath == "/m.so" && settings.token.pin?.revealed == "1234" && settings.password == nil)
    #expect(SignerSettings(environment: [:]).vault.mount == "transit")
    #expect(!"\(settings)".contains("1234"))
  }
}
