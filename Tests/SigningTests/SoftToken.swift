import Attestations
import Foundation
import Images
import Signing
import TestSupport

/// A SoftHSM with tokens in a folder of its own.
///
/// The module reads its configuration once in a process, from the environment, so all tests share one.
struct SoftToken {
  static let whyNot = "softhsm2 or opensc is not installed"
  static let module = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"]
    .first(where: FileManager.default.isReadableFile)
  static var isInstalled: Bool { module != nil && program("softhsm2-util") != nil && program("pkcs11-tool") != nil }

  static let pin = "1234-5678"
  /// Its keys, by label, and their ids.
  static let keys: [(label: String, id: String, kind: String)] = [
    ("p256", "01", "EC:prime256v1"), ("p521", "02", "EC:secp521r1"), ("rsa2048", "03", "rsa:2048"),
    ("rsa4096", "04", "rsa:4096"),
  ]
  /// What pkcs11-tool 0.23 makes but cannot read again is made here and put into the token.
  static let imported: [(label: String, id: String, algorithm: SignatureAlgorithm)] = [
    ("p384", "11", .ecdsaP384SHA384), ("ed25519", "12", .ed25519),
  ]

  /// Made once: the token `shop` with all keys, and two tokens `twin`.
  static let shared = Result { try SoftToken() }

  let folder: TemporaryFolder
  let configuration: String

  private init() throws {
    folder = try TemporaryFolder()
    configuration = folder.path("softhsm2.conf")
    try folder.write(["tokens/none": []])
    try Data("directories.tokendir = \(folder.path("tokens"))\nlog.level = ERROR\n".utf8)
      .write(to: URL(fileURLWithPath: configuration))
    setenv("SOFTHSM2_CONF", configuration, 1)
    for label in ["shop", "twin", "twin"] {
      try run(program("softhsm2-util"), ["--init-token", "--free", "--label", label, "--pin", Self.pin, "--so-pin", "87654321"])
    }
    for key in Self.keys {
      try tool(["--keypairgen", "--key-type", key.kind, "--label", key.label, "--id", key.id])
    }
    for key in Self.imported {
      try writeSecret(try Pairs.of(key.algorithm).privatePEM.revealed, to: folder.path("import.pem"))
      let names = ["--token", "shop", "--label", key.label, "--id", key.id, "--pin", Self.pin]
      try run(program("softhsm2-util"), ["--import", folder.path("import.pem")] + names)
    }
    for id in ["07", "08"] { try tool(["--keypairgen", "--key-type", "EC:prime256v1", "--label", "double", "--id", id]) }
  }

  @discardableResult
  private func tool(_ arguments: [String]) throws -> Int32 {
    try run(
      program("pkcs11-tool"), ["--module", Self.module ?? "", "--token-label", "shop", "--login", "--pin", Self.pin] + arguments
    ).status
  }

  /// What another program reads out of the token, or what was put in.
  func publicPEM(_ label: String) throws -> String? {
    if let key = Self.imported.first(where: { $0.label == label }) { return try Pairs.of(key.algorithm).publicPEM }
    let file = folder.path("\(label).der")
    guard try tool(["--read-object", "--type", "pubkey", "--label", label, "--output-file", file]) == 0 else { return nil }
    let shown = try run(program("openssl"), ["pkey", "-pubin", "-inform", "DER", "-in", file, "-pubout"])
    return shown.status == 0 ? shown.output : nil
  }

  var settings: SignerSettings {
    var settings = SignerSettings()
    settings.token.modulePath = Self.module
    settings.token.pin = .init(Self.pin)
    return settings
  }
}
