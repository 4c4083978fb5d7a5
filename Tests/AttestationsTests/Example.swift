import Attestations
import Crypto
import Foundation
import Images
import Metadata

/// The people and things of the tests: one image, one note, keys made for the run.
enum Example {
  static let noonOfFourthMay2026: Int64 = 1_777_896_000
  static let digest = "sha256:826cc826bc9e8d6acf606839e73ae43bf7872c8b0348f0efa132f208f58ecb71"
  static let otherDigest = "sha256:43e74c3b2cc0a43ba1d3c6d7f5b5d03a34d2c454f1409627d284dd670e8bb360"

  static func image(_ repository: String = "registry.example.test/prod/web", _ digest: String = digest) throws -> PinnedReference
  {
    try PinnedReference(parsing: "\(repository)@\(digest)")
  }

  static func payload(
    reference: String = "registry.example.test/prod/web", digest: String = digest,
    type: String = "Google cloud binauthz container signature"
  ) -> [UInt8] {
    Array(
      """
      {"critical":{"identity":{"docker-reference":"\(reference)"},"image":{"docker-manifest-digest":"\(digest)"},"type":"\(type)"}}
      """.utf8)
  }

  static func note(_ id: String = "qa") throws -> NoteName { try NoteName(parsing: "projects/attestors/notes/\(id)") }

  static func attestor(_ keys: [AttestorKey], name: String = "qa", predicateType: String? = nil) throws -> Attestor {
    Attestor(name: "projects/attestors/attestors/\(name)", note: try note(name), keys: keys, predicateType: predicateType)
  }

  static func attestation(
    _ envelope: UnverifiedAttestation.Envelope, named occurrence: String = "projects/p/occurrences/1", under id: String = "qa",
    createdAtSeconds: Int64? = noonOfFourthMay2026 - 3600
  ) throws -> UnverifiedAttestation {
    UnverifiedAttestation(
      occurrence: occurrence, note: try note(id), createdAtSeconds: createdAtSeconds, envelope: envelope)
  }
}

/// A P-256 key that a test signs with.
struct ExampleKey {
  let privateKey = P256.Signing.PrivateKey()

  func publicKey(
    id: String? = nil, notBefore: Int64? = nil, notAfter: Int64? = nil, revocation: AttestorKey.Revocation? = nil
  ) throws -> AttestorKey {
    try AttestorKey(
      id: id, algorithm: .ecdsaP256SHA256, pem: privateKey.publicKey.pemRepresentation, notBeforeSeconds: notBefore,
      notAfterSeconds: notAfter, revocation: revocation)
  }

  func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try privateKey.signature(for: bytes).derRepresentation) }

  func detached(_ payload: [UInt8] = Example.payload(), id: String? = nil) throws -> UnverifiedAttestation.Envelope {
    .detached(payload: payload, [.init(keyID: try id ?? publicKey().id, bytes: try sign(payload))])
  }

  func dsse(
    _ statement: String, type: String = "application/vnd.in-toto+json", signedType: String? = nil, id: String? = nil
  ) throws -> UnverifiedAttestation.Envelope {
    let payload = Array(statement.utf8)
    let signed = preAuthenticationEncoding(payloadType: signedType ?? type, payload: payload)
    return .dsse(payloadType: type, payload: payload, [.init(keyID: try id ?? publicKey().id, bytes: try sign(signed))])
  }
}

extension AttestorVerdict {
  var codes: [String] { refused.map(\.rejection.code) }
}
