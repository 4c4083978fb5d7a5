import Attestations
import Crypto
import Foundation
import Images
import Testing
import X509

@Suite("A Sigstore bundle")
struct SigstoreVerdictTests {
  typealias Recipe = ExampleSigstore.Recipe

  /// A recipe with one change, and the code that it must be refused with; nil when it must verify.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String?
    let edit: @Sendable (inout Recipe) throws -> Void

    init(_ name: String, _ code: String?, _ edit: @escaping @Sendable (inout Recipe) throws -> Void) {
      testDescription = name
      self.code = code
      self.edit = edit
    }
  }

  static let now = ExampleSigstore.now

  static func verdict(
    _ json: [String: Any], _ trust: SigstoreTrust, artifact: SignedArtifact = .bytes(ExampleSigstore.artifact), at: Int64 = now
  ) throws -> Result<VerifiedBundle, SigstoreRefusal> {
    do {
      return trust.verdict(on: try SigstoreBundle(parsing: try ExampleSigstore.text(json)), over: artifact, at: at)
    } catch let refusal as SigstoreRefusal {
      return .failure(refusal)
    }
  }

  static func code(_ result: Result<VerifiedBundle, SigstoreRefusal>) -> String? {
    if case .failure(let refusal) = result { refusal.code } else { nil }
  }

  @Test(
    "counts when everything holds, whatever kind its log entry is", arguments: ExampleSigstore.Kind.allCases, [false, true])
  func kinds(_ kind: ExampleSigstore.Kind, _ isEnvelope: Bool) throws {
    let isAboutEnvelopes = kind == .dsse1 || kind == .dsse2 || kind == .intoto2
    guard isEnvelope || !isAboutEnvelopes else { return }
    let world = try ExampleSigstore()
    var recipe = Recipe()
    recipe.kind = kind
    recipe.isEnvelope = isEnvelope
    recipe.hasTimestamp = kind.isTiled
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    let verified = try Self.verdict(try world.bundle(recipe).json, trust).get()
    #expect(verified.signedAtSeconds == Self.now)
    #expect(verified.logs == 1)
    #expect(verified.timestamps == (kind.isTiled ? 1 : 0))
    #expect(verified.statement?.payload == (isEnvelope ? ExampleSigstore.statement : nil))
    guard case .certificate(let signer, _) = verified.signer else { throw TestFailure() }
    #expect(signer.subjects == [ExampleAuthority.Request().subject])
    #expect(signer.issuer == "https://token.actions.githubusercontent.com")
  }

  struct TestFailure: Error {}

  static let recipes: [Case] = [
    Case("version 0.1 with a promise alone", nil) {
      $0.version = "0.1"; $0.hasProof = false
    },
    Case("version 0.1 without a promise", "malformed-bundle") {
      $0.version = "0.1"; $0.hasPromise = false
    },
    Case("version 0.2 with proof and promise", nil) { $0.version = "0.2" },
    Case("version 0.3 with a promise alone", "malformed-bundle") { $0.hasProof = false },
    Case("an unknown version", "unsupported-bundle") { $0.version = "0.9" },
    Case("no promise and no timestamp, so no trusted time", "no-trusted-time") { $0.hasPromise = false },
    Case("no promise but a timestamp", nil) {
      $0.hasPromise = false; $0.hasTimestamp = true
    },
    Case("a timestamp that brings its certificate", nil) {
      $0.hasTimestamp = true; $0.carriesTimestampCertificate = true
    },
    Case("a timestamp of another signature", "bad-timestamp") {
      $0.hasTimestamp = true; $0.stampedSignature = [1, 2, 3]
    },
    Case("a timestamp outside the certificate's life", "untrusted-certificate") {
      $0.hasTimestamp = true
      $0.request.endSeconds = now + 100
      $0.stampSeconds = now + 200
    },
    Case("an entry from after the certificate's life", "untrusted-certificate") {
      $0.request.startSeconds = now - 7200
      $0.request.endSeconds = now - 3600
    },
    Case("an entry from the last second of the certificate's life", nil) { $0.request.endSeconds = now },
    Case("an entry from the future", "bad-timestamp") {
      $0.entrySeconds = now + 301
    },
    Case("another subject", "wrong-identity") { $0.request.subject = "https://github.com/evil/app" },
    Case("a subject that only holds the wanted one", "wrong-identity") {
      $0.request.subject = "https://evil.test/?" + ExampleAuthority.Request().subject
    },
    Case("another issuer", "wrong-identity") { $0.request.issuer = "https://accounts.example.test" },
    Case("no issuer", "wrong-identity") { $0.request.issuer = nil },
    Case("a certificate for servers", "untrusted-certificate") { $0.request.usage = .serverAuth },
    Case("a certificate that is an authority", "untrusted-certificate") { $0.request.isAuthority = true },
    Case("an unknown critical extension", "untrusted-certificate") { $0.request.hasUnknownCritical = true },
    Case("a key that may not sign", "untrusted-certificate") { $0.request.mayDigitallySign = false },
    Case("no certificate timestamp", "bad-certificate-timestamp") { $0.hasCertificateTimestamp = false },
    Case("a certificate timestamp for another issuer", "bad-certificate-timestamp") { $0.certificateTimestampIssuer = [1] },
    Case("the log entry of another hash", "wrong-log-entry") { $0.loggedHash = Array(repeating: 1, count: 32) },
    Case("the log entry of another signature", "wrong-log-entry") { $0.loggedSignature = [1, 2, 3] },
    Case("the log entry of another certificate", "wrong-log-entry") { $0.loggedVerifier = [0x30, 0] },
    Case("the log entry of another hash of an envelope", "wrong-log-entry") {
      $0.isEnvelope = true
      $0.kind = .dsse1
      $0.loggedHash = Array(repeating: 1, count: 32)
    },
    Case("an envelope about another artifact", "wrong-digest") {
      $0.isEnvelope = true
      $0.subjectDigest = String(repeating: "0", count: 64)
    },
    Case("an envelope of another type", "unsupported-bundle") {
      $0.isEnvelope = true
      $0.payloadType = "text/plain"
    },
    Case("a bare key", "wrong-signer") { $0.hasKeyAlone = true },
  ]

  @Test("is held against each of its parts", arguments: recipes)
  func parts(_ the: Case) throws {
    let world = try ExampleSigstore()
    var recipe = Recipe()
    try the.edit(&recipe)
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    #expect(Self.code(try Self.verdict(try world.bundle(recipe).json, trust)) == the.code)
  }

  @Test("counts by a key that is trusted, over bytes alone")
  func keys() throws {
    let world = try ExampleSigstore()
    var recipe = Recipe()
    recipe.hasKeyAlone = true
    let (json, key) = try world.bundle(recipe)
    func trust(_ key: P256.Signing.PrivateKey) throws -> SigstoreTrust {
      let publicKey = try PublicKey(pem: key.publicKey.pemRepresentation, algorithm: .ecdsaP256SHA256)
      return SigstoreTrust(signer: .key(publicKey), root: try world.root())
    }
    let verified = try Self.verdict(json, try trust(key)).get()
    #expect(verified.signer == .key)
    #expect(Self.code(try Self.verdict(json, try trust(P256.Signing.PrivateKey()))) == "bad-signature")
    #expect(Self.code(try Self.verdict(try world.bundle().json, try trust(key))) == "wrong-signer")
    let digest = SignedArtifact.digest(Digest(sha256Of: ExampleSigstore.artifact))
    #expect(Self.code(try Self.verdict(json, try trust(key), artifact: digest)) == "artifact-needed")
  }

  @Test("counts over the digest of the artifact, and over no other artifact")
  func artifacts() throws {
    let world = try ExampleSigstore()
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    let json = try world.bundle().json
    let digest = Digest(sha256Of: ExampleSigstore.artifact)
    #expect(Self.code(try Self.verdict(json, trust, artifact: .digest(digest))) == nil)
    #expect(Self.code(try Self.verdict(json, trust, artifact: .bytes([1]))) == "wrong-digest")
    #expect(Self.code(try Self.verdict(json, trust, artifact: .digest(Digest(sha256Of: [1])))) == "wrong-digest")
  }

  @Test("is refused when the root is another's, or no longer counts")
  func roots() throws {
    let world = try ExampleSigstore()
    var recipe = Recipe()
    recipe.hasTimestamp = true
    let json = try world.bundle(recipe).json
    func code(_ edit: (inout [String: Any]) throws -> Void) throws -> String? {
      let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root(change: edit))
      return Self.code(try Self.verdict(json, trust))
    }
    let other = try ExampleAuthority(named: "fulcio", usage: .codeSigning)
    let (before, noon) = ("2026-05-04T11:59:59Z", "2026-05-04T12:00:00Z")
    #expect(try code { _ in } == nil)
    #expect(
      try code {
        change(&$0, at: "certificateAuthorities.0.certChain.certificates.1.rawBytes", to: try other.root.base64)
      } == "untrusted-certificate")
    #expect(try code { change(&$0, at: "certificateAuthorities.0.validFor.end", to: before) } == "untrusted-certificate")
    #expect(try code { change(&$0, at: "certificateAuthorities.0.validFor.end", to: noon) } == nil)
    #expect(try code { change(&$0, at: "tlogs.0.publicKey.validFor.end", to: before) } == "bad-log-proof")
    #expect(try code { change(&$0, at: "tlogs.0.publicKey.validFor.end", to: noon) } == nil)
    #expect(try code { $0["tlogs"] = [ExampleLog.ecdsa("rekor.test").json()] } == "bad-log-proof")
    #expect(try code { $0["ctlogs"] = [ExampleLog.ecdsa("ct.test").json()] } == "bad-certificate-timestamp")
    #expect(try code { change(&$0, at: "ctlogs.0.publicKey.validFor.end", to: before) } == "bad-certificate-timestamp")
    #expect(try code { $0["timestampAuthorities"] = [try ExampleTimestampAuthority(named: "tsa").json()] } == nil)
    #expect(try code { $0["timestampAuthorities"] = [try world.timestamps.json(end: before)] } == "bad-timestamp")
    #expect(try code { $0["timestampAuthorities"] = [try world.timestamps.json(end: noon)] } == nil)
  }

  @Test("takes its issuer from the path that verifies, not from a name that two authorities share")
  func sharedNames() throws {
    let world = try ExampleSigstore()
    let decoy = try ExampleAuthority(named: "fulcio", usage: .codeSigning)
    let root = try world.root { json in
      let real = (json["certificateAuthorities"] as? [Any]) ?? []
      var copy = try JSONSerialization.jsonObject(with: Data(ExampleSigstore.text(["a": real]))) as? [String: Any] ?? [:]
      change(&copy, at: "a.0.certChain.certificates.0.rawBytes", to: try decoy.intermediate.base64)
      change(&copy, at: "a.0.certChain.certificates.1.rawBytes", to: try decoy.root.base64)
      json["certificateAuthorities"] = (copy["a"] as? [Any] ?? []) + real
    }
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: root)
    #expect(Self.code(try Self.verdict(try world.bundle().json, trust)) == nil)
  }
}
