import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Policies
import Signing
import Store

/// 1,000 images of which nine in ten are vouched for by two attestors, and 1,000 reviews of 4 KB that name them.
struct MakeWorld: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "world")

  @Argument(help: "An empty folder.") var folder: String

  static let images = 1_000
  private static let reviewBytes = 4_096
  private static let attestors = ["built", "audited"]

  func run() async throws {
    let project = try ProjectName(id: "race")
    let store = try SQLiteStore(path: "\(folder)/store.sqlite")
    var documents: [String] = []
    for attestor in Self.attestors {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      let note = try NoteName(project: project, id: attestor)
      try await store.create(Note(attestorNamed: attestor), named: note)
      let signer = try PKIXSigner(pem: pair.privatePEM)
      var occurrences: [Occurrence] = []
      for index in 0..<Self.images where index % 10 != 9 {
        let image = try Self.image(index)
        let signature = try await signer.signature(over: ContainerSignature(image).payload)
        occurrences.append(Occurrence(attesting: image, under: note, signature: signature, keyID: signer.keyID))
      }
      try await store.create(occurrences, in: project)
      documents.append(Self.document(attestor, note, pair.publicPEM))
    }
    try write("attestors.yaml", documents.joined())
    try write(
      "policy.yaml",
      """
      defaultAdmissionRule:
        evaluationMode: REQUIRE_ATTESTATION
        requireAttestationsBy: [\(Self.attestors.map { "projects/race/attestors/\($0)" }.joined(separator: ", "))]
        enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG

      """)
    let reviews = try (0..<Self.images).map { "  [==[\(try Self.review($0))]==]" }
    try write("reviews.lua", Self.script(reviews))
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private static func image(_ index: Int) throws -> PinnedReference {
    PinnedReference(
      repository: try Repository(parsing: "registry.example.test/race/app"), digest: Digest(sha256Of: Array("\(index)".utf8)))
  }

  private static func document(_ attestor: String, _ note: NoteName, _ pem: String) -> String {
    """
    - name: projects/race/attestors/\(attestor)
      userOwnedGrafeasNote:
        noteReference: \(note)
        publicKeys:
        - pkixPublicKey: {publicKeyPem: "\(pem.replacing("\n", with: "\\n"))", signatureAlgorithm: ECDSA_P256_SHA256}

    """
  }

  /// A Pod as a ReplicaSet makes it, with two containers, filled up to its size by what pods carry: environment variables.
  static func review(_ index: Int) throws -> String {
    let uid = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - "\(index)".count) + "\(index)"
    func text(_ variables: [String]) throws -> String {
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\(uid)",\
      "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},\
      "requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1","resource":"pods"},\
      "name":"app-\(index)","namespace":"shop","operation":"CREATE","userInfo":{"username":\
      "system:serviceaccount:kube-system:replicaset-controller","uid":"b1","groups":["system:serviceaccounts",\
      "system:serviceaccounts:kube-system","system:authenticated"]},"object":{"apiVersion":"v1","kind":"Pod","metadata":\
      {"name":"app-\(index)","namespace":"shop","labels":{"app":"app","pod-template-hash":"7f9c"},"annotations":\
      {"example.test/owner":"shop"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-7f9c",\
      "uid":"7c1b0b9a-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":true}]},"spec":{"containers":\
      [{"name":"app","image":"\(try image(index))","ports":[{"containerPort":8080,"protocol":"TCP"}],"env":\
      [\(variables.joined(separator: ","))],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},"securityContext":\
      {"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}},{"name":"sidecar","image":"\(try image(index / 10 * 10))",\
      "resources":{}}],"restartPolicy":"Always","serviceAccountName":"app","volumes":[{"name":"tmp","emptyDir":{}}]},\
      "status":{}},"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}
      """
    }
    var variables: [String] = []
    while try text(variables).utf8.count < reviewBytes - 50 {
      variables.append(#"{"name":"VARIABLE_\#(variables.count)","value":"value-\#(variables.count)"}"#)
    }
    return try text(variables)
  }

  private static func script(_ reviews: [String]) -> String {
    """
    local reviews = {
    \(reviews.joined(separator: ",\n"))
    }
    local requests = {}
    local at = 0
    function init(args)
      for i, body in ipairs(reviews) do
        requests[i] = wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
      end
    end
    function request()
      at = at % #requests + 1
      return requests[at]
    end
    function done(summary, latency, requests)
      io.write(string.format("RESULT %.0f %.3f %.3f %d\\n", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.errors.status + summary.errors.connect
        + summary.errors.read + summary.errors.write + summary.errors.timeout))
    end

    """
  }
}
