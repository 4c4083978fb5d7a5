import Foundation
import Metadata
import Schemas
import SwiftProtobuf

// The details of the kinds that the reference server never validated, and of deployments.

extension Facts {
  static func deployment(_ address: String) -> Grafeas_V1_DeploymentOccurrence {
    .with {
      $0.deployTime.seconds = 1_700_000_000
      $0.address = address
      $0.userEmail = "deployer@example.test"
    }
  }

  static var envelope: Grafeas_V1_Envelope {
    .with {
      $0.payloadType = "application/vnd.in-toto+json"
      $0.payload = Data("{}".utf8)
      $0.signatures = [
        .with {
          $0.sig = Data([0x30, 0x00, 0xFF])
          $0.keyid = "ni:///sha-256;abc"
        }
      ]
    }
  }

  static var sbomReference: Grafeas_V1_SBOMReferenceOccurrence {
    .with {
      $0.payloadType = "application/vnd.in-toto+json"
      $0.payload.predicateType = "https://bcid.corp.google.com/reference/v0.1"
      $0.payload.predicate.location = "https://registry.example.test/sboms/1.json"
      $0.payload.predicate.mimeType = "application/spdx+json"
      $0.payload.predicate.digest = ["sha256": String(repeating: "ab", count: 32)]
      $0.signatures = [
        .with {
          $0.sig = Data([1])
          $0.keyid = "sbom-key"
        }
      ]
    }
  }

  static var secret: Grafeas_V1_SecretOccurrence {
    .with {
      $0.kind = .githubClassicPersonalAccessToken
      $0.locations = [.with { $0.fileLocation.filePath = "/app/.netrc" }]
      $0.statuses = [
        .with {
          $0.status = .valid
          $0.updateTime.seconds = 1_700_000_000
        }
      ]
    }
  }

  static var assessment: Grafeas_V1_VulnerabilityAssessmentNote {
    .with {
      $0.title = "CVE-2017-13036 in the web shop"
      $0.publisher.name = "Shop security"
      $0.publisher.publisherNamespace = "https://shop.example.test"
      $0.product.name = "web"
      $0.product.genericUri = image
      $0.assessment.vulnerabilityID = "CVE-2017-13036"
      $0.assessment.state = .notAffected
      $0.assessment.justification.justificationType = .vulnerableCodeNotPresent
    }
  }
}
