import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Server
import Signing

/// A cluster whose every image was vouched for by two attestors, each with one signature.
struct RunningWorld: Sendable {
  static let now: Int64 = 1_777_896_000
  private static let project = "projects/race"
  private static let namespaces = 200

  private let digests: Int
  private let keys: [KeyPair]
  private let attestations: StoredAttestations

  init(digests: Int) async throws {
    self.digests = digests
    var (keys, stored): ([KeyPair], [StoredAttestations.Key: UnverifiedAttestation]) = ([], [:])
    for index in 0..<2 {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      let signer = try PKIXSigner(pem: pair.privatePEM)
      let note = try NoteName(parsing: "\(Self.project)/notes/a\(index)")
      for number in 0..<digests {
        let image = try Self.image(number)
        let payload = ContainerSignature(image).payload
        let signature = try await signer.signature(over: payload)
        stored[.init(image: image, note: note)] = UnverifiedAttestation(
          occurrence: "\(Self.project)/occurrences/\(number)", note: note, createdAtSeconds: 1_777_600_000,
          envelope: .detached(payload: payload, [.init(keyID: pair.keyID, bytes: signature)]))
      }
      keys.append(pair)
    }
    self.keys = keys
    attestations = StoredAttestations(all: stored)
  }

  static func image(_ number: Int) throws -> PinnedReference {
    PinnedReference(
      repository: try Repository(parsing: "registry.example.test/team\(number % 100)/app"),
      digest: Digest(sha256Of: Array("\(number)".utf8)))
  }

  /// As the API server tells it: about 2.5 KB, of a ReplicaSet of its own.
  func pod(_ index: Int) throws -> JSONNode {
    let number = index % digests
    let hash = String(format: "%05x", index & 0xfffff)
    let padding = (0..<20).map { #"{"name":"SETTING_\#($0)","value":"value-of-the-setting-\#($0)-\#(number)"}"# }.joined(
      separator: ",")
    let text = """
      {"metadata":{"name":"app-\(number)-\(hash)","namespace":"team-\(number % Self.namespaces)","uid":"uid-\(index)",\
      "labels":{"app":"app-\(number)","pod-template-hash":"\(number)"},"ownerReferences":[{"apiVersion":"apps/v1",\
      "kind":"ReplicaSet","name":"app-\(number)","uid":"owner-\(number)","controller":true}]},"spec":{"nodeName":"node-\(index % 500)",\
      "serviceAccountName":"default","containers":[{"name":"app","image":"\(try Self.image(number))","env":[\(padding)],\
      "volumeMounts":[{"name":"kube-api-access-\(hash)","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],\
      "securityContext":{"runAsNonRoot":true}}],"volumes":[{"name":"kube-api-access-\(hash)","projected":{"sources":[]}}]},\
      "status":{"phase":"Running"}}
      """
    return try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  /// Every image needs both attestors; revoked, the second one's key counts for nothing it ever signed.
  func rulebook(isRevoked: Bool) throws -> Rulebook {
    var attestors: [Attestor] = []
    for (index, pair) in keys.enumerated() {
      let revocation: AttestorKey.Revocation? =
        isRevoked && index == 1 ? .init(atSeconds: 1_777_700_000, reason: .compromise(sinceSeconds: nil)) : nil
      attestors.append(
        Attestor(
          name: "\(Self.project)/attestors/a\(index)", note: try NoteName(parsing: "\(Self.project)/notes/a\(index)"),
          keys: [try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: pair.publicPEM, revocation: revocation)]))
    }
    guard let rule = AdmissionRule.requiring(attestors.map(\.name)) else { throw CocoaError(.featureUnsupported) }
    return Rulebook(
      images: [Policy(defaultRule: rule)], attestors: try Attestors(attestors), digest: Digest(sha256Of: [isRevoked ? 1 : 0]))
  }

  /// A gate that knows nothing yet.
  func gate() -> Gate {
    Gate(
      settings: GateSettings(),
      surroundings: Gate.Surroundings(
        rulebook: { nil }, attestations: attestations, now: { Self.now },
        logger: Logger(label: "race") { _ in SwiftLogNoOpLogHandler() }))
  }
}

/// All attestations, in memory.
struct StoredAttestations: AttestationSource {
  struct Key: Hashable, Sendable {
    let image: PinnedReference
    let note: NoteName
  }

  let all: [Key: UnverifiedAttestation]

  func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    all[Key(image: image, note: note)].map { [$0] } ?? []
  }
}
