import ArgumentParser
import Attestations

/// Somebody who signs with a certificate, named as cosign names them.
struct CertificateOptions: ParsableArguments {
  @Option(help: "Who must have signed with a certificate, exactly as it says.") var certificateIdentity: String?
  @Option(help: "The same as a pattern for the whole of it.") var certificateIdentityRegexp: String?
  @Option(help: "Who vouched for the signer to the authority: the issuer, exactly.") var certificateOidcIssuer: String?
  @Option(help: "The same as a pattern for the whole of it.") var certificateOidcIssuerRegexp: String?
  @Option(help: "Whose certificates and logs count: a trusted_root.json. Nothing is fetched.") var trustedRoot: String?

  var isGiven: Bool { certificateIdentity != nil || certificateIdentityRegexp != nil }

  func validate() throws {
    let others = [certificateOidcIssuer, certificateOidcIssuerRegexp, trustedRoot]
    guard isGiven else {
      guard others.allSatisfy({ $0 == nil }) else { throw ValidationError("--certificate-identity is missing.") }
      return
    }
    guard certificateIdentity == nil || certificateIdentityRegexp == nil,
      (certificateOidcIssuer == nil) != (certificateOidcIssuerRegexp == nil)
    else { throw ValidationError("Give one identity and one issuer, each exactly or as a pattern.") }
    guard trustedRoot != nil else {
      throw ValidationError("--trusted-root is missing; `cosign trusted-root create` writes one.")
    }
  }

  /// The demand that these options make; nil without them.
  func demand() throws -> SigstoreDemand? {
    guard isGiven, let trustedRoot,
      let subject = try Self.match(certificateIdentity, certificateIdentityRegexp),
      let issuer = try Self.match(certificateOidcIssuer, certificateOidcIssuerRegexp)
    else { return nil }
    let root = try TrustedRoot(parsing: Array(Files.text(at: trustedRoot).utf8))
    return SigstoreDemand(root: root, identities: [CertificateIdentity(subject: subject, issuer: issuer)])
  }

  private static func match(_ exact: String?, _ pattern: String?) throws -> CertificateIdentity.Match? {
    if let exact { return .exact(exact) }
    return try pattern.map { .pattern(try IdentityPattern($0)) }
  }
}
