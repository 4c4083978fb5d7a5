import Attestations
import Foundation
import Images
import Metadata
import Signing
import Testing

private let openssl = program("openssl")

@Suite("Signatures and openssl", .enabled(if: openssl != nil, "openssl is not installed"))
struct OpenSSLTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let algorithm: SignatureAlgorithm
    var salt: String?
    var testDescription: String { algorithm.rawValue + (salt.map { ", salt \($0)" } ?? "") }

    /// Of `openssl dgst`; nil for keys that sign without a digest.
    var options: [String]? {
      guard algorithm != .ed25519 else { return nil }
      let hash = "-sha" + algorithm.rawValue.suffix(3)
      guard let salt else { return [hash] }
      return [hash, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\(salt)"]
    }
  }

  /// All that openssl 3.0 knows: ML-DSA came with 3.5.
  static let cases: [Case] = Pairs.algorithms.filter { $0 != .mlDSA65 }.flatMap { algorithm in
    guard case .rsaPSS = algorithm.scheme else { return [Case(algorithm: algorithm)] }
    return ["max", "digest", "0"].map { Case(algorithm: algorithm, salt: $0) }
  }

  @Test("made by openssl verify here, whatever the salt", arguments: cases)
  func theirs(_ the: Case) throws {
    try withFolder { folder in
      let pair = try Pairs.of(the.algorithm)
      try writeSecret(pair.privatePEM.revealed, to: folder + "/key")
      let image = try PinnedReference(parsing: "registry.test/a@sha256:" + String(repeating: "a", count: 64))
      let payload = ContainerSignature(image).payload
      try Data(payload).write(to: URL(fileURLWithPath: folder + "/payload"))
      let files = ["-out", folder + "/sig"]
      let sign =
        the.options.map { ["dgst"] + $0 + ["-sign", folder + "/key"] + files + [folder + "/payload"] }
        ?? ["pkeyutl", "-sign", "-rawin", "-inkey", folder + "/key", "-in", folder + "/payload"] + files
      try #expect(run(openssl, sign).status == 0)
      let signature = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/sig")))
      let key = try AttestorKey(id: nil, algorithm: the.algorithm, pem: pair.publicPEM)
      let note = try NoteName(parsing: "projects/p/notes/n")
      let offered = UnverifiedAttestation(
        occurrence: "", note: note, createdAtSeconds: nil,
        envelope: .detached(payload: payload, [.init(keyID: key.id, bytes: signature)]))
      let verdict = Attestor(name: "a", note: note, keys: [key]).verdict(on: [offered], for: image, at: 0)
      #expect(verdict.isSatisfied, "\(verdict.refused)")
    }
  }

  @Test("made here verify with openssl", arguments: cases.filter { $0.salt != "max" && $0.salt != "0" })
  func ours(_ the: Case) async throws {
    let pair = try Pairs.of(the.algorithm)
    let payload = Array("any bytes".utf8)
    let signature = try await PKIXSigner(pem: pair.privatePEM, algorithm: the.algorithm).signature(over: payload)
    try withFolder { folder in
      try Data(payload).write(to: URL(fileURLWithPath: folder + "/payload"))
      try Data(signature).write(to: URL(fileURLWithPath: folder + "/sig"))
      try Data(pair.publicPEM.utf8).write(to: URL(fileURLWithPath: folder + "/pub"))
      let verify =
        the.options.map {
          ["dgst"] + $0 + ["-verify", folder + "/pub", "-signature", folder + "/sig", folder + "/payload"]
        } ?? [
          "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", folder + "/pub", "-sigfile", folder + "/sig", "-in",
          folder + "/payload",
        ]
      try #expect(run(openssl, verify).status == 0)
      try Data("other bytes".utf8).write(to: URL(fileURLWithPath: folder + "/payload"))
      try #expect(run(openssl, verify).status != 0)
    }
  }

  @Test(
    "have keys that openssl made, in each of the forms it writes",
    arguments: [
      (["ecparam", "-name", "prime256v1", "-genkey", "-noout"], SignatureAlgorithm.ecdsaP256SHA256),
      (["ecparam", "-name", "secp384r1", "-genkey", "-noout"], .ecdsaP384SHA384),
      (["ecparam", "-name", "secp521r1", "-genkey", "-noout"], .ecdsaP521SHA512),
      (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], .ecdsaP256SHA256),
      (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], .ecdsaP384SHA384),
      (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], .ecdsaP521SHA512),
      (["ecparam", "-name", "prime256v1", "-genkey"], .ecdsaP256SHA256), (["genpkey", "-algorithm", "ED25519"], .ed25519),
      (["genrsa", "2048"], .rsaPSS2048SHA256), (["genrsa", "-traditional", "3072"], .rsaPSS3072SHA256),
      (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:p"], .ecdsaP256SHA256),
      (["genpkey", "-algorithm", "ED25519", "-aes-128-cbc", "-pass", "pass:p"], .ed25519),
      (["genrsa", "-aes256", "-passout", "pass:p", "2048"], .rsaPSS2048SHA256),
    ])
  func keys(_ command: [String], _ algorithm: SignatureAlgorithm) throws {
    try withFolder { folder in
      let path = folder + "/key"
      var command = command
      command.insert(contentsOf: ["-out", path], at: 1)
      try #expect(run(openssl, command).status == 0)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      let signer = try PKIXSigner(pem: KeyFiles.readPrivateKey(path), password: Redacted("p"))
      #expect(signer.algorithm == algorithm)
      let shown = try run(openssl, ["pkey", "-in", path, "-passin", "pass:p", "-pubout"]).output
      #expect(shown == signer.publicPEM)
    }
  }

  @Test(
    "have no keys that openssl encrypted in an old or an unbounded way",
    arguments: [
      ["rsa", "-traditional", "-aes256", "-passout", "pass:p"],
      ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-passout", "pass:p"],
      ["pkcs8", "-topk8", "-scrypt", "-passout", "pass:p"],
    ])
  func refused(_ command: [String]) throws {
    try withFolder { folder in
      let (plain, path) = (folder + "/plain", folder + "/key")
      try writeSecret(try Pairs.of(.rsaPSS2048SHA256).privatePEM.revealed, to: plain)
      try #expect(run(openssl, command + ["-in", plain, "-out", path]).status == 0)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      let error = #expect(throws: SigningError.self) {
        try PKIXSigner(pem: KeyFiles.readPrivateKey(path), password: Redacted("p"))
      }
      #expect(error?.code == "malformed-private-key")
    }
  }

  @Test("have encrypted keys that openssl opens")
  func opened() throws {
    try withFolder { folder in
      for algorithm in [SignatureAlgorithm.ecdsaP384SHA384, .rsaPSS2048SHA256, .ed25519] {
        let pair = try KeyPair(generating: algorithm, format: .encrypted(password: Redacted("correct horse")))
        try writeSecret(pair.privatePEM.revealed, to: folder + "/key")
        let open = ["pkey", "-in", folder + "/key", "-pubout", "-passin"]
        #expect(try run(openssl, open + ["pass:correct horse"]).output == pair.publicPEM)
        #expect(try run(openssl, open + ["pass:wrong"]).status != 0)
      }
    }
  }
}
