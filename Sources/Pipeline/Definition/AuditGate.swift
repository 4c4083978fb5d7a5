package import Policies

/// What the audit may find in an image that is still pushed and vouched for.
///
/// Everything is let through until the definition says otherwise; from then on what is unknown is not let through.
///
/// Source: Kritis VulnzSigningPolicy, whose words these are.
package struct AuditGate: Hashable, Sendable {
  /// The worst vulnerability with a fix that is let through.
  package var maximumFixable = SeverityLimit.allowAll
  /// The worst vulnerability without a fix that is let through.
  package var maximumUnfixable = SeverityLimit.allowAll
  /// Ids of vulnerabilities that are let through whatever their severity: `CVE-2024-1234`.
  package var allowed: Set<String> = []
  /// Whether an image is let through of which not everything could be looked at. Only asked for when there is a limit.
  package var demandsCoverage = true
  /// Ids of the checks of which not one finding is let through: `runs-as-root`.
  package var forbidden: [String] = []

  package init() {}

  /// Whether vulnerabilities are limited at all.
  package var limitsVulnerabilities: Bool { maximumFixable != .allowAll || maximumUnfixable != .allowAll }
}

extension AuditGate {
  init(_ node: DocumentNode) throws(DocumentError) {
    self.init()
    try node.onlyKeys(["maximumFixableSeverity", "maximumUnfixableSeverity", "allowedCVEs", "requireCoverage", "forbid"])
    if let written = node["maximumFixableSeverity"] { maximumFixable = try SeverityLimit(written) }
    if let written = node["maximumUnfixableSeverity"] { maximumUnfixable = try SeverityLimit(written) }
    allowed = Set(try node["allowedCVEs"]?.strings() ?? [])
    if let written = node["requireCoverage"] {
      switch try written.string() {
      case "complete": demandsCoverage = true
      case "any": demandsCoverage = false
      default: throw written.error("this coverage is not known", remedy: "Write complete or any.")
      }
    }
    forbidden = try node["forbid"]?.strings() ?? []
  }
}
