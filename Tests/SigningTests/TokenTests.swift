import Attestations
import Contracts
import Foundation
import Images
import Signing
import TestSupport
import Testing

@Suite("A PKCS#11 token", .enabled(if: SoftToken.isInstalled, "\(SoftToken.whyNot)"), .serialized)
struct TokenTests {
  @Test(
    "signs as every signer must",
    arguments: [
      ("p256", SignatureAlgorithm.ecdsaP256SHA256), ("p384", .ecdsaP384SHA384), ("p521", .ecdsaP521SHA512),
      ("rsa2048", .rsaPSS2048SHA256), ("rsa2048", .rsaPKCS1of2048SHA256), ("rsa4096", .rsaPSS4096SHA512),
      ("rsa4096", .rsaPKCS1of4096SHA512), ("ed25519", .ed25519),
    ])
  func contract(label: String, algorithm: SignatureAlgorithm) async throws {
    let token = try SoftToken.shared.get()
    let pem = try #require(try token.publicPEM(label))
    var settings = token.settings
    settings.algorithm = algorithm
    let signer = try await SignerReference(parsing: "pkcs11:token=shop;object=\(label)").open(settings)
    #expect(signer.algorithm == algorithm)
    #expect(signer.publicPEM == pem)
    #expect(try await SignerContract(signer, publicPEM: pem).breaches() == [])
  }

  @Test("finds a key by label, by id, by serial number, and takes the PIN from a file")
  func names() async throws {
    let token = try SoftToken.shared.get()
    try await withFolder { folder in
      try writeSecret("\(SoftToken.pin)\n", to: folder + "/pin")
      var settings = token.settings
      settings.token.pin = nil
      let module = try #require(SoftToken.module)
      for name in [
        "pkcs11:token=shop;object=p256", "pkcs11:token=shop;id=%01", "pkcs11:token=shop;object=p256;id=%01;type=private",
      ] {
        for source in ["\(folder)/pin", "file:\(folder)/pin", "file://\(folder)/pin"] {
          let reference = try SignerReference(parsing: "\(name)?module-path=\(module)&pin-source=\(source)")
          #expect(try await reference.open(settings).publicPEM == token.publicPEM("p256"))
        }
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder + "/pin")
      let reference = try SignerReference(parsing: "pkcs11:token=shop;object=p256?pin-source=\(folder)/pin")
      #expect(
        await refusal { try await reference.open(token.settings) } == .readableByOthers(path: folder + "/pin", mode: "0644"))
      let gone = try SignerReference(parsing: "pkcs11:token=shop;object=p256?pin-source=\(folder)/none")
      #expect(await refusal { try await gone.open(token.settings) } != nil)
    }
  }

  @Test(
    "is refused when its name fits none or more than one",
    arguments: [
      "pkcs11:token=none;object=p256", "pkcs11:token=shop;object=none", "pkcs11:token=shop;id=%99",
      "pkcs11:token=twin;object=p256", "pkcs11:token=shop;object=double", "pkcs11:token=shop;serial=none;object=p256",
    ])
  func ambiguous(_ name: String) async throws {
    let settings = try SoftToken.shared.get().settings
    let reference = try SignerReference(parsing: name)
    #expect(await refusal { try await reference.open(settings) }?.code == "token-failed")
  }

  @Test("is refused with a wrong PIN, without one, without a module, and with a module that is none")
  func settings() async throws {
    let reference = try SignerReference(parsing: "pkcs11:token=shop;object=p256")
    let good = try SoftToken.shared.get().settings
    var settings = good
    settings.token.pin = Redacted("0000")
    #expect(await refusal { try await reference.open(settings) } == .wrongPIN)
    settings.token.pin = nil
    #expect(await refusal { try await reference.open(settings) }?.description.contains("COSIGN_PKCS11_PIN") == true)
    settings = good
    settings.token.modulePath = nil
    #expect(await refusal { try await reference.open(settings) }?.description.contains("COSIGN_PKCS11_MODULE_PATH") == true)
    for path in ["/nowhere/module.so", "libsofthsm2.so", "/lib/x86_64-linux-gnu/libc.so.6"] {
      settings.token.modulePath = path
      #expect(await refusal { try await reference.open(settings) } != nil)
    }
  }

  @Test("is refused when the algorithm is another key's")
  func algorithm() async throws {
    var settings = try SoftToken.shared.get().settings
    settings.algorithm = .rsaPSS2048SHA256
    let reference = try SignerReference(parsing: "pkcs11:token=shop;object=p256")
    #expect(await refusal { try await reference.open(settings) } != nil)
  }
}
