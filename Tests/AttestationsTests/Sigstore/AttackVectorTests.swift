import Attestations
import Foundation
import Images
import Testing

@Suite("The attack on a Sigstore signature")
struct AttackVectorTests {
  private static let now = Example.noonOfFourthMay2026
  private static var payload: [UInt8] { Array(Data(base64Encoded: AttackVectors.payload) ?? Data()) }

  @Test(
    "by an identity that only looks like the allowed one is refused (S26)",
    arguments: [
      (AttackVectors.goodLeaf, nil), (AttackVectors.containingLeaf, "wrong-identity"),
      (AttackVectors.unescapedLeaf, "wrong-identity"),
    ] as [(String, String?)])
  func identities(_ leaf: String, _ code: String?) throws {
    let identity = CertificateIdentity(
      subject: .pattern(try IdentityPattern(#"https://github\.com/shopify/.*"#)), issuer: .any)
    let trust = SigstoreTrust(
      signer: .identities([identity]), root: try TrustedRoot(rootsPEM: [AttackVectors.root]), requirements: .plainCertificates)
    let signature = Array(Data(base64Encoded: AttackVectors.certificateSignature) ?? Data())
    let bundle = SigstoreBundle(
      content: .message(digest: nil, signature: signature),
      material: .certificates(try SigstoreBundle.certificates(inPEM: leaf)))
    let result = trust.verdict(on: bundle, over: .bytes(Self.payload), at: Self.now)
    #expect(SigstoreVerdictTests.code(result) == code)
  }

  @Test("with the log entry of another artifact is refused where a log is demanded (S25)")
  func otherEntry() throws {
    let key = try PublicKey(pem: AttackVectors.builderKey, algorithm: .ecdsaP256SHA256)
    let root = try TrustedRoot(logs: [(id: AttackVectors.logID, pem: AttackVectors.logKey)])
    let trust = SigstoreTrust(signer: .key(key), root: root)
    var annotations = ["dev.cosignproject.cosign/signature": AttackVectors.keySignature]
    func code(_ payload: [UInt8]) throws -> String? {
      let bundle = try SigstoreBundle(cosignAnnotations: annotations)
      return SigstoreVerdictTests.code(trust.verdict(on: bundle, over: .bytes(payload), at: Self.now))
    }
    #expect(try code(Self.payload) == "too-few-logs")
    annotations["dev.sigstore.cosign/bundle"] = AttackVectors.logBundle
    #expect(try code(Self.payload) == "wrong-log-entry")
    #expect(try code([1]) == "bad-signature")
  }
}
