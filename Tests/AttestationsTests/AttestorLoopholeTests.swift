import Attestations
import Crypto
import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An attestor's loopholes")
struct AttestorLoopholeTests {
  let now = Example.noonOfFourthMay2026
  let key = ExampleKey()

  @Test("an old record that was changed is as new as the change")
  func changedRecord() throws {
    let payload = Example.payload()
    var occurrence = Occurrence(attesting: try Example.image(), under: try Example.note(), signature: [], keyID: "k1")
    occurrence.attestation.serializedPayload = Data(payload)
    occurrence.attestation.signatures[0].signature = Data(try key.sign(payload))
    occurrence.createTime.seconds = now - 1000
    let compromised = try key.publicKey(
      id: "k1", revocation: .init(atSeconds: now, reason: .compromise(sinceSeconds: now - 500)))
    func codes() throws -> [String] {
      let offered = try #require(UnverifiedAttestation(occurrence))
      return try Example.attestor([compromised]).verdict(on: [offered], for: Example.image(), at: now).codes
    }
    #expect(try codes().isEmpty)
    occurrence.updateTime.seconds = now - 100
    #expect(try codes() == ["key-revoked"])
  }

  @Test("one key with two stories is refused when it is read")
  func twoStories() throws {
    let revoked = try key.publicKey(revocation: .init(atSeconds: now, reason: .superseded))
    let attestor = try Example.attestor([revoked, key.publicKey(id: "again")])
    #expect(throws: AttestationError.contradictoryKey(revoked.id, "again", attestor: attestor.name)) {
      try Attestors([attestor])
    }
    #expect(throws: Never.self) { try Attestors([Example.attestor([key.publicKey(), key.publicKey(id: "again")])]) }
  }

  @Test("one person in two attestors is refused when they are read")
  func onePerson() throws {
    let root = try TrustedRoot()
    func attestor(_ name: String, _ subject: String) throws -> Attestor {
      let identity = CertificateIdentity(subject: .exact(subject), issuer: .exact("https://issuer.example.test"))
      return Attestor(
        name: "projects/p/attestors/\(name)", note: try Example.note(name), keys: [],
        sigstore: SigstoreDemand(root: root, identities: [identity]))
    }
    #expect(throws: AttestationError.self) { try Attestors([attestor("a", "ann"), attestor("b", "ann")]) }
    #expect(throws: Never.self) { try Attestors([attestor("a", "ann"), attestor("b", "bob")]) }
  }

  @Test("what no witness saw does not outlive an end that has come")
  func undated() throws {
    func codes(_ record: AttestorKey) throws -> [String] {
      let offered = try Example.attestation(key.detached(), createdAtSeconds: nil)
      return try Example.attestor([record]).verdict(on: [offered], for: Example.image(), at: now).codes
    }
    #expect(try codes(key.publicKey(notAfter: now)).isEmpty)
    #expect(try codes(key.publicKey(notAfter: now - 1)) == ["malformed-attestation"])
    #expect(try codes(key.publicKey(notBefore: 0, notAfter: now)) == ["malformed-attestation"])
  }

  @Test("a bundle whose hint names no key is tried with every key, and one that names a key with that key")
  func hints() throws {
    let other = ExampleKey()
    let payload = Example.payload(type: "cosign container image signature")
    let attestor = try Example.attestor([other.publicKey(), key.publicKey()])
    let hash = Data(
      SHA256.hash(
        data: try PublicKey(
          pem: key.privateKey.publicKey.pemRepresentation, algorithm: .ecdsaP256SHA256
        ).subjectPublicKeyInfo))
    for (hint, isGood) in [("", true), ("my key", true), (hash.base64EncodedString(), true)] {
      let bundle = SigstoreBundle(
        content: .message(digest: nil, signature: try key.sign(payload)), material: .keyHint(hint))
      let offered = try Example.attestation(.bundle(bundle, payload: payload))
      #expect(try attestor.verdict(on: [offered], for: Example.image(), at: now).isSatisfied == isGood, "\(hint)")
    }
    let certified = SigstoreBundle(content: .message(digest: nil, signature: [1]), material: .certificates([[0x30, 0]]))
    let offered = try Example.attestation(.bundle(certified, payload: payload))
    #expect(
      try attestor.verdict(on: [offered], for: Example.image(), at: now).codes == [
        "untrusted-certificate", "untrusted-certificate",
      ])
  }
}
