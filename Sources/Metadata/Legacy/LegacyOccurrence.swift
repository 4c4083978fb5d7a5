import Foundation
package import Images
import Schemas
import SwiftProtobuf

extension Converted<Occurrence> {
  /// Reads an occurrence as v1alpha1 wrote it in 2017.
  ///
  /// Whether the result is valid is for the store to see: the rules are those for every other occurrence.
  ///
  /// - Throws: `MetadataError.invalid` when it has neither a kind nor details of one, or nothing that names its note.
  ///
  /// Source: Grafeas, v1alpha1, grafeas.proto; the README's examples of October 2017.
  package init(legacyOccurrence node: JSONNode) throws(MetadataError) {
    let record = LegacyObject(node, at: "")
    guard let kind = LegacyKind(of: record, byMember: \.detailsMember) else {
      throw .invalid(what: "occurrence", reasons: ["kind is required: set PACKAGE_VULNERABILITY, BUILD_DETAILS, …"])
    }
    var made = Occurrence()
    made.name = record.text("name")
    made.kind = kind.today
    made.noteName = noteName(fromLegacy: record.text("noteName"))
    guard !made.noteName.isEmpty else {
      throw .invalid(what: "occurrence", reasons: ["noteName is required: set providers/{provider}/notes/{note}"])
    }
    made.resourceUri = record.text("resourceUrl")
    if let resource = record.object("resource"), made.resourceUri.isEmpty { made.resourceUri = resource.text("uri") }
    made.remediation = record.text("remediation")
    if let time = record.time("createTime") { made.createTime = time }
    if let time = record.time("updateTime") { made.updateTime = time }
    record.lose("operationName", because: "grafeas.v1 has no operations")
    if let details = record.object(kind.detailsMember) { made.details = details.details(of: kind) }
    self.init(item: made, losses: record.losses)
  }
}

extension LegacyObject {
  fileprivate func details(of kind: LegacyKind) -> Occurrence.OneOf_Details {
    switch kind {
    case .packageVulnerability: .vulnerability(vulnerability())
    case .buildDetails: .build(build())
    case .imageBasis: .image(image())
    case .packageManager: .package(installation())
    case .deployable: .deployment(deployment())
    case .discovery: .discovery(discovered())
    case .attestationAuthority: .attestation(attestation())
    case .upgrade: .upgrade(upgrade())
    }
  }

  private func vulnerability() -> Grafeas_V1_VulnerabilityOccurrence {
    .with {
      $0.type = text("type")
      $0.severity = choice("severity", severities) ?? .unspecified
      $0.effectiveSeverity = choice("effectiveSeverity", severities) ?? .unspecified
      $0.cvssScore = score("cvssScore")
      $0.packageIssue = objects("packageIssue").map { $0.packageIssue() }
    }
  }

  /// Where no fix was known, 2017 left `fixedLocation` out; today says MAXIMUM.
  private func packageIssue() -> Grafeas_V1_VulnerabilityOccurrence.PackageIssue {
    .with {
      if let affected = object("affectedLocation") {
        $0.affectedCpeUri = affected.text("cpeUri")
        $0.affectedPackage = affected.text("package")
        if let version = affected.object("version") { $0.affectedVersion = version.version() }
      }
      if let fixed = object("fixedLocation") {
        $0.fixedCpeUri = fixed.text("cpeUri")
        $0.fixedPackage = fixed.text("package")
        if let version = fixed.object("version") { $0.fixedVersion = version.version() }
      }
      if !$0.hasFixedVersion { $0.fixedVersion.kind = .maximum }
      $0.fixAvailable = $0.fixedVersion.kind == .normal
      $0.effectiveSeverity = choice("severityName", severities) ?? .unspecified
    }
  }

  private func build() -> Grafeas_V1_BuildOccurrence {
    .with {
      if let provenance = object("provenance") { $0.provenance = provenance.provenance() }
      $0.provenanceBytes = text("provenanceBytes")
    }
  }

  private func image() -> Grafeas_V1_ImageOccurrence {
    .with {
      if let fingerprint = object("fingerprint") { $0.fingerprint = fingerprint.fingerprint() }
      $0.distance = int32("distance")
      $0.layerInfo = objects("layerInfo").map { layer in
        .with {
          $0.directive = layer.text("directive")
          $0.arguments = layer.text("arguments")
        }
      }
      $0.baseResourceURL = text("baseResourceUrl")
    }
  }

  private func installation() -> Grafeas_V1_PackageOccurrence {
    .with {
      $0.name = text("name")
      $0.location = objects("location").map { location in
        .with {
          $0.cpeUri = location.text("cpeUri")
          if let version = location.object("version") { $0.version = version.version() }
          $0.path = location.text("path")
        }
      }
    }
  }

  private func deployment() -> Grafeas_V1_DeploymentOccurrence {
    .with {
      $0.userEmail = text("userEmail")
      if let time = time("deployTime") { $0.deployTime = time }
      if let time = time("undeployTime") { $0.undeployTime = time }
      $0.config = text("config")
      $0.address = text("address")
      $0.resourceUri = texts("resourceUri")
      $0.platform = choice("platform", ["GKE": .gke, "FLEX": .flex, "CUSTOM": .custom]) ?? .unspecified
    }
  }

  private func discovered() -> Grafeas_V1_DiscoveryOccurrence {
    .with {
      lose("operation", because: "grafeas.v1 has no operations")
      $0.continuousAnalysis = choice("continuousAnalysis", ["ACTIVE": .active, "INACTIVE": .inactive]) ?? .unspecified
      $0.analysisStatus =
        choice(
          "analysisStatus",
          [
            "PENDING": .pending, "SCANNING": .scanning, "FINISHED_SUCCESS": .finishedSuccess,
            "FINISHED_FAILED": .finishedFailed, "FINISHED_UNSUPPORTED": .finishedUnsupported,
          ]) ?? .unspecified
      if let status = object("analysisStatusError") {
        $0.analysisStatusError.code = status.int32("code")
        $0.analysisStatusError.message = status.text("message")
      }
      $0.cpe = text("cpe")
      if let time = time("lastScanTime") { $0.lastScanTime = time }
    }
  }

  /// The PGP message of 2017 holds both payload and signature, so it stands in both places.
  private func attestation() -> Grafeas_V1_AttestationOccurrence {
    .with {
      guard let signed = object("pgpSignedAttestation") else { return }
      let message = Data(signed.text("signature").utf8)
      signed.lose("contentType", because: "grafeas.v1 says nothing of the type of a payload")
      $0.serializedPayload = message
      $0.signatures = [
        .with {
          $0.signature = message
          $0.publicKeyID = signed.text("pgpKeyId")
        }
      ]
    }
  }

  private func upgrade() -> Grafeas_V1_UpgradeOccurrence {
    .with {
      $0.package = text("package")
      if let version = object("parsedVersion") { $0.parsedVersion = version.version() }
      if let distribution = object("distribution") { $0.distribution = distribution.upgradeDistribution() }
    }
  }
}
