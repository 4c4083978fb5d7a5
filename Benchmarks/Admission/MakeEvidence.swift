import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Policies
import Signing
import Store

/// Images that several attestors vouch for, in a store, and the documents that ask for all of them.
struct MakeEvidence: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "evidence")

  @Argument(help: "An empty folder.") var folder: String
  @Option(help: "How many images.") var images: Int
  @Option(help: "How many attestors, each with one signature on every image.") var attestors: Int

  func run() async throws {
    let store = try SQLiteStore(path: "\(folder)/store.sqlite")
    let world = try EvidenceWorld(attestors: attestors)
    for attestor in world.attestors.all {
      try await store.create(Note(attestorNamed: attestor.note.id), named: attestor.note)
      for start in stride(from: 0, to: images, by: 500) {
        var occurrences: [Occurrence] = []
        for index in start..<min(start + 500, images) {
          occurrences.append(try await world.attestation(of: EvidenceWorld.image(index), by: attestor))
        }
        try await store.create(occurrences, in: EvidenceWorld.project)
      }
    }
    try Data(world.attestorsText.utf8).write(to: URL(fileURLWithPath: "\(folder)/attestors.yaml"))
    try Data(world.policyText.utf8).write(to: URL(fileURLWithPath: "\(folder)/policy.yaml"))
  }
}

/// Attestors with their keys, images by number, and reviews that name them.
struct EvidenceWorld: Sendable {
  let attestors: Attestors
  private let keys: [String: KeyPair]

  init(attestors count: Int) throws {
    var keys: [String: KeyPair] = [:]
    var all: [Attestor] = []
    for index in 0..<count {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      let name = "projects/race/attestors/a\(index)"
      keys[name] = pair
      all.append(
        Attestor(
          name: name, note: try NoteName(project: Self.project, id: "a\(index)"),
          keys: [try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: pair.publicPEM)]))
    }
    self.keys = keys
    attestors = try Attestors(all)
  }

  static var project: ProjectName { get throws { try ProjectName(id: "race") } }

  static func image(_ index: Int) throws -> PinnedReference {
    PinnedReference(
      repository: try Repository(parsing: "registry.example.test/race/app"), digest: Digest(sha256Of: Array("\(index)".utf8)))
  }

  func attestation(of image: PinnedReference, by attestor: Attestor) async throws -> Occurrence {
    guard let pair = keys[attestor.name] else { throw ExitCode(1) }
    let signer = try PKIXSigner(pem: pair.privatePEM)
    let signature = try await signer.signature(over: ContainerSignature(image).payload)
    return Occurrence(attesting: image, under: attestor.note, signature: signature, keyID: signer.keyID)
  }

  var attestorsText: String {
    attestors.all.map { attestor in
      """
      - name: \(attestor.name)
        userOwnedGrafeasNote:
          noteReference: \(attestor.note)
          publicKeys:
          - pkixPublicKey: {publicKeyPem: "\(attestor.keys[0].pem.replacing("\n", with: "\\n"))", signatureAlgorithm: ECDSA_P256_SHA256}

      """
    }.joined()
  }

  var policyText: String {
    """
    defaultAdmissionRule:
      evaluationMode: REQUIRE_ATTESTATION
      requireAttestationsBy: [\(attestors.all.map(\.name).joined(separator: ", "))]
      enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG

    """
  }

  /// A Pod with one container for each of the images.
  static func review(_ uid: Int, of images: Range<Int>) throws -> String {
    let containers = try images.map { #"{"name":"c\#($0)","image":"\#(try image($0))"}"# }.joined(separator: ",")
    return """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-\(uid)","kind":{"group":"",\
      "version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"name":"app-\(uid)",\
      "namespace":"shop","operation":"CREATE","userInfo":{"username":"controller","groups":["system:authenticated"]},\
      "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"app-\(uid)","namespace":"shop"},"spec":{"containers":\
      [\(containers)]}},"oldObject":null,"dryRun":false}}
      """
  }
}
