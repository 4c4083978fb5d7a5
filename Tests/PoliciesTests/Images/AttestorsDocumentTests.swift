import Attestations
import Metadata
import Policies
import Signing
import Testing

@Suite("An attestors document")
struct AttestorsDocumentTests {
  private static func read(_ text: String) throws -> Attestors {
    try Attestors(DocumentNode(parsing: text, file: "attestors.yaml"))
  }

  private static func quoted(
    _ name: String, _ pem: String, key: String = "", attestor: String = "", algorithm: String = "ECDSA_P256_SHA256"
  ) -> String {
    let pem = pem.replacing("\n", with: "\\n")
    return """
      - {name: projects/p/attestors/\(name), \(attestor) userOwnedGrafeasNote: {noteReference: projects/p/notes/\(name), \
      publicKeys: [{comment: a key, \(key) pkixPublicKey: {publicKeyPem: "\(pem)", signatureAlgorithm: \(algorithm)}}]}}

      """
  }

  @Test("gives attestors with their keys, windows and revocations")
  func reads() throws {
    let key = try KeyPair(generating: .ecdsaP256SHA256)
    let attestors = try Self.read(
      Self.quoted(
        "qa", key.publicPEM,
        key:
          "notBefore: '2026-01-01T00:00:00Z', notAfter: 2027-01-01T00:00:00+00:00, revokedAt: 2026-05-02T00:00:00Z, revocationReason: superseded,",
        attestor: "predicateType: https://slsa.dev/provenance/v1,"))
    let qa = try #require(attestors["projects/p/attestors/qa"])
    #expect(qa.note.description == "projects/p/notes/qa")
    #expect(qa.predicateType == "https://slsa.dev/provenance/v1")
    #expect(qa.keys.map(\.id) == [key.keyID])
    #expect(qa.keys[0].notBeforeSeconds == 1_767_225_600)
    #expect(qa.keys[0].notAfterSeconds == 1_798_761_600)
    #expect(qa.keys[0].revocation == .init(atSeconds: 1_777_680_000, reason: .superseded))
  }

  @Test("takes a revocation without a reason for a compromise")
  func worst() throws {
    let key = try KeyPair(generating: .ecdsaP256SHA256)
    let attestors = try Self.read(Self.quoted("qa", key.publicPEM, key: "revokedAt: 2026-05-02T00:00:00Z,"))
    #expect(attestors["projects/p/attestors/qa"]?.keys[0].revocation?.reason == .compromise(sinceSeconds: nil))
  }

  @Test("is refused where it is wrong")
  func refusals() throws {
    let pem = try KeyPair(generating: .ecdsaP256SHA256).publicPEM
    let cases = [
      (Self.quoted("qa", pem) + Self.quoted("qa", pem), "stands twice"),
      (Self.quoted("qa", pem) + Self.quoted("security", pem), "belongs to both"),
      (Self.quoted("qa", pem, algorithm: "MD5"), "algorithm is unknown"),
      (Self.quoted("qa", pem, algorithm: "RSA_PSS_2048_SHA256"), "cannot be used"),
      (Self.quoted("qa", pem, key: "notBefore: yesterday,"), "notBefore: not a moment"),
      (Self.quoted("qa", pem, key: "revocationReason: superseded,"), "revokes nothing"),
      (Self.quoted("qa", pem, key: "revokedAt: 2026-05-02T00:00:00Z, revocationReason: boredom,"), "not one of the choices"),
      (Self.quoted("qa", pem, key: "notbefore: 2026-05-02T00:00:00Z,"), "\"notbefore\" is unknown"),
      (Self.quoted("qa", "nonsense"), "cannot be used"),
      ("- {name: qa, userOwnedGrafeasNote: {noteReference: projects/p/notes/qa}}", "not the name of an attestor"),
      ("- {name: projects/p/attestors/qa, userOwnedGrafeasNote: {noteReference: projects/p/notes/qa}}", "without keys"),
      ("- {name: projects/p/attestors/qa, userOwnedGrafeasNote: {noteReference: notes/qa}}", "noteReference"),
      ("name: projects/p/attestors/qa", "a list is wanted"),
    ]
    for (text, problem) in cases {
      let error = #expect(throws: DocumentError.self, "\(problem)") { try Self.read(text) }
      #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "") lacks \(problem)")
    }
  }
}
