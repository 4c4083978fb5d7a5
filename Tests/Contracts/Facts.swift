import Foundation
package import Metadata
import Schemas
import SwiftProtobuf

/// Notes and occurrences as callers write them: whole enough to be accepted, with nothing that a store sets.
package enum Facts {
  package static let image = "https://registry.example.test/shop/web@sha256:" + String(repeating: "ab", count: 32)
  package static let otherImage = "https://registry.example.test/shop/web@sha256:" + String(repeating: "cd", count: 32)

  /// One valid note of each of the fourteen kinds, by an id of its own.
  package static var notes: [String: Note] {
    [
      "vulnerability": note { $0.vulnerability.details = [detail] },
      "build": note { $0.build.builderVersion = "buildah 1.28.2" },
      "image": note {
        $0.image.resourceURL = "https://registry.example.test/base"
        $0.image.fingerprint = fingerprint
      },
      "package": note { $0.package.name = "tcpdump" },
      "discovery": note { $0.discovery.analysisKind = .vulnerability },
      "attestation": attestationNote,
      "compliance": note { $0.compliance.title = "Runs as root" },
      "deployment": note { $0.deployment.resourceUri = [image] },
      "upgrade": note {
        $0.upgrade.package = "tcpdump"
        $0.upgrade.version = version("4.9.2")
      },
      "dsse-attestation": note { $0.dsseAttestation.hint.humanReadableName = "Builder" },
      "vulnerability-assessment": note { $0.vulnerabilityAssessment = assessment },
      "sbom-reference": note {
        $0.sbomReference.format = "SPDX"
        $0.sbomReference.version = "2.3"
      },
      "secret": note { $0.secret = .init() },
      "ai-skill-analysis": note { $0.aiSkillAnalysis = .init() },
    ]
  }

  /// One valid occurrence of each of the thirteen kinds that have any, under the note of `notes` with the same id.
  package static func occurrences(in project: String = "projects/shop") -> [String: Occurrence] {
    var all: [String: Occurrence] = [:]
    func add(_ id: String, _ fill: (inout Occurrence) -> Void) {
      all[id] = occurrence(of: "\(project)/notes/\(id)", fill)
    }
    add("vulnerability") { $0.vulnerability.packageIssue = [issue] }
    add("build") {
      $0.build.provenance.id = "build-1"
      $0.build.provenance.commands = [.with { $0.name = "buildah" }]
      $0.build.provenance.sourceProvenance.fileHashes["Dockerfile"] = .with {
        $0.fileHash = [
          .with {
            $0.type = "sha256"
            $0.value = Data([1, 2, 3])
          }
        ]
      }
    }
    add("image") {
      $0.image.fingerprint = fingerprint
      $0.image.layerInfo = [.with { $0.directive = "RUN" }]
    }
    add("package") {
      $0.package.name = "tcpdump"
      $0.package.location = [.with { $0.cpeUri = "cpe:/o:debian:debian_linux:12" }]
    }
    add("discovery") { $0.discovery.analysisStatus = .finishedSuccess }
    add("attestation") { $0.attestation = attestation }
    add("compliance") { $0.compliance.nonComplianceReason = "the user is root" }
    add("deployment") { $0.deployment = deployment("prod/namespaces/shop") }
    add("upgrade") {
      $0.upgrade.package = "tcpdump"
      $0.upgrade.parsedVersion = version("4.9.2")
    }
    add("dsse-attestation") { $0.dsseAttestation.envelope = envelope }
    add("sbom-reference") { $0.sbomReference = sbomReference }
    add("secret") { $0.secret = secret }
    add("ai-skill-analysis") {
      $0.aiSkillAnalysis.skillName = "deploy"
      $0.aiSkillAnalysis.findings = [
        .with {
          $0.ruleID = "R1"
          $0.title = "Runs what it downloads"
          $0.severity = "HIGH"
        }
      ]
    }
    return all
  }

  /// A deployment of `resource` to `address` under the note named `note`; it ended when `undeployed` says so.
  package static func deployment(
    of note: String, about resource: String = image, to address: String, undeployed: Bool = false
  ) -> Occurrence {
    var made = occurrence(of: note) { $0.deployment = deployment(address) }
    made.resourceUri = resource
    if undeployed { made.deployment.undeployTime.seconds = 1_700_000_100 }
    return made
  }

  /// A vulnerability in `package` of `resource` under the note named `note`.
  package static func vulnerability(
    of note: String, about resource: String = image, in package: String = "tcpdump", _ severity: Severity = .high
  ) -> Occurrence {
    var made = occurrence(of: note) { $0.vulnerability.packageIssue = [issue] }
    made.resourceUri = resource
    made.vulnerability.packageIssue[0].affectedPackage = package
    made.vulnerability.severity = severity
    return made
  }

  /// The note of an attestor.
  package static var attestationNote: Note { note { $0.attestation.hint.humanReadableName = "Quality assurance" } }

  /// An attestation about `resource` under the note named `note`.
  package static func attestation(of note: String, about resource: String = image) -> Occurrence {
    var made = occurrence(of: note) { $0.attestation = attestation }
    made.resourceUri = resource
    return made
  }

  /// A check finding about `resource` under the note named `note`; `reason` tells findings apart.
  package static func finding(of note: String, about resource: String = image, _ reason: String = "bad") -> Occurrence {
    var made = occurrence(of: note) { $0.compliance.nonComplianceReason = reason }
    made.resourceUri = resource
    return made
  }

  private static func note(_ fill: (inout Note) -> Void) -> Note {
    .with {
      $0.shortDescription = "A note"
      fill(&$0)
    }
  }

  private static func occurrence(of note: String, _ fill: (inout Occurrence) -> Void) -> Occurrence {
    .with {
      $0.resourceUri = image
      $0.noteName = note
      fill(&$0)
    }
  }

  private static var attestation: Grafeas_V1_AttestationOccurrence {
    .with {
      $0.serializedPayload = Data("{}".utf8)
      $0.signatures = [
        .with {
          $0.publicKeyID = "ni:///sha-256;abc"
          $0.signature = Data([0x30, 0x00, 0xFF])
        }
      ]
    }
  }

  private static var fingerprint: Grafeas_V1_Fingerprint {
    .with {
      $0.v1Name = "sha256:top"
      $0.v2Blob = ["sha256:layer"]
    }
  }

  private static var issue: Grafeas_V1_VulnerabilityOccurrence.PackageIssue {
    .with {
      $0.affectedCpeUri = "cpe:/o:debian:debian_linux:12"
      $0.affectedPackage = "tcpdump"
      $0.affectedVersion = version("4.9.0")
      $0.fixedVersion = .with { $0.kind = .maximum }
    }
  }

  private static var detail: Grafeas_V1_VulnerabilityNote.Detail {
    .with {
      $0.affectedCpeUri = "cpe:/o:debian:debian_linux:12"
      $0.affectedPackage = "tcpdump"
      $0.fixedCpeUri = "cpe:/o:debian:debian_linux:12"
      $0.fixedPackage = "tcpdump"
      $0.fixedVersion = version("4.9.2")
    }
  }

  private static func version(_ name: String) -> Grafeas_V1_Version {
    .with {
      $0.kind = .normal
      $0.name = name
    }
  }
}
