import Attestations
import Foundation
import Images
import Metadata
import Signing
import TestSupport
import Testing

/// Runs the `openssl` program, nil when it is not installed.
private let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first(where: FileManager.default.isExecutableFile)

@Suite("Signatures and openssl", .enabled(if: openssl != nil, "openssl is not installed"))
struct OpenSSLTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let algorithm: SignatureAlgorithm
    var salt: String?
    var testDescription: String { algorithm.rawValue + (salt.map { ", salt \($0)" } ?? "") }

    var options: [String] {
      let hash = algorithm == .rsaPSS4096SHA512 ? "-sha512" : "-sha256"
      guard let salt else { return [hash] }
      return [hash, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\(salt)"]
    }
  }

  /// One key for each algorithm: making a large RSA key takes a second.
  static let pairs = Result {
    try Dictionary(uniqueKeysWithValues: SignatureAlgorithm.allCases.map { ($0, try KeyPair(generating: $0)) })
  }

  static let cases =
    [Case(algorithm: .ecdsaP256SHA256)]
    + [.rsaPSS2048SHA256, .rsaPSS3072SHA256, .rsaPSS4096SHA256, .rsaPSS4096SHA512].flatMap { algorithm in
      ["max", "digest", "0"].map { Case(algorithm: algorithm, salt: $0) }
    }

  @Test("made by openssl verify here, whatever the salt", arguments: cases)
  func theirs(_ the: Case) throws {
    try withFolder { folder in
      let pair = try #require(Self.pairs.get()[the.algorithm])
      try KeyFiles.write(pair, privateKey: folder + "/key", publicKey: folder + "/pub")
      let image = try PinnedReference(parsing: "registry.test/a@sha256:" + String(repeating: "a", count: 64))
      let payload = ContainerSignature(image).payload
      try Data(payload).write(to: URL(fileURLWithPath: folder + "/payload"))
      try #expect(run(["dgst"] + the.options + ["-sign", folder + "/key", "-out", folder + "/sig", folder + "/payload"]) == 0)
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
    let pair = try #require(Self.pairs.get()[the.algorithm])
    let payload = Array("any bytes".utf8)
    let signature = try await PKIXSigner(pem: pair.privatePEM, algorithm: the.algorithm).signature(over: payload)
    try withFolder { folder in
      try Data(payload).write(to: URL(fileURLWithPath: folder + "/payload"))
      try Data(signature).write(to: URL(fileURLWithPath: folder + "/sig"))
      try Data(pair.publicPEM.utf8).write(to: URL(fileURLWithPath: folder + "/pub"))
      let verify = ["dgst"] + the.options + ["-verify", folder + "/pub", "-signature", folder + "/sig", folder + "/payload"]
      try #expect(run(verify) == 0)
      try Data("other bytes".utf8).write(to: URL(fileURLWithPath: folder + "/payload"))
      try #expect(run(verify) != 0)
    }
  }

  @Test("keys made by openssl are read, in each of the forms it writes")
  func keys() throws {
    try withFolder { folder in
      let path = folder + "/key"
      for form in [
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout"],
        ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ] {
        try #expect(run(form + ["-out", path]) == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try PKIXSigner(pem: KeyFiles.readPrivateKey(path)).algorithm == .ecdsaP256SHA256)
      }
    }
  }

  private func run(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: openssl ?? "")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.start()
    process.waitForEnd()
    return process.terminationStatus
  }
}
