package import Attestations
package import Images

/// How any signer is opened: passwords, addresses, credentials. A signer takes what its kind needs.
package struct SignerSettings: Sendable {
  /// Nil for what the key's kind and size suggest.
  package var algorithm: SignatureAlgorithm?
  /// Of an encrypted key file or an OpenPGP key.
  package var password: Redacted<String>?
  /// Where keys named `env://NAME` are looked for.
  package var variables = Redacted<[String: String]>([:])
  /// Where gpg keeps its keys; nil for the user's own home of it.
  package var openPGPHome: String?
  package var token = TokenSettings()
  package var vault = VaultSettings()
  package var google = GoogleSettings()
  package var amazon = AmazonSettings()
  package var azure = AzureSettings()
  package var service = ServiceSettings()

  package init() {}

  /// Takes the settings from the environment variables that cosign, Vault and the clouds' own tools read.
  ///
  /// A variable that is set to nothing counts as not set, but for the password of a key. `GOOGLE_APPLICATION_CREDENTIALS`
  /// names a file, which is read when a key of Google is opened.
  package init(environment: [String: String]) {
    func text(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
    func secret(_ names: String...) -> Redacted<String>? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }.map { Redacted($0) }
    }
    variables = Redacted(environment)
    password = (environment["PRATIQUE_KEY_PASSWORD"] ?? environment["COSIGN_PASSWORD"]).map { Redacted($0) }
    openPGPHome = text("GNUPGHOME")
    token.modulePath = text("COSIGN_PKCS11_MODULE_PATH")
    token.pin = secret("COSIGN_PKCS11_PIN")
    vault.address = text("VAULT_ADDR")
    vault.token = secret("VAULT_TOKEN")
    vault.namespace = text("VAULT_NAMESPACE")
    vault.mount = text("TRANSIT_SECRET_ENGINE_PATH") ?? vault.mount
    vault.authoritiesFile = text("VAULT_CACERT")
    service.authoritiesFile = text("SSL_CERT_FILE")
    google.accessToken = secret("GOOGLE_OAUTH_ACCESS_TOKEN")
    google.serviceAccountFile = text("GOOGLE_APPLICATION_CREDENTIALS")
    amazon.accessKeyID = text("AWS_ACCESS_KEY_ID")
    amazon.secret = secret("AWS_SECRET_ACCESS_KEY")
    amazon.sessionToken = secret("AWS_SESSION_TOKEN")
    amazon.region = text("AWS_REGION", "AWS_DEFAULT_REGION")
    azure.accessToken = secret("AZURE_ACCESS_TOKEN")
    azure.tenantID = text("AZURE_TENANT_ID")
    azure.clientID = text("AZURE_CLIENT_ID")
    azure.clientSecret = secret("AZURE_CLIENT_SECRET")
  }
}

/// How a key in a PKCS#11 token is reached, where the reference does not say.
package struct TokenSettings: Sendable {
  /// The shared library of the token's maker.
  package var modulePath: String?
  package var pin: Redacted<String>?
  /// For each signature, with all the calls that it takes.
  package var deadline: Duration = .seconds(15)
}

/// How HashiCorp Vault is reached.
package struct VaultSettings: Sendable {
  package var address: String?
  package var token: Redacted<String>?
  /// Of Vault Enterprise; nil for the root.
  package var namespace: String?
  /// Where the transit engine is mounted.
  package var mount = "transit"
  /// PEM file of the certificates that Vault's must come from; nil for what `ServiceSettings` says.
  package var authoritiesFile: String?
}

/// Who asks Google Cloud KMS.
package struct GoogleSettings: Sendable {
  package var address = "https://cloudkms.googleapis.com"
  package var accessToken: Redacted<String>?
  /// A service account's key file, readable by its owner alone.
  package var serviceAccountFile: String?
}

/// Who asks AWS KMS.
package struct AmazonSettings: Sendable {
  /// Instead of the region's own; for tests.
  package var address: String?
  package var accessKeyID: String?
  package var secret: Redacted<String>?
  package var sessionToken: Redacted<String>?
  /// Of keys that are not named by an ARN.
  package var region: String?

  func access(in region: String) throws(SigningError) -> SignatureV4 {
    guard let accessKeyID else { throw .missingSetting("an access key for AWS", variable: "AWS_ACCESS_KEY_ID") }
    guard let secret else { throw .missingSetting("the secret of the access key", variable: "AWS_SECRET_ACCESS_KEY") }
    return SignatureV4(
      accessKeyID: accessKeyID, secret: secret, sessionToken: sessionToken, region: region, service: "kms")
  }
}

/// Who asks Azure Key Vault.
package struct AzureSettings: Sendable {
  /// Instead of the vault's own; for tests.
  package var address: String?
  /// Where applications log in.
  package var authority = "https://login.microsoftonline.com"
  package var accessToken: Redacted<String>?
  package var tenantID: String?
  package var clientID: String?
  package var clientSecret: Redacted<String>?
}

/// Bounds on what a key service is asked and answers.
package struct ServiceSettings: Sendable {
  /// PEM file of the certificates that the service's must come from; nil for those of the system.
  package var authoritiesFile: String?
  /// For each call with all its attempts, from connecting to the last byte.
  package var deadline: Duration = .seconds(15)
  /// A longer answer is refused.
  package var answerLimitBytes = 64 << 10
  /// How often a call is made while the service says that it might answer later (429 and 5xx).
  package var attempts = 3
  /// Before the second attempt; four times as long before the third.
  package var pause: Duration = .milliseconds(250)
}
