import Images

/// What somebody who verified an image's provenance says came of it.
///
/// Source: SLSA verification summary 1.0.
package struct VerificationSummary: Hashable, Sendable {
  package static let predicateType = "https://slsa.dev/verification_summary/v1"

  /// A URI.
  package let verifierID: String
  /// What was verified, as a URI; a reader compares it with what is deployed.
  package let resourceURI: String
  /// URI of the policy it was held against.
  package let policyURI: String?
  package let hasPassed: Bool
  /// `SLSA_BUILD_LEVEL_3` and the like; what is written when it failed says nothing.
  package let verifiedLevels: [String]
  /// RFC 3339, as written; nil when it does not say.
  package let verified: String?

  init(_ node: JSONNode) throws(JSONError) {
    let what = "the verification summary"
    verifierID = try node.demandedObject("verifier", of: what).demandedText("id", of: "the verifier")
    resourceURI = try node.demandedText("resourceUri", of: what)
    policyURI = try node.objectMember("policy")?.textMember("uri")
    switch try node.demandedText("verificationResult", of: what) {
    case "PASSED": hasPassed = true
    case "FAILED": hasPassed = false
    default: throw .invalid(offset: 0, "\(what) has an unknown result")
    }
    verifiedLevels = try node.textMembers("verifiedLevels")
    verified = try node.textMember("timeVerified")
  }
}
