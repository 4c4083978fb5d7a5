import Attestations
import Images

/// Names a signer as cosign does: a file, or a key elsewhere.
package enum SignerReference: Hashable, Sendable {
  /// PEM or an armored OpenPGP secret key.
  case file(path: String)
  /// `env://NAME`: an environment variable that holds what such a file does.
  case variable(String)
  /// `pkcs11:…`, RFC 7512.
  case token(TokenURI)
  /// `hashivault://KEY[/VERSION]`
  case vault(key: String, version: Int?)
  /// `gcpkms://projects/…/cryptoKeyVersions/N`
  case google(version: String)
  /// `awskms://[ENDPOINT]/KEYID`, an ARN, `alias/NAME` or an alias's ARN in its place.
  case amazon(endpoint: String?, id: String)
  /// `azurekms://VAULT.vault.azure.net/KEY[/VERSION]`
  case azure(host: String, key: String, version: String?)
  /// `gpg:FINGERPRINT`, a key of the user's own home.
  case openPGP(fingerprint: String)

  /// - Throws: `SigningError.malformedReference`. Whatever has no scheme is a file.
  package init(parsing text: String) throws(SigningError) {
    switch text {
    case _ where TokenURI.isScheme(of: text): self = .token(try TokenURI(parsing: text))
    case _ where text.hasPrefix("env://"):
      guard let match = text.wholeMatch(of: #/env://([A-Za-z_][A-Za-z0-9_]{0,127})/#) else {
        throw .malformedReference(text, because: "it is not env://NAME")
      }
      self = .variable(String(match.1))
    case _ where text.hasPrefix("gpg:"):
      guard let match = text.wholeMatch(of: #/gpg:([0-9A-Fa-f]{40})/#) else {
        throw .malformedReference(text, because: "a fingerprint has 40 hexadecimal digits")
      }
      self = .openPGP(fingerprint: match.1.uppercased())
    case _ where text.hasPrefix("hashivault://"):
      guard
        let match = text.wholeMatch(
          of: #/hashivault://([A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,254}[A-Za-z0-9_])?)(?:/([1-9][0-9]{0,8}))?/#)
      else { throw .malformedReference(text, because: "it is not hashivault://KEY or hashivault://KEY/VERSION") }
      self = .vault(key: String(match.1), version: match.2.flatMap { Int($0) })
    case _ where text.hasPrefix("gcpkms://"): self = try Self.google(text)
    case _ where text.hasPrefix("awskms://"):
      guard let match = text.wholeMatch(of: #/awskms://([A-Za-z0-9.\-]+(?::[0-9]{1,5})?)?/([A-Za-z0-9:/_\-]{1,2048})/#) else {
        throw .malformedReference(text, because: "it is not awskms://[ENDPOINT]/KEYID")
      }
      self = .amazon(endpoint: match.1.map(String.init), id: String(match.2))
    case _ where text.hasPrefix("azurekms://"):
      guard let match = text.wholeMatch(of: #/azurekms://([a-z0-9.\-]{1,253})/([A-Za-z0-9\-]{1,127})(?:/([0-9a-f]{32}))?/#) else {
        throw .malformedReference(text, because: "it is not azurekms://VAULT.vault.azure.net/KEY")
      }
      self = .azure(host: String(match.1), key: String(match.2), version: match.3.map(String.init))
    case _ where text.isEmpty || text.contains("://"):
      throw .malformedReference(text, because: "its scheme is not known")
    default: self = .file(path: text)
    }
  }

  /// cosign writes `…/cryptoKeys/K/versions/N` as well.
  private static func google(_ text: String) throws(SigningError) -> Self {
    let part = "[A-Za-z0-9_.:-]{1,128}"
    let form =
      "gcpkms://(projects/\(part)/locations/\(part)/keyRings/\(part)/cryptoKeys/\(part))/(?:cryptoKeyVersions|versions)/([0-9]{1,9})"
    guard let pattern = try? Regex(form, as: (Substring, Substring, Substring).self), let match = text.wholeMatch(of: pattern)
    else {
      throw .malformedReference(text, because: "it is not gcpkms://projects/…/cryptoKeys/…/cryptoKeyVersions/N, version included")
    }
    return .google(version: "\(match.output.1)/cryptoKeyVersions/\(match.output.2)")
  }

  /// Opens the signer: reads the key, or asks its keeper for the public half and settles which version signs.
  ///
  /// Nothing has to be closed afterwards.
  ///
  /// - Throws: `SigningError`; `.missingSetting` names the environment variable that is missing.
  package func open(_ settings: SignerSettings = SignerSettings()) async throws -> any PublishedSigner {
    switch self {
    case .file(let path): return try await Self.signer(reading: KeyFiles.readPrivateKey(path), settings)
    case .variable(let name):
      guard let text = settings.variables.revealed[name], !text.isEmpty else {
        throw SigningError.missingSetting("the private key", variable: name)
      }
      return try await Self.signer(reading: Redacted(text), settings)
    case .openPGP(let fingerprint):
      return try await OpenPGPSigner(
        fingerprint: fingerprint, home: settings.openPGPHome, passphrase: settings.password)
    case .token(let reference): return try await TokenKey.open(reference, settings)
    case .vault(let key, let version): return try await VaultKey.open(key, version: version, settings)
    case .google(let version): return try await GoogleKey.open(version, settings)
    case .amazon(let endpoint, let id): return try await AmazonKey.open(id, endpoint: endpoint, settings)
    case .azure(let host, let key, let version): return try await AzureKey.open(key, version: version, host: host, settings)
    }
  }

  private static func signer(
    reading text: Redacted<String>, _ settings: SignerSettings
  ) async throws -> any PublishedSigner {
    guard text.revealed.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----") else {
      return try PKIXSigner(pem: text, password: settings.password, algorithm: settings.algorithm)
    }
    return try await OpenPGPSigner(armored: text, passphrase: settings.password)
  }
}
