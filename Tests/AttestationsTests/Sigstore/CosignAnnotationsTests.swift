import Attestations
import Foundation
import Images
import SwiftASN1
import Testing
import X509

@Suite("The annotations of cosign")
struct CosignAnnotationsTests {
  private static func pem(_ certificates: [Certificate]) throws -> String {
    try certificates.map { try $0.bytes.pem("CERTIFICATE") }.joined()
  }

  private static func annotations(_ world: ExampleSigstore) throws -> [String: String] {
    let bundle = try SigstoreBundle(parsing: try ExampleSigstore.text(try world.bundle().json))
    let entry = try #require(bundle.logEntries.first)
    guard case .certificates(let chain) = bundle.material else { return [:] }
    let log: [String: Any] = [
      "SignedEntryTimestamp": (entry.promise ?? []).base64,
      "Payload": [
        "body": entry.body.base64, "integratedTime": entry.integratedTimeSeconds, "logIndex": entry.logIndex,
        "logID": lowerHex(entry.logID),
      ] as [String: Any],
    ]
    return [
      "dev.cosignproject.cosign/signature": bundle.signature.base64,
      "dev.sigstore.cosign/certificate": try pem([try Certificate(derEncoded: chain[0])]),
      "dev.sigstore.cosign/chain": try pem([world.authority.intermediate, world.authority.root]),
      "dev.sigstore.cosign/bundle": String(decoding: try ExampleSigstore.text(log), as: UTF8.self),
    ]
  }

  @Test("are read as a bundle that counts like any other")
  func counts() throws {
    let world = try ExampleSigstore()
    let bundle = try SigstoreBundle(cosignAnnotations: try Self.annotations(world))
    guard case .certificates(let chain) = bundle.material else { return }
    #expect(chain.count == 2)
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    let verified = try trust.verdict(on: bundle, over: .bytes(ExampleSigstore.artifact), at: ExampleSigstore.now).get()
    #expect(verified.signedAtSeconds == ExampleSigstore.now)
    let other = trust.verdict(on: bundle, over: .bytes([1]), at: ExampleSigstore.now)
    #expect(SigstoreVerdictTests.code(other) == "bad-signature")
  }

  @Test(
    "are refused in another form",
    arguments: [
      ("dev.cosignproject.cosign/signature", ""), ("dev.cosignproject.cosign/signature", "AA"),
      ("dev.sigstore.cosign/certificate", "no"), ("dev.sigstore.cosign/bundle", "{}"), ("dev.sigstore.cosign/bundle", ""),
      ("dev.sigstore.cosign/bundle", #"{"SignedEntryTimestamp":"","Payload":{"logID":"00"}}"#),
      ("dev.sigstore.cosign/rfc3161timestamp", "{}"),
    ])
  func refusals(_ name: String, _ value: String) throws {
    var annotations = try Self.annotations(try ExampleSigstore())
    annotations[name] = value
    #expect(throws: SigstoreRefusal.self) { try SigstoreBundle(cosignAnnotations: annotations) }
  }

  /// The case of CVE-2022-36056: a promise that is good, for another signature.
  @Test("are refused with a log bundle of another signature")
  func swapped() throws {
    let world = try ExampleSigstore()
    var annotations = try Self.annotations(world)
    annotations["dev.sigstore.cosign/bundle"] = try Self.annotations(world)["dev.sigstore.cosign/bundle"]
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    let result = trust.verdict(
      on: try SigstoreBundle(cosignAnnotations: annotations), over: .bytes(ExampleSigstore.artifact), at: ExampleSigstore.now)
    #expect(SigstoreVerdictTests.code(result) == "wrong-log-entry")
  }
}
