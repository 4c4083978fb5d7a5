import Attestations
import Foundation
import Images
import Testing
import X509

@Suite("A trusted root")
struct TrustedRootTests {
  @Test(
    "is refused when it says too little",
    arguments: [
      ("mediaType", "text/plain"), ("tlogs.0.publicKey.validFor.start", ""), ("tlogs.0.publicKey.validFor.end", "yesterday"),
      ("tlogs.0.publicKey.validFor.end", "2019-01-01T00:00:00Z"), ("tlogs.0.publicKey.rawBytes", "%"),
      ("tlogs.0.logId.keyId", ""),
      ("certificateAuthorities.0.certChain.certificates.0.rawBytes", "AAAA"),
      ("certificateAuthorities.0.validFor.start", "2020"), ("timestampAuthorities.0.validFor.start", ""),
    ])
  func refusals(_ path: String, _ value: String) throws {
    let world = try ExampleSigstore()
    #expect(throws: AttestationError.self) { try world.root { change(&$0, at: path, to: value) } }
  }

  @Test("is refused when an authority has no certificate, and when it is no JSON")
  func empty() throws {
    let world = try ExampleSigstore()
    #expect(throws: AttestationError.self) {
      try world.root { change(&$0, at: "timestampAuthorities.0.certChain.certificates", to: [Any]()) }
    }
    #expect(throws: AttestationError.self) { try TrustedRoot(parsing: Array("no".utf8)) }
  }

  @Test("leaves out a log whose key is of a kind that nothing is signed with here")
  func unknownKeys() throws {
    let world = try ExampleSigstore()
    let root = try world.root { change(&$0, at: "tlogs.0.publicKey.rawBytes", to: [UInt8](repeating: 1, count: 40).base64) }
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: root)
    #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(try world.bundle().json, trust)) == "bad-log-proof")
  }

  /// What a private authority without Sigstore's services needs.
  @Test("may be a plain root, whose signers are known by a pattern")
  func plainRoots() throws {
    let world = try ExampleSigstore()
    var recipe = ExampleSigstore.Recipe()
    recipe.request.issuer = nil
    recipe.hasCertificateTimestamp = false
    var json = try world.bundle(recipe).json
    change(&json, at: "verificationMaterial.tlogEntries", to: nil)
    let bundle = try SigstoreBundle(parsing: try ExampleSigstore.text(json))
    guard case .certificates(let leaf) = bundle.material else { return }
    let whole = SigstoreBundle(
      content: .message(digest: nil, signature: bundle.signature),
      material: .certificates(leaf + [try world.authority.intermediate.bytes]))
    let pem = try world.authority.root.bytes.pem("CERTIFICATE")
    func code(_ pattern: String, at seconds: Int64 = ExampleSigstore.now, _ bundle: SigstoreBundle) throws -> String? {
      let identity = CertificateIdentity(subject: .pattern(try IdentityPattern(pattern)), issuer: .any)
      let trust = SigstoreTrust(
        signer: .identities([identity]), root: try TrustedRoot(rootsPEM: [pem]), requirements: .plainCertificates)
      return SigstoreVerdictTests.code(trust.verdict(on: bundle, over: .bytes(ExampleSigstore.artifact), at: seconds))
    }
    #expect(try code(#"https://github\.com/example/.*"#, whole) == nil)
    #expect(try code(#"github\.com/example"#, whole) == "wrong-identity")
    #expect(try code(".*", at: ExampleSigstore.now + 541, whole) == "untrusted-certificate")
    #expect(try code(".*", bundle) == "untrusted-certificate")
    #expect(throws: AttestationError.self) { try TrustedRoot(rootsPEM: ["no"]) }
    #expect(throws: AttestationError.self) { try TrustedRoot(logs: [(id: "zz", pem: "")]) }
  }

  @Test("does not lead through a certificate that is no authority, or that has ended before the signature")
  func brokenPaths() throws {
    var world = try ExampleSigstore()
    let identity = SigstoreTrust.Signer.identities([ExampleSigstore.identity])
    for authority in [
      try ExampleAuthority(named: "fulcio", usage: .codeSigning, intermediateIsAuthority: false),
      try ExampleAuthority(
        named: "fulcio", usage: .codeSigning,
        intermediateEnd: Date(timeIntervalSince1970: TimeInterval(ExampleSigstore.now - 1))),
      try ExampleAuthority(named: "fulcio", usage: .timeStamping),
    ] {
      world.authority = authority
      var recipe = ExampleSigstore.Recipe()
      recipe.request.usage = .codeSigning
      let trust = SigstoreTrust(signer: identity, root: try world.root())
      #expect(
        SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(try world.bundle(recipe).json, trust))
          == "untrusted-certificate")
    }
  }
}
