import Attestations
import Foundation
import Images
import Metadata
import Policies
import Schemas
import Signing
import SwiftProtobuf
import Testing

/// A namespace whose authorities have keys that can sign.
struct KritisWorld {
  static let names = ["qa", "built"]
  private let keys: [String: KeyPair]
  /// Both authorities, as documents.
  let authorities: String

  init(namespace: String = "prod") throws {
    var keys: [String: KeyPair] = [:]
    var documents: [String] = []
    for name in Self.names {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      keys[name] = pair
      documents.append(Self.authority(name, in: namespace, pem: pair.publicPEM))
    }
    self.keys = keys
    authorities = documents.joined(separator: "---\n")
  }

  static func authority(_ name: String, in namespace: String, pem: String) -> String {
    let indented = pem.split(separator: "\n").map { "            \($0)" }.joined(separator: "\n")
    return """
      apiVersion: kritis.grafeas.io/v1beta1
      kind: AttestationAuthority
      metadata: {name: \(name), namespace: \(namespace)}
      spec:
        noteReference: projects/shop/notes/\(name)
        publicKeys:
          - keyType: PKIX
            pkixPublicKey:
              signatureAlgorithm: ECDSA_P256_SHA256
              publicKeyPem: |
      \(indented)

      """
  }

  func rulebook(_ documents: String...) throws -> Rulebook {
    let text = ([authorities] + documents).joined(separator: "\n---\n")
    return try Rulebook(policies: [PolicyText(text, file: "kritis.yaml")], attestors: PolicyText("[]", file: "attestors.yaml"))
  }

  /// What each authority of the rulebook makes of what `signers` have signed.
  func evidence(_ image: PinnedReference, signedBy signers: [String], under rulebook: Rulebook) async throws -> Evidence {
    var evidence = Evidence()
    for attestor in rulebook.attestors.all {
      var offered: [UnverifiedAttestation] = []
      for signer in signers where attestor.note.id == signer {
        let pair = try #require(keys[signer])
        let payload = ContainerSignature(image).payload
        let signature = try await PKIXSigner(pem: pair.privatePEM).signature(over: payload)
        offered.append(
          UnverifiedAttestation(
            occurrence: "projects/shop/occurrences/1", note: attestor.note, createdAtSeconds: sampleNow - 60,
            envelope: .detached(payload: payload, [.init(keyID: pair.keyID, bytes: signature)])))
      }
      evidence.answers[image, default: [:]][attestor.name] = .verdict(
        attestor.verdict(on: offered, for: image, at: sampleNow))
    }
    return evidence
  }
}

/// An object of Kritis' group.
func kritis(
  _ kind: String, _ name: String, in namespace: String? = "prod", annotations: String = "{}", _ spec: String
) -> String {
  let place = namespace.map { ", namespace: \($0)" } ?? ""
  let indented = spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
  return """
    apiVersion: kritis.grafeas.io/v1beta1
    kind: \(kind)
    metadata: {name: \(name)\(place), annotations: \(annotations)}
    spec:
    \(indented)

    """
}

/// The same with a name that nobody asks for.
func kritis(_ kind: String, in namespace: String? = "prod", annotations: String = "{}", _ spec: String) -> String {
  kritis(kind, "sample", in: namespace, annotations: annotations, spec)
}

/// A pod with one container.
func review(_ image: String, in namespace: String = "prod", requiresDigest: Bool = true) -> WorkloadReview {
  let use = Workload.ImageUse(kind: .container, name: "web", field: "spec.containers[0]", image: image)
  let workload = Workload(
    apiVersion: "v1", kind: "Pod", name: "web", namespace: namespace, annotations: [:], images: [use])
  return WorkloadReview(workload, in: Place(namespace: namespace), requiresDigest: requiresDigest)
}

/// Reads documents with no attestors beside them.
func rulebook(_ documents: String...) throws -> Rulebook {
  try Rulebook(
    policies: [PolicyText(documents.joined(separator: "\n---\n"), file: "kritis.yaml")],
    attestors: PolicyText("[]", file: "attestors.yaml"))
}

extension Evidence {
  /// What is recorded of the sample image.
  static func recorded(_ occurrences: Occurrence...) throws -> Evidence {
    Evidence(subjects: [try sampleImage(): CheckSubject(try sampleImage(), occurrences: .found(occurrences))])
  }
}

/// A vulnerability of the sample image; each package is in one of the kinds of versions.
func vulnerability(
  _ id: String, _ severity: Severity, fixes: [Grafeas_V1_Version.VersionKind] = [.normal]
) throws -> Occurrence {
  try occurrence(
    id,
    .vulnerability(
      .with {
        $0.severity = severity
        $0.packageIssue = fixes.map { kind in
          .with {
            $0.affectedPackage = "openssl"
            $0.fixedVersion.kind = kind
          }
        }
      }))
}
