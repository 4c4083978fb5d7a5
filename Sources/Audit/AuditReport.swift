package import Images

/// What was found in one image. The same image, database and settings give the same report.
package struct AuditReport: Sendable {
  /// Counts up when the same image and database give other findings.
  package static let matcherVersion = 1

  package let image: PinnedReference
  package let configuration: ImageConfiguration
  package let layers: [Digest]
  package let inventory: Inventory
  /// Sorted by package, id and version.
  package let vulnerabilities: [VulnerablePackage]
  /// In the order of `allChecks`.
  package let findings: [CheckFinding]
  /// Whether no vulnerability is listed because there is none, or because nobody could tell.
  package let coverage: Coverage
  /// Names the advisory database; nil when the audit was made without one.
  package let database: Digest?
}

/// Looks into an image: what is installed, what is known against it, and how it is built.
///
/// - Parameters:
///   - index: nil makes the coverage unknown.
///   - atSeconds: since 1970, only to tell how old the feeds are.
package func audit(
  _ subject: AuditSubject, against index: AdvisoryIndex?, settings: AuditSettings = AuditSettings(), atSeconds: Int64
) -> AuditReport {
  let inventory = Inventory(of: subject.files)
  return AuditReport(
    image: subject.image, configuration: subject.configuration, layers: subject.layers, inventory: inventory,
    vulnerabilities: index.map { inventory.vulnerabilities(in: $0) } ?? [],
    findings: allChecks.flatMap { $0.findings(in: subject, settings) },
    coverage: Coverage(of: inventory, in: index, feedAgeLimitDays: settings.feedAgeLimitDays, atSeconds: atSeconds),
    database: index?.digest)
}
