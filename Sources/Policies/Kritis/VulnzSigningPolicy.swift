import Images

/// What a signer looks at before it vouches for an image: its vulnerabilities.
///
/// It is a check of whoever signs and no rule of the gate, which passes over it.
///
/// Source: Kritis, `vulnzsigningpolicy.go`, `cmd/kritis/signer`.
package struct VulnzSigningPolicy: ImageCheck {
  package static let name = "vulnz-signing-policy"
  package let needs: Set<CheckNeed>
  /// `VulnzSigningPolicy default/my-policy`.
  package let title: String
  private let limits: VulnerabilityLimits

  /// Reads the object itself.
  package init(_ settings: DocumentNode, named name: String = Self.name) throws(DocumentError) {
    let object = try KritisObject(settings, kind: Self.kind)
    let spec = object.spec
    try spec.onlyKeys(["imageVulnerabilityRequirements", "packageVulnerabilityRequirements", "noteReference"])
    guard let node = try spec.spelled("imageVulnerabilityRequirements", "packageVulnerabilityRequirements") else {
      throw spec.error("it requires nothing", remedy: "Write imageVulnerabilityRequirements.")
    }
    try node.onlyKeys([
      "maximumFixableSeverity", "maximumSeverity", "maximumUnfixableSeverity", "maximumFixUnavailableSeverity",
      "maximumFixNotAvailableSeverity", "allowlistCVEs", "whitelistCVEs",
    ])
    let fixable = try node.spelled("maximumFixableSeverity", "maximumSeverity").map(SeverityLimit.init)
    let unfixable = try node.spelled(
      "maximumUnfixableSeverity", "maximumFixUnavailableSeverity", "maximumFixNotAvailableSeverity"
    ).map(SeverityLimit.init)
    limits = try VulnerabilityLimits(
      fixable: fixable ?? .critical, unfixable: unfixable ?? .allowAll,
      allowed: try node.spelled("allowlistCVEs", "whitelistCVEs"))
    guard !limits.limitsNothing else {
      throw node.error(
        "every vulnerability passes, so the check could never fail",
        remedy: "Lower maximumFixableSeverity or maximumUnfixableSeverity.")
    }
    title = object.title
    needs = [.occurrences]
  }

  /// Undecided without a finished scan.
  package func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    limits.verdict(on: subject, at: nowSeconds)
  }
}

extension VulnzSigningPolicy: PolicyDocument {
  package static let title = "a VulnzSigningPolicy of Kritis"
  private static let kind = "VulnzSigningPolicy"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  /// Only looks whether it is sound.
  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    _ = try VulnzSigningPolicy(document)
  }
}
