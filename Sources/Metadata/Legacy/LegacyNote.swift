package import Images
import Schemas
import SwiftProtobuf

extension Converted<Note> {
  /// Reads a note as v1alpha1 wrote it in 2017.
  ///
  /// Whether the result is valid is for the store to see: the rules are those for every other note.
  ///
  /// - Throws: `MetadataError.invalid` when it has neither a kind nor the type of one.
  ///
  /// Source: Grafeas, v1alpha1, grafeas.proto.
  package init(legacyNote node: JSONNode) throws(MetadataError) {
    let record = LegacyObject(node, at: "")
    guard let kind = LegacyKind(of: record, byMember: \.typeMember) else {
      throw .invalid(what: "note", reasons: ["kind is required: set PACKAGE_VULNERABILITY, BUILD_DETAILS, …"])
    }
    var made = Note()
    made.name = noteName(fromLegacy: record.text("name"))
    made.kind = kind.today
    made.shortDescription = record.text("shortDescription")
    made.longDescription = record.text("longDescription")
    made.relatedURL = record.objects("relatedUrl").map { url in
      .with {
        $0.url = url.text("url")
        $0.label = url.text("label")
      }
    }
    if let time = record.time("expirationTime") { made.expirationTime = time }
    if let time = record.time("createTime") { made.createTime = time }
    if let time = record.time("updateTime") { made.updateTime = time }
    record.lose("operationName", because: "grafeas.v1 has no operations")
    if let type = record.object(kind.typeMember) { made.type = type.type(of: kind) }
    self.init(item: made, losses: record.losses)
  }
}

extension LegacyObject {
  fileprivate func type(of kind: LegacyKind) -> Note.OneOf_Type {
    switch kind {
    case .packageVulnerability: .vulnerability(vulnerabilityType())
    case .buildDetails: .build(buildType())
    case .imageBasis: .image(baseImage())
    case .packageManager: .package(package())
    case .deployable: .deployment(.with { $0.resourceUri = texts("resourceUri") })
    case .discovery: .discovery(discovery())
    case .attestationAuthority: .attestation(attestationAuthority())
    case .upgrade: .upgrade(upgrade())
    }
  }

  private func vulnerabilityType() -> Grafeas_V1_VulnerabilityNote {
    .with {
      $0.cvssScore = score("cvssScore")
      $0.severity = choice("severity", severities) ?? .unspecified
      let packageType = text("packageType")
      $0.details = objects("details").map { $0.vulnerabilityDetail(packageType: packageType) }
    }
  }

  private func vulnerabilityDetail(packageType: String) -> Grafeas_V1_VulnerabilityNote.Detail {
    .with {
      $0.affectedCpeUri = text("cpeUri")
      $0.affectedPackage = text("package")
      if let version = object("minAffectedVersion") { $0.affectedVersionStart = version.version() }
      if let version = object("maxAffectedVersion") { $0.affectedVersionEnd = version.version() }
      $0.severityName = text("severityName")
      $0.description_p = text("description")
      if let fixed = object("fixedLocation") {
        $0.fixedCpeUri = fixed.text("cpeUri")
        $0.fixedPackage = fixed.text("package")
        if let version = fixed.object("version") { $0.fixedVersion = version.version() }
      }
      let ownType = text("packageType")
      $0.packageType = ownType.isEmpty ? packageType : ownType
      $0.isObsolete = flag("isObsolete")
    }
  }

  private func buildType() -> Grafeas_V1_BuildNote {
    .with {
      $0.builderVersion = text("builderVersion")
      lose("signature", because: "a build note of grafeas.v1 has no signature; attest the image instead")
    }
  }

  private func baseImage() -> Grafeas_V1_ImageNote {
    .with {
      $0.resourceURL = text("resourceUrl")
      if let fingerprint = object("fingerprint") { $0.fingerprint = fingerprint.fingerprint() }
    }
  }

  private func package() -> Grafeas_V1_PackageNote {
    .with {
      $0.name = text("name")
      $0.distribution = objects("distribution").map { distribution in
        .with {
          $0.cpeUri = distribution.text("cpeUri")
          $0.architecture = distribution.choice("architecture", ["X86": .x86, "X64": .x64]) ?? .unspecified
          if let version = distribution.object("latestVersion") { $0.latestVersion = version.version() }
          $0.maintainer = distribution.text("maintainer")
          $0.url = distribution.text("url")
          $0.description_p = distribution.text("description")
        }
      }
    }
  }

  private func discovery() -> Grafeas_V1_DiscoveryNote {
    let kinds = LegacyKind.allCases.map { ($0.rawValue, $0.today) }
    return .with { $0.analysisKind = choice("analysisKind", Dictionary(uniqueKeysWithValues: kinds)) ?? .unspecified }
  }

  private func attestationAuthority() -> Grafeas_V1_AttestationNote {
    .with {
      if let hint = object("hint") { $0.hint.humanReadableName = hint.text("humanReadableName") }
    }
  }

  private func upgrade() -> Grafeas_V1_UpgradeNote {
    .with {
      $0.package = text("package")
      if let version = object("version") { $0.version = version.version() }
      $0.distributions = objects("distributions").map { $0.upgradeDistribution() }
    }
  }
}
