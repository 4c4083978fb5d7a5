import Attestations
import Contracts
import Foundation
import Images
import Signing
import Testing

private let gpg = program("gpg")

@Suite("An OpenPGP signer", .enabled(if: gpg != nil, "gpg is not installed"))
struct OpenPGPSignerTests {
  /// A home of gpg with one new key.
  private func withKey(
    _ kind: String, passphrase: String, _ body: (_ home: String, _ secret: String, _ fingerprint: String) async throws -> Void
  ) async throws {
    try await withFolder { home in
      let quiet = ["--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase]
      #expect(try run(gpg, quiet + ["--quick-generate-key", "Shop <shop@example.test>", kind, "sign", "never"]).status == 0)
      let listed = try run(gpg, ["--homedir", home, "--with-colons", "--list-secret-keys"]).output
      let print = listed.split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":").last
      let secret = try run(gpg, quiet + ["--armor", "--export-secret-keys"]).output
      defer { _ = try? run(program("gpgconf"), ["--homedir", home, "--kill", "all"]) }
      try await body(home, secret, String(try #require(print)))
    }
  }

  @Test(
    "makes messages that gpg verifies, and is named by the whole fingerprint",
    arguments: [
      "rsa2048", "rsa3072", "nistp256", "nistp384", "ed25519",
    ])
  func verified(kind: String) async throws {
    for passphrase in ["", "correct horse"] {
      try await withKey(kind, passphrase: passphrase) { home, secret, fingerprint in
        try writeSecret(secret, to: home + "/secret.asc")
        var settings = SignerSettings()
        settings.password = passphrase.isEmpty ? nil : Redacted(passphrase)
        let signer = try await SignerReference(parsing: home + "/secret.asc").open(settings)
        #expect(signer.keyID == fingerprint && signer.algorithm == .openPGP)
        let payload = Array("the statement \u{1F512}\r\n".utf8)
        let message = try await signer.signature(over: payload)
        #expect(String(decoding: message, as: UTF8.self).hasPrefix("-----BEGIN PGP MESSAGE-----\n"))
        try Data(message).write(to: URL(fileURLWithPath: home + "/message"))
        let verify = ["--homedir", home, "--batch", "--status-fd", "1", "--output", home + "/out", "--yes", "--decrypt"]
        let said = try run(gpg, verify + [home + "/message"])
        #expect(said.status == 0)
        #expect(said.output.contains("VALIDSIG \(fingerprint)"))
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: home + "/out"))) == payload)
        let key = try OpenPGPKey(armored: signer.publicPEM)
        let now = Int64(Date().timeIntervalSince1970)
        #expect(try OpenPGPMessage(parsing: message).verified(by: key, at: now, .goodNow).bytes == payload)
      }
    }
  }

  @Test("keeps the contract of signers", arguments: ["rsa2048", "nistp256", "ed25519"])
  func contract(kind: String) async throws {
    try await withKey(kind, passphrase: "correct horse") { home, secret, _ in
      let signer = try await OpenPGPSigner(armored: Redacted(secret), passphrase: Redacted("correct horse"))
      let shown = try run(gpg, ["--homedir", home, "--armor", "--export"]).output
      // Made while the test runs, and a minute is no more than clocks may differ by.
      let now = Int64(Date().timeIntervalSince1970) + 60
      #expect(try await SignerContract(signer, publicPEM: shown, nowSeconds: now).breaches() == [])
    }
  }

  @Test("is refused with a wrong passphrase or without one, a cut key, a public key, and two keys in one file")
  func refused() async throws {
    try await withKey("ed25519", passphrase: "correct horse") { home, secret, _ in
      let signer = try await OpenPGPSigner(armored: Redacted(secret), passphrase: Redacted("wrong"))
      #expect(await refusal { try await signer.signature(over: [1]) } == .wrongPassword)
      let without = try await OpenPGPSigner(armored: Redacted(secret), passphrase: nil)
      #expect(await refusal { try await without.signature(over: [1]) } == .passwordNeeded)
      let cut = Redacted(String(secret.prefix(secret.count / 2)))
      #expect(await refusal { try await OpenPGPSigner(armored: cut, passphrase: nil) } != nil)
      let shown = Redacted(try run(gpg, ["--homedir", home, "--armor", "--export"]).output)
      #expect(await refusal { try await OpenPGPSigner(armored: shown, passphrase: nil) } != nil)
      try await withKey("ed25519", passphrase: "") { _, other, _ in
        let both = Redacted(secret + other)
        #expect(await refusal { try await OpenPGPSigner(armored: both, passphrase: nil) } != nil)
      }
    }
  }

  @Test("signs several statements at once, and leaves no home and no agent behind")
  func atOnce() async throws {
    try await withKey("ed25519", passphrase: "") { _, secret, _ in
      let signer = try await OpenPGPSigner(armored: Redacted(secret), passphrase: nil)
      let all = try await mapAtOnce(Array(0..<4 as Range<UInt8>), width: 4) { try await signer.signature(over: [$0]) }
      #expect(Set(all).count == 4)
    }
  }

  @Test("may be a key that gpg keeps, by its whole fingerprint")
  func kept() async throws {
    try await withKey("ed25519", passphrase: "correct horse") { home, _, fingerprint in
      var settings = SignerSettings(environment: ["GNUPGHOME": home, "PRATIQUE_KEY_PASSWORD": "correct horse"])
      let signer = try await SignerReference(parsing: "gpg:\(fingerprint)").open(settings)
      try Data(try await signer.signature(over: [1, 2])).write(to: URL(fileURLWithPath: home + "/message"))
      #expect(try run(gpg, ["--homedir", home, "--batch", "--decrypt", home + "/message"]).status == 0)
      settings.password = Redacted("wrong")
      try run(program("gpgconf"), ["--homedir", home, "--kill", "gpg-agent"])
      let other = try await SignerReference(parsing: "gpg:\(fingerprint)").open(settings)
      #expect(await refusal { try await other.signature(over: [1]) } == .wrongPassword)
    }
  }

  @Test("of the user's home is refused when there is no such key")
  func absent() async throws {
    let reference = try SignerReference(parsing: "gpg:" + String(repeating: "0", count: 40))
    #expect(await refusal { try await reference.open() } != nil)
  }
}
