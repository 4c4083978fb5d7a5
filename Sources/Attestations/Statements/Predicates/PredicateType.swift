/// The predicate types that have a short name on the command line; the names are cosign's.
///
/// Source: cosign, `attest --type`; in-toto attestation framework, predicates.
package enum PredicateType {
  /// The name of each type with the URI it stands for; of two names for one URI the usual one comes first.
  package static let named: [(name: String, uri: String)] = [
    ("slsaprovenance1", SLSAProvenance.typeOfVersion1), ("slsaprovenance", SLSAProvenance.typeOfVersion02),
    ("slsaprovenance02", SLSAProvenance.typeOfVersion02), ("spdxjson", SPDXDocument.predicateType),
    ("cyclonedx", CycloneDXDocument.predicateType), ("vuln", VulnerabilityScan.predicateType),
    ("openvex", OpenVEXDocument.predicateType), ("vsa", VerificationSummary.predicateType), ("custom", custom),
  ]

  /// Any JSON.
  package static let custom = "https://cosign.sigstore.dev/attestation/v1"
  /// A statement whose whole claim is that it was signed: what a plain signature is in a bundle.
  ///
  /// Source: cosign 3, `sign`.
  package static let signature = "https://sigstore.dev/cosign/sign/v1"

  /// The URI that `written` stands for: a short name, or a URI as it is. nil for anything else.
  package static func uri(of written: String) -> String? {
    if let known = named.first(where: { $0.name == written }) { return known.uri }
    let isVisible = written.utf8.allSatisfy { (33...126).contains($0) && !"\"\\<>".utf8.contains($0) }
    let scheme = written.prefix { $0 != ":" }
    let isURI = scheme.count < written.count && scheme.first?.isLetter == true && scheme.utf8.allSatisfy(isSchemeCharacter)
    return isVisible && isURI && written.utf8.count <= 512 ? written : nil
  }

  /// Source: RFC 3986 section 3.1.
  private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "+-.".utf8.contains(byte)
  }
}
