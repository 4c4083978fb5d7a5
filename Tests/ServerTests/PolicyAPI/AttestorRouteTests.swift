import Attestations
import Foundation
import Images
import Metadata
import NIOHTTP1
import Server
import Signing
import Testing

@Suite("Attestors over the API")
struct AttestorRouteTests {
  private static let image = "registry.example.test/shop/web@sha256:" + String(repeating: "a", count: 64)

  @Test("are made, read, replaced, listed page by page and deleted")
  func life() async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/attestors"
      for id in ["b", "a", "c"] {
        let made = try await send(.POST, "\(all)?attestorId=\(id)", SampleAttestor().body)
        #expect(made.status == 200 && made["name"] == "projects/shop/attestors/\(id)", "\(made.text)")
      }
      let again = try await send(.POST, "\(all)?attestorId=a", SampleAttestor().body)
      #expect(again.status == 409 && again["error.status"] == "ALREADY_EXISTS", "\(again.text)")
      let first = try await send(.GET, "\(all)?pageSize=2")
      let second = try await send(.GET, "\(all)?pageSize=2&pageToken=\(first["nextPageToken"] ?? "")")
      let names = [first, second].map { $0.text.matches(of: #/"name":"projects\/shop\/attestors\/(.)"/#).map { "\($0.1)" } }
      #expect(names == [["a", "b"], ["c"]] && second["nextPageToken"] == nil, "\(second.text)")
      let stolen = try await send(
        .GET, "\(address)/v1/projects/tenant/attestors?pageToken=\(first["nextPageToken"] ?? "")")
      #expect(stolen.status == 400)
      let before = try await send(.GET, "\(all)/a")
      let changed = try SampleAttestor().body.dropLast() + #","description":"new","etag":"\#(before["etag"] ?? "")"}"#
      let after = try await send(.PUT, "\(all)/a", String(changed))
      #expect(after.status == 200 && after["description"] == "new" && after["etag"] != before["etag"], "\(after.text)")
      #expect(try await send(.PUT, "\(all)/a", String(changed)).status == 409)
      #expect(try await send(.PUT, "\(all)/none", SampleAttestor().body).status == 404)
      #expect(try await send(.DELETE, "\(all)/a").status == 200)
      for (method, body) in [(HTTPMethod.GET, nil), (.DELETE, nil)] as [(HTTPMethod, String?)] {
        #expect(try await send(method, "\(all)/a", body).status == 404)
      }
    }
  }

  @Test("get the ids of their keys: a PKIX key's own unless one is given")
  func ids() async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/attestors"
      let plain = try SampleAttestor()
      let made = try await send(.POST, "\(all)?attestorId=plain", plain.body)
      #expect(plain.pair.keyID.hasPrefix("ni:///sha-256;") && made.text.contains(#""id":"\#(plain.pair.keyID)""#), "\(made.text)")
      let named = try await send(.POST, "\(all)?attestorId=named", SampleAttestor(id: "https://keys.example.test/1").body)
      #expect(named.text.contains(#""id":"https://keys.example.test/1""#), "\(named.text)")
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    var id = "qa"
    let body: String
    let problem: String
    var testDescription: String { name }
  }

  private static func keys(_ keys: String) -> String {
    #"{"userOwnedGrafeasNote":{"noteReference":"projects/shop/notes/qa","publicKeys":[\#(keys)]}}"#
  }

  @Test(
    "are not kept when the gate would not read them",
    arguments: [
      Refusal(name: "no note", body: "{}", problem: "projects/{project}/notes/{note}"),
      Refusal(
        name: "no note's name", body: #"{"userOwnedGrafeasNote":{"noteReference":"qa"}}"#,
        problem: "projects/{project}/notes/{note}"),
      Refusal(name: "no key in a key", body: keys("{}"), problem: "pkixPublicKey"),
      Refusal(
        name: "no PEM", body: keys(#"{"pkixPublicKey":{"publicKeyPem":"x","signatureAlgorithm":"ECDSA_P256_SHA256"}}"#),
        problem: "publicKeys[0]"),
      Refusal(
        name: "no algorithm", body: keys(#"{"pkixPublicKey":{"publicKeyPem":"x"}}"#), problem: "signatureAlgorithm"),
      Refusal(name: "no armor", body: keys(#"{"asciiArmoredPgpPublicKey":"x"}"#), problem: "publicKeys[0]"),
      Refusal(name: "a verb in the id", id: "a:b", body: keys(""), problem: "attestors"),
      Refusal(name: "no id", id: "", body: keys(""), problem: "attestors"),
      Refusal(name: "another name", body: #"{"name":"projects/shop/attestors/other"}"#, problem: "attestor.name"),
    ])
  func refused(_ the: Refusal) async throws {
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/attestors"
      let answer = try await send(.POST, "\(all)?attestorId=\(the.id)", the.body)
      #expect(answer.status == 400 && answer["error.status"] == "INVALID_ARGUMENT", "\(answer.text)")
      #expect(answer["error.message"]?.contains(the.problem) == true, "\(answer.text)")
      #expect(try await send(.GET, all).text == "{}")
    }
  }

  @Test("say whether they would vouch by an attestation, and why not")
  func validation() async throws {
    let (qa, other) = (try SampleAttestor(), try SampleAttestor())
    let payload = ContainerSignature(try PinnedReference(parsing: Self.image)).payload
    let signature = try await PKIXSigner(pem: qa.pair.privatePEM).signature(over: payload)
    let image = Self.image
    @Sendable func request(
      key: String, payload: [UInt8] = payload, note: String = "projects/shop/notes/qa", image: String = image
    ) -> String {
      #"{"occurrenceNote":"\#(note)","occurrenceResourceUri":"https://\#(image)","attestation":{"serializedPayload":"\#(Data(payload).base64EncodedString())","signatures":[{"publicKeyId":"\#(key)","signature":"\#(Data(signature).base64EncodedString())"}]}}"#
    }
    try await servingMetadata { address, _ in
      let all = "\(address)/v1/projects/shop/attestors"
      #expect(try await send(.POST, "\(all)?attestorId=qa", qa.body).status == 200)
      let keyless = #"{"userOwnedGrafeasNote":{"noteReference":"projects/shop/notes/qa"}}"#
      #expect(try await send(.POST, "\(all)?attestorId=keyless", keyless).status == 200)
      func validate(_ body: String, _ attestor: String = "qa") async throws -> Answer {
        try await send(.POST, "\(all)/\(attestor):validateAttestationOccurrence", body)
      }
      let good = try await validate(request(key: qa.pair.keyID))
      #expect(good.text == #"{"result":"VERIFIED"}"#)
      for (body, attestor, cause) in [
        (request(key: other.pair.keyID), "qa", "key"), (request(key: qa.pair.keyID, payload: [1]), "qa", "signature"),
        (request(key: qa.pair.keyID, note: "projects/shop/notes/other"), "qa", "note"),
        (request(key: qa.pair.keyID, image: Self.image.replacing("aaaa", with: "bbbb")), "qa", "sha256"),
        (request(key: qa.pair.keyID), "keyless", "no public key"),
      ] {
        let answer = try await validate(body, attestor)
        #expect(answer["result"] == "ATTESTATION_NOT_VERIFIABLE", "\(answer.text)")
        #expect(answer["denialReason"]?.contains(cause) == true, "\(answer.text)")
      }
      #expect(try await validate(request(key: qa.pair.keyID), "none").status == 404)
      #expect(try await validate(request(key: qa.pair.keyID, image: "registry.example.test/shop/web:v1")).status == 400)
    }
  }
}
