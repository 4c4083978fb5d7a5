import Foundation
import TestSupport
import Testing

@Suite(
  "cosign", .serialized,
  .enabled(if: !Cosign.all.isEmpty, "PRATIQUE_COSIGN names no cosign; Scripts/cosign-binary fetches one"),
  .enabled(if: SmallWorld.missing.isEmpty, "not installed: \(SmallWorld.missing.joined(separator: ", "))"))
struct CosignTests {
  static let provenance = """
    {"buildDefinition":{"buildType":"https://example.test/build","externalParameters":{},"resolvedDependencies":[]},
     "runDetails":{"builder":{"id":"https://builder.example.test"}}}
    """

  @Test("verifies what we sign, and nothing that another key signed", arguments: Cosign.all)
  func verifiesSignatures(by program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      let before = try await cosign("verify", "--key", "qa.pub", world.image)
      #expect(before.status != 0)
      let attested = try await world.pratique("attest", world.image, "--to", "registry", "--key", "qa.key")
      #expect(attested.status == 0, "\(attested.errors)")
      let verified = try await cosign("verify", "--key", "qa.pub", world.image)
      #expect(verified.status == 0, "\(verified.errors)")
      #expect(verified.output.contains(#""optional":{"pratique.checks":"none"}"#))
      for (key, image) in [("stranger.pub", world.image), ("qa.pub", world.otherImage)] {
        let refused = try await cosign("verify", "--key", key, image)
        #expect(refused.status != 0)
      }
    }
  }

  @Test("verifies what we attest, by its type", arguments: Cosign.all)
  func verifiesAttestations(by program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      try world.write("provenance.json", Self.provenance)
      let attested = try await world.pratique(
        "attest", world.image, "--to", "registry", "--key", "qa.key", "--type", "slsaprovenance1", "--predicate",
        "provenance.json")
      #expect(attested.status == 0, "\(attested.errors)")
      for (key, type, passes) in [
        ("qa.pub", "slsaprovenance1", true), ("qa.pub", "vuln", false), ("stranger.pub", "slsaprovenance1", false),
      ] {
        let verified = try await cosign("verify-attestation", "--key", key, "--type", type, world.image)
        #expect((verified.status == 0) == passes, "\(key) \(type): \(verified.errors)")
      }
    }
  }

  @Test(
    "of version 3 verifies our bundles",
    .enabled(if: !Cosign.makingBundles.isEmpty, "PRATIQUE_COSIGN names no cosign that makes bundles, as version 3 does"),
    arguments: Cosign.makingBundles)
  func verifiesBundles(by program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      try world.write("provenance.json", Self.provenance)
      let signed = try await world.pratique(
        "attest", world.image, "--to", "registry", "--key", "qa.key", "--format", "bundle")
      #expect(signed.status == 0, "\(signed.errors)")
      let attested = try await world.pratique(
        "attest", world.image, "--to", "registry", "--key", "qa.key", "--format", "bundle", "--type", "slsaprovenance1",
        "--predicate", "provenance.json")
      #expect(attested.status == 0, "\(attested.errors)")
      let verified = try await cosign("verify", "--key", "qa.pub", "--new-bundle-format", world.image)
      #expect(verified.status == 0, "\(verified.errors)")
      let typed = try await cosign(
        "verify-attestation", "--key", "qa.pub", "--type", "slsaprovenance1", "--new-bundle-format", world.image)
      #expect(typed.status == 0, "\(typed.errors)")
      let refused = try await cosign("verify", "--key", "stranger.pub", "--new-bundle-format", world.image)
      #expect(refused.status != 0)
    }
  }

  @Test("signs what we verify, and its keys and types decide", arguments: Cosign.all)
  func signs(by program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      try world.write("provenance.json", Self.provenance)
      let unsigned = try await world.pratique("verify", world.image, "--key", "cosign.pub")
      #expect(unsigned.status == 1 && unsigned.output.contains("no attestation was recorded"), "\(unsigned)")
      let signed = try await cosign("sign", "--key", "cosign.key", world.image)
      #expect(signed.status == 0, "\(signed.errors)")
      let attested = try await cosign(
        "attest", "--key", "cosign.key", "--type", "slsaprovenance1", "--predicate", "provenance.json", world.image)
      #expect(attested.status == 0, "\(attested.errors)")
      let cases: [(arguments: [String], status: Int32)] = [
        (["--key", "cosign.pub"], 0), (["--key", "qa.pub"], 1), (["--key", "cosign.pub", "--type", "slsaprovenance1"], 0),
        (["--key", "cosign.pub", "--type", "vuln"], 1), (["--key", "qa.pub", "--type", "slsaprovenance1"], 1),
        (["--key", "cosign.pub", "--key", "qa.pub"], 1),
      ]
      for (arguments, status) in cases {
        let verified = try await world.shell.run(
          Journey.program("pratique"), ["verify", world.image] + arguments + ["--plain-http", world.registry])
        #expect(verified.status == status, "\(arguments): \(verified.output)\(verified.errors)")
      }
    }
  }

  @Test("and we read each other's keys and signatures, of every kind that it signs with", arguments: Cosign.all)
  func kinds(of program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      for algorithm in ["ED25519", "RSA_SIGN_PKCS1_2048_SHA256"] {
        try await world.shell.must(Journey.program("pratique"), ["keys", "create", algorithm, "--algorithm", algorithm])
        let attested = try await world.pratique(
          "attest", world.image, "--to", "registry", "--key", "\(algorithm).key", "--algorithm", algorithm)
        #expect(attested.status == 0, "\(attested.errors)")
        let verified = try await cosign("verify", "--key", "\(algorithm).pub", world.image)
        #expect(verified.status == 0, "\(algorithm): \(verified.errors)")
        #expect(try await world.pratique("verify", world.image, "--key", "\(algorithm).pub").status == 0)
      }
      let encrypted = try await world.pratique("attest", world.image, "--to", "registry", "--key", "cosign.key")
      #expect(encrypted.status == 0, "\(encrypted.errors)")
      let verified = try await cosign("verify", "--key", "cosign.pub", world.image)
      #expect(verified.status == 0, "\(verified.errors)")
    }
  }

  @Test("and we read what it signs with a key that it imported, which cosign 2 of Debian cannot", arguments: Cosign.makingBundles)
  func imported(by program: Cosign) async throws {
    try await SmallWorld.run(with: program) { world, cosign in
      try await world.shell.must("openssl", ["genrsa", "-traditional", "-out", "rsa.pem", "2048"])
      try await world.shell.must(
        cosign.path, ["import-key-pair", "--key", "rsa.pem", "--output-key-prefix", "imported", "--yes"])
      let signed = try await cosign("sign", "--key", "imported.key", world.otherImage)
      #expect(signed.status == 0, "\(signed.errors)")
      #expect(try await world.pratique("verify", world.otherImage, "--key", "imported.pub").status == 0)
      #expect(try await world.pratique("verify", world.otherImage, "--key", "cosign.pub").status == 1)
    }
  }
}
