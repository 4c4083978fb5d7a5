import Schemas
import SwiftProtobuf

extension Note {
  /// The least note that `occurrence` can be of, for a store that lacks it: what the occurrence says of the matter, and in
  /// the long description that the import made it.
  ///
  /// - Throws: `MetadataError.malformedName` when the occurrence names no note.
  package init(standingInFor occurrence: Occurrence) throws(MetadataError) {
    let name = try NoteName(parsing: occurrence.noteName)
    self.init()
    self.name = name.description
    shortDescription = name.id
    longDescription = "Made by the import, because \(occurrence.name) needs it and the archive has no note of that name."
    createTime = occurrence.createTime
    updateTime = occurrence.createTime
    type = occurrence.noteType(named: name.id)
    kind = typeKind
  }
}

extension Occurrence {
  fileprivate func noteType(named id: String) -> Note.OneOf_Type? {
    switch details {
    case .vulnerability(let vulnerability): .vulnerability(vulnerability.noteType)
    case .build(let build): .build(.with { $0.builderVersion = build.provenance.builderVersion.orUnknown })
    case .image(let image):
      .image(
        .with {
          $0.resourceURL = image.baseResourceURL.orUnknown
          $0.fingerprint = image.fingerprint
        })
    case .package(let package): .package(.with { $0.name = package.name.isEmpty ? id : package.name })
    case .deployment: .deployment(.with { $0.resourceUri = [resourceUri] })
    case .discovery: .discovery(.with { $0.analysisKind = .vulnerability })
    case .attestation: .attestation(.with { $0.hint.humanReadableName = id })
    case .upgrade(let upgrade): .upgrade(upgrade.noteType)
    case .compliance: .compliance(.with { $0.title = id })
    case .dsseAttestation: .dsseAttestation(.with { $0.hint.humanReadableName = id })
    case .sbomReference:
      .sbomReference(
        .with {
          $0.format = "".orUnknown
          $0.version = "".orUnknown
        })
    case .secret: .secret(.init())
    case .aiSkillAnalysis: .aiSkillAnalysis(.init())
    case nil: nil
    }
  }
}

extension Grafeas_V1_VulnerabilityOccurrence {
  fileprivate var noteType: Grafeas_V1_VulnerabilityNote {
    .with {
      $0.severity = severity
      $0.cvssScore = cvssScore
      $0.details = packageIssue.map { issue in
        .with {
          $0.affectedCpeUri = issue.affectedCpeUri
          $0.affectedPackage = issue.affectedPackage
          $0.fixedCpeUri = issue.fixedCpeUri
          $0.fixedPackage = issue.fixedPackage
          // A note needs more to name a fixed version than an occurrence does.
          let isNamed = !issue.fixedCpeUri.isEmpty && !issue.fixedPackage.isEmpty
          if issue.hasFixedVersion, isNamed || issue.fixedVersion.kind != .normal { $0.fixedVersion = issue.fixedVersion }
        }
      }
    }
  }
}

extension Grafeas_V1_UpgradeOccurrence {
  fileprivate var noteType: Grafeas_V1_UpgradeNote {
    .with {
      $0.package = package
      if hasParsedVersion { $0.version = parsedVersion }
      if hasDistribution { $0.distributions = [distribution] }
      if hasWindowsUpdate { $0.windowsUpdate = windowsUpdate }
    }
  }
}

extension String {
  fileprivate var orUnknown: String { isEmpty ? "unknown" : self }
}
