import Attestations
import Foundation
import Images
import Metadata
import Policies
import Schemas
import Signing
import SwiftProtobuf
import Testing

/// A platform policy with one check set of these checks, as JSON.
func platformPolicy(_ checks: String, in set: String = "", beside: String = "") -> String {
  #"{"name":"projects/shop/platforms/gke/policies/a","gkePolicy":{\#(beside)"checkSets":[{\#(set)"checks":[\#(checks)]}]}}"#
}

/// Reads a platform policy.
func readPlatformPolicy(_ text: String) throws -> PlatformPolicy {
  var draft = RulebookDraft(attestors: [])
  return try PlatformPolicy(DocumentNode(parsing: text, file: "platform.yaml"), into: &draft)
}

/// The rulebook of platform policies.
func platformRulebook(_ texts: String...) throws -> Rulebook {
  try Rulebook(
    policies: texts.enumerated().map { PolicyText($0.element, file: "platform-\($0.offset).yaml") },
    attestors: PolicyText("[]", file: "attestors.yaml"))
}

/// A pod of the sample image.
func sampleReview(
  _ image: String? = nil, namespace: String = "prod", account: String = "default", requiresDigest: Bool = true
) throws -> WorkloadReview {
  let use = Workload.ImageUse(
    kind: .container, name: "web", field: "spec.containers[0]", image: try image ?? "\(sampleImage())",
    serviceAccount: account)
  let workload = Workload(
    apiVersion: "v1", kind: "Pod", name: "web", namespace: namespace, annotations: [:], images: [use])
  return WorkloadReview(workload, in: Place(namespace: namespace), requiresDigest: requiresDigest)
}

/// An attestation of the sample image as it is recorded.
func recordedAttestation(
  by pair: KeyPair, in project: String = "shop", of image: PinnedReference? = nil, keyID: String? = nil
) async throws -> Occurrence {
  let payload = ContainerSignature(try image ?? sampleImage()).payload
  let signature = try await PKIXSigner(pem: pair.privatePEM).signature(over: payload)
  var found = try occurrence(
    "projects/anybody/notes/any",
    .attestation(
      .with {
        $0.serializedPayload = .init(payload)
        $0.signatures = [
          .with {
            $0.publicKeyID = keyID ?? pair.keyID
            $0.signature = .init(signature)
          }
        ]
      }))
  found.name = "projects/\(project)/occurrences/att"
  return found
}

extension KeyPair {
  /// The public half as a JSON string.
  var quotedPEM: String { "\"\(publicPEM.replacing("\n", with: "\\n"))\"" }
}
