import Schemas

/// Kinds as filters and messages write them. Source: grafeas.v1.NoteKind, and the older names that Kritis sends.
private let kindNames: [(name: String, kind: NoteKind)] = [
  ("VULNERABILITY", .vulnerability), ("BUILD", .build), ("IMAGE", .image), ("PACKAGE", .package),
  ("DEPLOYMENT", .deployment), ("DISCOVERY", .discovery), ("ATTESTATION", .attestation), ("UPGRADE", .upgrade),
  ("COMPLIANCE", .compliance), ("DSSE_ATTESTATION", .dsseAttestation),
  ("VULNERABILITY_ASSESSMENT", .vulnerabilityAssessment), ("SBOM_REFERENCE", .sbomReference), ("SECRET", .secret),
  ("AI_SKILL_ANALYSIS", .aiSkillAnalysis),
  ("PACKAGE_VULNERABILITY", .vulnerability), ("ATTESTATION_AUTHORITY", .attestation),
]

extension NoteKind {
  /// The name in a filter; nil for the unspecified kind and for numbers this build does not know.
  package var filterName: String? { kindNames.first { $0.kind == self }?.name }

  /// The kind of that name, the two older names included; upper case only.
  package init?(filterName: String) {
    guard let found = kindNames.first(where: { $0.name == filterName }) else { return nil }
    self = found.kind
  }
}

extension Occurrence {
  /// The kind that the details say; unspecified without details.
  package var detailsKind: NoteKind {
    switch details {
    case .vulnerability: .vulnerability
    case .build: .build
    case .image: .image
    case .package: .package
    case .deployment: .deployment
    case .discovery: .discovery
    case .attestation: .attestation
    case .upgrade: .upgrade
    case .compliance: .compliance
    case .dsseAttestation: .dsseAttestation
    case .sbomReference: .sbomReference
    case .secret: .secret
    case .aiSkillAnalysis: .aiSkillAnalysis
    case nil: .unspecified
    }
  }
}

extension Note {
  /// The kind that the type says; unspecified without type.
  package var typeKind: NoteKind {
    switch type {
    case .vulnerability: .vulnerability
    case .build: .build
    case .image: .image
    case .package: .package
    case .deployment: .deployment
    case .discovery: .discovery
    case .attestation: .attestation
    case .upgrade: .upgrade
    case .compliance: .compliance
    case .dsseAttestation: .dsseAttestation
    case .vulnerabilityAssessment: .vulnerabilityAssessment
    case .sbomReference: .sbomReference
    case .secret: .secret
    case .aiSkillAnalysis: .aiSkillAnalysis
    case nil: .unspecified
    }
  }
}
