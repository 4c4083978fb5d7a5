import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

/// The rules that the reference server does not have; `ValidationTests` holds those that it has.
@Suite("Validation beyond the reference server")
struct KindRuleTests {
  typealias Broken = ValidationTests.Broken

  @Test(
    "says which field of a note is wrong",
    arguments: [
      Broken<Note>("deployment", "deployment.resource_uri is required") { $0.deployment.resourceUri = [] },
      Broken("deployment", "deployment.resource_uri[1] is required") { $0.deployment.resourceUri.append("") },
      Broken("upgrade", "upgrade.package is required") { $0.upgrade.package = "" },
      Broken("upgrade", "upgrade.version is required") { $0.upgrade.clearVersion() },
      Broken("upgrade", "upgrade.version.name is required") { $0.upgrade.version.name = "" },
      Broken("upgrade", "upgrade.distributions[0].cpe_uri is required") { $0.upgrade.distributions = [.init()] },
      Broken("upgrade", "upgrade.windows_update.identity.update_id is required") { $0.upgrade.windowsUpdate.title = "KB" },
      Broken("compliance", "compliance.version[0].cpe_uri is required") { $0.compliance.version = [.init()] },
      Broken("dsse-attestation", "dsse_attestation.hint.human_readable_name is required") { $0.dsseAttestation.clearHint() },
      Broken("vulnerability-assessment", "vulnerability_assessment.publisher.name is required") {
        $0.vulnerabilityAssessment.publisher.name = ""
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.product.generic_uri is required") {
        $0.vulnerabilityAssessment.product.genericUri = ""
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment is required") {
        $0.vulnerabilityAssessment.clearAssessment()
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment.vulnerability_id is required") {
        $0.vulnerabilityAssessment.assessment.vulnerabilityID = ""
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment.state is required") {
        $0.vulnerabilityAssessment.assessment.state = .unspecified
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment.justification.justification_type is required") {
        $0.vulnerabilityAssessment.assessment.clearJustification()
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment.related_uris[0].url is required") {
        $0.vulnerabilityAssessment.assessment.relatedUris = [.init()]
      },
      Broken("vulnerability-assessment", "vulnerability_assessment.assessment.remediations[0].remediation_type is required") {
        $0.vulnerabilityAssessment.assessment.remediations = [.init()]
      },
      Broken("sbom-reference", "sbom_reference.format is required") { $0.sbomReference.format = "" },
      Broken("sbom-reference", "sbom_reference.version is required") { $0.sbomReference.version = "" },
      Broken("vulnerability", "vulnerability.cvss_score is 10.1") { $0.vulnerability.cvssScore = 10.1 },
      Broken("vulnerability", "vulnerability.cvss_v3.base_score is -1.0") { $0.vulnerability.cvssV3.baseScore = -1 },
      Broken("vulnerability", "vulnerability.cvss_v4.base_score is nan") { $0.vulnerability.cvssV4.baseScore = .nan },
      Broken("vulnerability", "vulnerability.windows_details[0].fixing_kbs is required") {
        $0.vulnerability.windowsDetails = [
          .with {
            $0.cpeUri = "cpe:/o:microsoft:windows_10"
            $0.name = "CVE-2023-36884"
          }
        ]
      },
      Broken("build", "related_note_names[1] is malformed") { $0.relatedNoteNames = ["projects/p/notes/n", "n"] },
      Broken("build", "expiration_time is no time between the years 1 and 9999") {
        $0.expirationTime.seconds = 253_402_300_800
      },
      Broken("build", "expiration_time is no time between the years 1 and 9999") { $0.expirationTime.nanos = 1_000_000_000 },
      Broken("build", "note has 1") {
        $0.longDescription = String(repeating: "a", count: 1_048_576)
      },
    ])
  func notes(_ the: Broken<Note>) throws {
    var note = try #require(Facts.notes[the.id])
    the.spoil(&note)
    let fault = try #require(note.faults.first)
    #expect(note.faults.count == 1 && fault.hasPrefix(the.testDescription) && fault.contains(": "), "\(note.faults)")
  }

  @Test(
    "says which field of an occurrence is wrong",
    arguments: [
      Broken<Occurrence>("deployment", "deployment.deploy_time is required") { $0.deployment.clearDeployTime() },
      Broken("deployment", "deployment.undeploy_time is before deploy_time") { $0.deployment.undeployTime.seconds = 1 },
      Broken("deployment", "deployment.deploy_time is no time") { $0.deployment.deployTime.nanos = -1 },
      Broken("deployment", "deployment.resource_uri[0] is required") { $0.deployment.resourceUri = [""] },
      Broken("upgrade", "upgrade.package is required") { $0.upgrade.package = "" },
      Broken("upgrade", "upgrade.parsed_version is required") { $0.upgrade.clearParsedVersion() },
      Broken("upgrade", "upgrade.distribution.cpe_uri is required") { $0.upgrade.distribution.severity = "low" },
      Broken("upgrade", "upgrade.distribution.cve[0] is required") {
        $0.upgrade.distribution.cpeUri = "cpe:/o:debian:debian_linux:12"
        $0.upgrade.distribution.cve = [""]
      },
      Broken("dsse-attestation", "dsse_attestation.envelope is required") { $0.dsseAttestation.clearEnvelope() },
      Broken("dsse-attestation", "dsse_attestation.envelope.payload is required") {
        $0.dsseAttestation.envelope.payload.removeAll()
      },
      Broken("dsse-attestation", "dsse_attestation.envelope.payload_type is required") {
        $0.dsseAttestation.envelope.payloadType = ""
      },
      Broken("dsse-attestation", "dsse_attestation.envelope.signatures is required") {
        $0.dsseAttestation.envelope.signatures = []
      },
      Broken("dsse-attestation", "dsse_attestation.envelope.signatures[0].sig is required") {
        $0.dsseAttestation.envelope.signatures[0].sig.removeAll()
      },
      Broken("sbom-reference", "sbom_reference.payload is required") { $0.sbomReference.clearPayload() },
      Broken("sbom-reference", "sbom_reference.payload.predicate.location is required") {
        $0.sbomReference.payload.predicate.location = ""
      },
      Broken("sbom-reference", "sbom_reference.payload.predicate.digest is required") {
        $0.sbomReference.payload.predicate.digest = [:]
      },
      Broken("sbom-reference", "sbom_reference.payload.predicate.digest[sha256] is required") {
        $0.sbomReference.payload.predicate.digest = ["sha256": ""]
      },
      Broken("sbom-reference", "sbom_reference.signatures[0].sig is required") {
        $0.sbomReference.signatures[0].sig.removeAll()
      },
      Broken("secret", "secret.kind is required") { $0.secret.kind = .unspecified },
      Broken("secret", "secret.locations is required") { $0.secret.locations = [] },
      Broken("secret", "secret.locations[0].file_location.file_path is required") { $0.secret.locations = [.init()] },
      Broken("secret", "secret.statuses[0].status is required") { $0.secret.statuses[0].status = .unspecified },
      Broken("ai-skill-analysis", "ai_skill_analysis.skill_name is required") { $0.aiSkillAnalysis.skillName = "" },
      Broken("ai-skill-analysis", "ai_skill_analysis.findings[0].rule_id is required") {
        $0.aiSkillAnalysis.findings = [.init()]
      },
      Broken("vulnerability", "vulnerability.cvss_score is 11.0") { $0.vulnerability.cvssScore = 11 },
      Broken("vulnerability", "vulnerability.cvssv3.base_score is inf") { $0.vulnerability.cvssv3.baseScore = .infinity },
      Broken("discovery", "discovery.last_scan_time is no time") { $0.discovery.lastScanTime.nanos = -1 },
      Broken("compliance", "occurrence has 1") {
        $0.compliance.nonComplianceReason = String(repeating: "a", count: 1_048_576)
      },
    ])
  func occurrences(_ the: Broken<Occurrence>) throws {
    var occurrence = try #require(Facts.occurrences()[the.id])
    the.spoil(&occurrence)
    let fault = try #require(occurrence.faults.first)
    #expect(
      occurrence.faults.count == 1 && fault.hasPrefix(the.testDescription) && fault.contains(": "), "\(occurrence.faults)")
  }

  @Test("lets through what looks odd and is right")
  func odd() throws {
    var note = try #require(Facts.notes["upgrade"])
    note.upgrade = .with { $0.windowsUpdate.identity.updateID = "KB5030211" }
    #expect(note.faults.isEmpty)
    var assessed = try #require(Facts.notes["vulnerability-assessment"])
    assessed.vulnerabilityAssessment.assessment.clearJustification()
    assessed.vulnerabilityAssessment.assessment.impacts = ["the port is closed"]
    #expect(assessed.faults.isEmpty)
    assessed.vulnerabilityAssessment.assessment.impacts = []
    assessed.vulnerabilityAssessment.assessment.state = .underInvestigation
    #expect(assessed.faults.isEmpty)
    var scored = try #require(Facts.occurrences()["vulnerability"])
    for score: Float in [0, 0.1, 10] {
      scored.vulnerability.cvssScore = score
      #expect(scored.faults.isEmpty)
    }
    var deployed = Facts.deployment(of: "projects/shop/notes/deployment", to: "", undeployed: true)
    deployed.deployment.undeployTime = deployed.deployment.deployTime
    #expect(deployed.faults.isEmpty)
    var unnamed = try #require(Facts.occurrences()["dsse-attestation"])
    unnamed.dsseAttestation.envelope.signatures[0].keyid = ""
    #expect(unnamed.faults.isEmpty)
  }

  @Test("knows every kind by a note, and every kind but one by an occurrence")
  func everyKind() {
    let kinds = Set(Facts.notes.values.map(\.typeKind))
    #expect(kinds.count == 14 && !kinds.contains(.unspecified))
    #expect(Set(Facts.occurrences().values.map(\.detailsKind)) == kinds.subtracting([.vulnerabilityAssessment]))
  }
}
