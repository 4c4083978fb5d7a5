package import Metadata
import Schemas

/// How bad a vulnerability may be.
///
/// Source: Kritis VulnzSigningPolicy; Binary Authorization VulnerabilityCheck.
package enum SeverityLimit: String, CaseIterable, Sendable {
  case blockAll = "BLOCK_ALL"
  case minimal = "MINIMAL"
  case low = "LOW"
  case medium = "MEDIUM"
  case high = "HIGH"
  case critical = "CRITICAL"
  case allowAll = "ALLOW_ALL"

  /// Whether a vulnerability of `severity` passes. One that nobody has assessed passes only where a critical one does;
  /// Kritis lets it pass everywhere.
  package func admits(_ severity: Severity) -> Bool {
    switch self {
    case .blockAll: false
    case .minimal: severity.rank <= Severity.minimal.rank
    case .low: severity.rank <= Severity.low.rank
    case .medium: severity.rank <= Severity.medium.rank
    case .high: severity.rank <= Severity.high.rank
    case .critical, .allowAll: true
    }
  }
}

extension Severity {
  /// Orders by how bad it may be: what is not known may be as bad as can be.
  fileprivate var rank: Int {
    switch self {
    case .minimal: 1
    case .low: 2
    case .medium: 3
    case .high: 4
    case .critical, .unspecified, .UNRECOGNIZED: 5
    }
  }
}

extension SeverityLimit {
  /// Reads one of the names.
  ///
  /// - Throws: `DocumentError`.
  package init(_ node: DocumentNode) throws(DocumentError) {
    guard let limit = Self(rawValue: try node.string()) else {
      throw node.error(
        "this severity is not known", remedy: "Use one of: \(Self.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    self = limit
  }
}

extension Severity {
  /// As people read it.
  package var word: String {
    switch self {
    case .minimal: "MINIMAL"
    case .low: "LOW"
    case .medium: "MEDIUM"
    case .high: "HIGH"
    case .critical: "CRITICAL"
    case .unspecified, .UNRECOGNIZED: "severity unknown"
    }
  }
}
