import Schemas

/// The kinds of 2017, and which of today's they are.
///
/// Source: Grafeas, v1alpha1, grafeas.proto, `Note.Kind`.
enum LegacyKind: String, CaseIterable {
  case packageVulnerability = "PACKAGE_VULNERABILITY"
  case buildDetails = "BUILD_DETAILS"
  case imageBasis = "IMAGE_BASIS"
  case packageManager = "PACKAGE_MANAGER"
  case deployable = "DEPLOYABLE"
  case discovery = "DISCOVERY"
  case attestationAuthority = "ATTESTATION_AUTHORITY"
  case upgrade = "UPGRADE"

  /// The member of an occurrence that holds its details.
  var detailsMember: String {
    switch self {
    case .packageVulnerability: "vulnerabilityDetails"
    case .buildDetails: "buildDetails"
    case .imageBasis: "derivedImage"
    case .packageManager: "installation"
    case .deployable: "deployment"
    case .discovery: "discovered"
    case .attestationAuthority: "attestation"
    case .upgrade: "upgrade"
    }
  }

  /// The member of a note that holds its type.
  var typeMember: String {
    switch self {
    case .packageVulnerability: "vulnerabilityType"
    case .buildDetails: "buildType"
    case .imageBasis: "baseImage"
    case .packageManager: "package"
    case .deployable: "deployable"
    case .discovery: "discovery"
    case .attestationAuthority: "attestationAuthority"
    case .upgrade: "upgrade"
    }
  }

  var today: NoteKind {
    switch self {
    case .packageVulnerability: .vulnerability
    case .buildDetails: .build
    case .imageBasis: .image
    case .packageManager: .package
    case .deployable: .deployment
    case .discovery: .discovery
    case .attestationAuthority: .attestation
    case .upgrade: .upgrade
    }
  }

  /// The kind of `object`: what it says, or the one whose member it has.
  init?(of object: LegacyObject, byMember member: KeyPath<LegacyKind, String>) {
    let said = object.choice("kind", Dictionary(uniqueKeysWithValues: Self.allCases.map { ($0.rawValue, $0) }))
    let held = Self.allCases.first { object.has($0[keyPath: member]) }
    guard let kind = said ?? held else { return nil }
    self = kind
  }
}

/// `providers/X/notes/Y` and `operations` went when providers became projects.
///
/// Source: Grafeas, v1alpha1 and v1beta1, resource names.
func noteName(fromLegacy name: String) -> String {
  let provider = "providers/"
  return name.hasPrefix(provider) ? "projects/" + name.dropFirst(provider.count) : name
}
