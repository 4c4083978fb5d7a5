import AsyncHTTPClient
import Attestations
import Foundation
import Images
import Metadata
import NIOHTTP1
import Schemas
import Server
import Signing
import Store
import SwiftProtobuf
import Testing

@Suite("An evaluation by a platform policy, where no registry is asked")
struct PlatformEvaluationTests {
  private static let image = "registry.example.test/shop/web@sha256:" + String(repeating: "a", count: 64)
  private static let pod =
    #"{"resource":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"\#(image)"}]}}}"#

  private static func policy(_ check: String) -> String { #"{"gkePolicy":{"checkSets":[{"checks":[{\#(check)}]}]}}"# }

  private static func sigstore(_ key: KeyPair) -> String {
    let pem = key.publicPEM.replacing("\n", with: "\\n")
    return policy(
      #""sigstoreSignatureCheck":{"sigstoreAuthorities":[{"displayName":"CI","publicKeySet":{"publicKeys":[{"publicKeyPem":"\#(pem)"}]}}]}"#
    )
  }

  private func made(_ policy: String, _ address: String, headers: [(String, String)] = []) async throws -> String {
    let all = "\(address)/v1/projects/shop/platforms/gke/policies"
    let made = try await send(.POST, "\(all)?policyId=a", policy, headers: headers)
    #expect(made.status == 200, "\(made.text)")
    return "\(all)/a:evaluate"
  }

  @Test("finds the signatures that are recorded as the gate looks for them")
  func signatures() async throws {
    let (key, other) = (try KeyPair(generating: .ecdsaP256SHA256), try KeyPair(generating: .ecdsaP256SHA256))
    try await servingMetadata { address, store in
      let evaluate = try await made(Self.sigstore(key), address)
      let before = try await send(.POST, evaluate, Self.pod)
      #expect(before["verdict"] == "NON_CONFORMANT", "\(before.text)")
      for part in [
        "No signature of CI is recorded", "pratique attest \(Self.image) --project sigstore --attestor signatures --key KEY",
      ] { #expect(before.text.contains(part), "\(before.text)") }
      let project = try ProjectName(id: "sigstore")
      let notes = try await store.create(["signatures": Note(attestorNamed: "signatures")], in: project)
      let pinned = try PinnedReference(parsing: Self.image)
      let note = try NoteName(parsing: notes[0].name)
      for (pair, verdict) in [(other, "NON_CONFORMANT"), (key, "CONFORMANT")] {
        let signer = try PKIXSigner(pem: pair.privatePEM)
        try await store.create([try await signer.attestation(of: pinned, under: note)], in: project)
        let after = try await send(.POST, evaluate, Self.pod)
        #expect(after["verdict"] == verdict, "\(after.text)")
      }
    }
  }

  @Test("goes by when the build of the image ended, and says what to record where nobody knows")
  func freshness() async throws {
    try await servingMetadata { address, store in
      let evaluate = try await made(Self.policy(#""imageFreshnessCheck":{"maxUploadAgeDays":30}"#), address)
      let before = try await send(.POST, evaluate, Self.pod)
      #expect(before["verdict"] == "NON_CONFORMANT" && before.text.contains("pratique pipeline run"), "\(before.text)")
      let project = try ProjectName(id: "shop")
      let notes = try await store.create(["build": .with { $0.build.builderVersion = "1" }], in: project)
      for (days, verdict) in [(1, "CONFORMANT"), (40, "NON_CONFORMANT")] {
        try await store.create(
          [
            .with {
              $0.resourceUri = "https://\(Self.image)"
              $0.noteName = notes[0].name
              $0.build.provenance.id = "b\(days)"
              $0.build.provenance.builtArtifacts = [.with { $0.checksum = "sha256:" + String(repeating: "a", count: 64) }]
              $0.build.provenance.endTime = .init(date: Date(timeIntervalSinceNow: -86_400 * Double(days)))
            }
          ], in: project)
        let after = try await send(.POST, evaluate, Self.pod)
        #expect(after["verdict"] == verdict, "\(after.text)")
      }
    }
  }

  @Test("tells of signatures only whoever may list them")
  func rights() async throws {
    let own = AccessResource.project(try ProjectName(id: "shop"))
    let note = AccessResource.note(try NoteName(parsing: "projects/sigstore/notes/signatures"))
    let key = try KeyPair(generating: .ecdsaP256SHA256)
    for (more, status) in [([], UInt(403)), ([Grant(.listNoteOccurrences, on: note)], 200)] as [([Grant], UInt)] {
      let rights: [Right] = [.createPlatformPolicies, .evaluatePlatformPolicies, .listOccurrences]
      let caller = Caller(name: "shop", grants: Set(rights.map { Grant($0, on: own) } + more))
      try await servingMetadata(by: Authority(tokens: [("shop", caller)])) { address, _ in
        let headers = [("Authorization", "Bearer shop")]
        let evaluate = try await made(Self.sigstore(key), address, headers: headers)
        let answer = try await send(.POST, evaluate, Self.pod, headers: headers)
        #expect(answer.status == status, "\(answer.text)")
      }
    }
  }
}
