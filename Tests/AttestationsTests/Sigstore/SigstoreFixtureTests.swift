import Attestations
import Foundation
import Images
import Testing

/// Bundles that the public service and the suite of conforming clients have made; the folder's README names their sources.
@Suite("A published Sigstore bundle")
struct SigstoreFixtureTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  private static let now: Int64 = 1_790_000_000

  struct Published {
    let name: String
    let bundle: [UInt8]
    let root: TrustedRoot
    let digest: SignedArtifact
    let signer: SigstoreTrust.Signer

    init(_ name: String) throws {
      let place = folder.appendingPathComponent(name)
      func text(_ file: String) -> String? {
        (try? String(contentsOf: place.appendingPathComponent(file), encoding: .utf8))?.trimmingCharacters(in: .newlines)
      }
      self.name = name
      bundle = Array(try Data(contentsOf: place.appendingPathComponent("bundle.sigstore.json")))
      let own = try? Data(contentsOf: place.appendingPathComponent("trusted_root.json"))
      root = try TrustedRoot(
        parsing: Array(try own ?? Data(contentsOf: folder.appendingPathComponent("trusted_root.json"))))
      digest = .digest(try Digest(parsing: text("digest") ?? ""))
      if let pem = text("key.pub") {
        signer = .key(try PublicKey(pem: pem, algorithm: .ecdsaP256SHA256))
      } else {
        let beacon =
          "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
          + "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
        signer = .identities([
          CertificateIdentity(
            subject: .exact(text("identity") ?? beacon),
            issuer: .exact(text("issuer") ?? "https://token.actions.githubusercontent.com"))
        ])
      }
    }

    func verdict(_ bytes: [UInt8]) throws(SigstoreRefusal) -> Result<VerifiedBundle, SigstoreRefusal> {
      SigstoreTrust(signer: signer, root: root).verdict(on: try SigstoreBundle(parsing: bytes), over: digest, at: now)
    }
  }

  static let names = [
    "dsse-by-a-service-account", "dsse-by-circleci", "dsse-by-a-person-staging", "dsse-by-github", "rekor2-dsse-staging",
    "intoto-by-a-key", "hashedrekord-v01-p384",
  ]

  @Test("verifies against the published root", arguments: names)
  func verifies(_ name: String) throws {
    let published = try Published(name)
    #expect(throws: Never.self) { try published.verdict(published.bundle).get() }
  }

  @Test("is refused with the log entry of another signature by the same signer over the same artifact")
  func swapped() throws {
    let published = try Published("dsse-with-the-entry-of-another-signature_fail")
    #expect(SigstoreVerdictTests.code(try published.verdict(published.bundle)) == "wrong-log-entry")
  }

  @Test("is refused at a time before it was made", arguments: names.filter { $0 != "intoto-by-a-key" })
  func future(_ name: String) throws {
    let published = try Published(name)
    let trust = SigstoreTrust(signer: published.signer, root: published.root)
    let result = trust.verdict(on: try SigstoreBundle(parsing: published.bundle), over: published.digest, at: 1_600_000_000)
    #expect(SigstoreVerdictTests.code(result) == "bad-timestamp")
  }

  @Test("is refused when it is cut short, wherever that is", arguments: names)
  func cutShort(_ name: String) throws {
    let published = try Published(name)
    let end = published.bundle.lastIndex(of: UInt8(ascii: "}")) ?? 0
    for count in stride(from: 0, through: end, by: 7) {
      #expect(throws: SigstoreRefusal.self) { try published.verdict(Array(published.bundle.prefix(count))).get() }
    }
  }

  @Test("is refused when any character of what is checked is another", arguments: names)
  func damaged(_ name: String) throws {
    let published = try Published(name)
    let checked =
      #/"(?:rawBytes|rootHash|signedEntryTimestamp|canonicalizedBody|payload|sig|signature|envelope|signedTimestamp)": "[^"]*/#
    let text = String(decoding: published.bundle, as: UTF8.self)
    for match in text.matches(of: checked) {
      let start = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
      let count = match.output.utf8.count
      for offset in stride(from: count - 5, to: count / 2, by: -max(1, count / 6)) {
        var bytes = published.bundle
        bytes[start + offset] = bytes[start + offset] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(throws: SigstoreRefusal.self) { try published.verdict(bytes).get() }
      }
    }
  }

  @Test("is read to an end when a bit of what its base64 holds is another", arguments: names)
  func damagedInside(_ name: String) throws {
    let published = try Published(name)
    let text = String(decoding: published.bundle, as: UTF8.self)
    var seed: UInt64 = 7
    for match in text.matches(of: #/": "([A-Za-z0-9+\/]{40,}=*)"/#) {
      guard let whole = Data(base64Encoded: String(match.output.1)) else { continue }
      for _ in 0..<12 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var bytes = whole
        bytes[Int(seed >> 33) % bytes.count] ^= 1 << UInt8(seed >> 8 & 7)
        let damaged = text.replacing(match.output.1, with: bytes.base64EncodedString())
        _ = try? published.verdict(Array(damaged.utf8))
      }
    }
  }
}
