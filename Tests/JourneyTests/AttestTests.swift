import Foundation
import TestSupport
import Testing

@Suite(
  "Attesting", .serialized,
  .enabled(if: SmallWorld.missing.isEmpty, "not installed: \(SmallWorld.missing.joined(separator: ", "))"))
struct AttestTests {
  static func policy(_ rule: String, enforcement: String = "ENFORCED_BLOCK_AND_AUDIT_LOG") -> String {
    "defaultAdmissionRule:\n  enforcementMode: \(enforcement)\n  \(rule)\n"
  }

  @Test("to both places is verified from each, by the attestor that signed and no other")
  func bothPlaces() async throws {
    try await SmallWorld.run { world in
      let attested = try await world.pratique("attest", world.image, "--attestor", "qa", "--key", "qa.key", "--to", "both")
      #expect(attested.status == 0, "\(attested.errors)")
      #expect(attested.output.contains("projects/pratique/occurrences/") && attested.output.contains(".sig"))
      for place in ["metadata", "registry", "both"] {
        let known = ["verify", world.image, "--attestors", "attestors.yaml", "--from", place]
        for (name, status) in [("qa", Int32(0)), ("stranger", 1)] {
          let verified = try await world.shell.run(
            Journey.program("pratique"),
            known + ["--attestor", name, "--plain-http", world.registry, "--data", world.folder.path("data")])
          #expect(verified.status == status, "\(place) \(name): \(verified.output)\(verified.errors)")
        }
      }
      let other = try await world.pratique("verify", world.otherImage, "--attestors", "attestors.yaml", "--attestor", "qa")
      #expect(other.status == 1 && other.output.contains("[attestation-missing]"))
    }
  }

  @Test("as a bundle or with a predicate reaches the metadata store too, and attestors who ask for its type")
  func statements() async throws {
    try await SmallWorld.run { world in
      try world.write("any.json", #"{"reviewed":true}"#)
      for format in ["attestation", "bundle"] {
        let attested = try await world.pratique(
          "attest", world.image, "--attestor", "qa", "--key", "qa.key", "--to", "both", "--format", format, "--type", "custom",
          "--predicate", "any.json")
        #expect(attested.status == 0, "\(attested.errors)")
      }
      let typed = try String(contentsOfFile: world.folder.path("attestors.yaml"), encoding: .utf8)
        .replacing("- name:", with: "- predicateType: https://cosign.sigstore.dev/attestation/v1\n  name:")
      try world.write("typed.yaml", typed)
      for (file, status) in [("typed.yaml", Int32(0)), ("attestors.yaml", 1)] {
        let verified = try await world.pratique(
          "verify", world.image, "--attestors", file, "--attestor", "qa", "--from", "both", "--output", "json")
        #expect(verified.status == status, "\(file): \(verified.output)\(verified.errors)")
        #expect(status == 0 || verified.output.contains(#""remedy" : ""#))
      }
    }
  }

  @Test("happens only after the checks that are named, and says under the signature which they were")
  func checks() async throws {
    try await SmallWorld.run { world in
      let demand = "evaluationMode: REQUIRE_ATTESTATION\n  requireAttestationsBy: [projects/pratique/attestors/built]"
      try world.write("policy.yaml", Self.policy(demand))
      let checked = ["--policy", "policy.yaml", "--attestors", "attestors.yaml"]
      func attest(_ more: [String]) async throws -> Shell.Outcome {
        try await world.shell.run(
          Journey.program("pratique"),
          ["attest", world.image, "--attestor", "qa", "--key", "qa.key", "--to", "both", "--output", "json"] + more
            + ["--plain-http", world.registry, "--data", world.folder.path("data")])
      }
      let denied = try await attest(checked)
      #expect(denied.status == 1 && denied.errors.contains("Nothing was signed"), "\(denied)")
      let unsigned = try await world.pratique("verify", world.image, "--key", "qa.pub")
      #expect(unsigned.status == 1)

      let built = try await world.pratique("attest", world.image, "--attestor", "built", "--key", "built.key")
      #expect(built.status == 0)
      let only = try await attest(checked + ["--mode", "check-only"])
      #expect(only.status == 0 && only.output.contains(#""checks" : "policy""#) && !only.output.contains("keyID"), "\(only)")
      let still = try await world.pratique("verify", world.image, "--key", "qa.pub")
      #expect(still.status == 1)
      let signed = try await attest(checked)
      #expect(signed.status == 0 && signed.output.contains(#""checks" : "policy""#), "\(signed)")
      let unchecked = try await attest(["--mode", "sign-without-check"])
      #expect(unchecked.status == 0 && unchecked.output.contains(#""checks" : "none""#), "\(unchecked)")
      let unknown = try await attest(["--fail-on", "high"])
      #expect(unknown.status == 2, "\(unknown)")
    }
  }

  @Test("does not take a policy in dry run, which lets everything in, for one that was met")
  func dryRun() async throws {
    try await SmallWorld.run { world in
      let demand = "evaluationMode: REQUIRE_ATTESTATION\n  requireAttestationsBy: [projects/pratique/attestors/built]"
      try world.write("policy.yaml", Self.policy(demand, enforcement: "DRYRUN_AUDIT_LOG_ONLY"))
      let denied = try await world.pratique(
        "attest", world.image, "--attestor", "qa", "--key", "qa.key", "--policy", "policy.yaml", "--attestors", "attestors.yaml")
      #expect(denied.status == 1 && denied.errors.contains("Nothing was signed"), "\(denied)")
    }
  }

  @Test("after an audit is after one of every platform that is signed along")
  func platforms() async throws {
    let status =
      "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nSource: zlib\nVersion: 1:1.2.13.dfsg-1\n\n"
    let tar = TarBuilder.build { tar in
      tar.file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n")
      tar.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:991:991::/:/bin/sh\n")
      tar.file("var/lib/dpkg/status", status)
    }
    let (clean, root) = (
      TestImage(tars: [tar], user: "991"), TestImage(tars: [tar], user: "", architecture: "arm64")
    )
    try await SmallWorld.run { world in
      try FileManager.default.createDirectory(atPath: world.folder.path("feeds"), withIntermediateDirectories: true)
      try world.write(
        "feeds/changelogs.jsonl",
        #"{"release":"bookworm","source":"zlib","newest":"1:1.2.13.dfsg-1","entries":[["1:1.2.13.dfsg-1","bookworm",[]]]}"#
          + "\n")
      try await world.shell.must(
        Journey.program("pratique"), ["feeds", "import", world.folder.path("feeds"), "--data", world.folder.path("data")])
      for (name, images, expected) in [
        ("one", [(clean, "linux/amd64")], 0), ("two", [(clean, "linux/amd64"), (root, "linux/arm64")], 1),
      ] as [(String, [(TestImage, String)], Int32)] {
        let image = try await world.push(name, images)
        let attested = try await world.pratique(
          "attest", image, "--attestor", "qa", "--key", "qa.key", "--fail-on", "low")
        #expect(attested.status == expected, "\(name): \(attested)")
        #expect(expected == 0 || attested.errors.contains("\(root.digest) (linux/arm64) found something"), "\(attested)")
      }
    }
  }

  @Test("to both places says what was recorded when the registry does not take its part")
  func half() async throws {
    try await SmallWorld.run { world in
      let registry = try LocalRegistry(in: world.folder, storage: ", maintenance: {readonly: {enabled: true}}")
      defer { registry.stop() }
      let host = registry.host
      let image = world.image.replacing(world.registry, with: host)
      let half = try await world.pratique(
        "attest", image, "--attestor", "qa", "--key", "qa.key", "--to", "both", "--plain-http", host)
      #expect(half.status == 2, "\(half)")
      #expect(half.errors.contains(#/projects/pratique/occurrences/\S+ was recorded, .+ with --overwrite/#), "\(half)")
    }
  }

  @Test("signs for a check as its attestor has the key, with the keys of the checks that are run alone")
  func checkSigner() async throws {
    try await SmallWorld.run { world in
      let made = try await world.shell.must(
        Journey.program("pratique"), ["keys", "create", "rsa", "--algorithm", "RSA_SIGN_PKCS1_2048_SHA256"])
      try world.write("rsa.yaml", made)
      try world.write(
        "checks.yaml",
        """
        project: pratique
        registries: ["\(world.registry)"]
        checks: {diy: {repositories: ["\(world.registry)/shop/**"], attestor: projects/pratique/attestors/rsa, signer: rsa.key}}
        """)
      let checked = try await world.pratique(
        "check", world.image, "--checks", "checks.yaml", "--attestors", "rsa.yaml", "--attest")
      #expect(checked.status == 0 && checked.output.contains("passed diy, attested"), "\(checked)")
      let verified = try await world.pratique(
        "verify", world.image, "--attestors", "rsa.yaml", "--attestor", "rsa")
      #expect(verified.status == 0, "\(verified)")
    }
  }

  @Test("again adds to what is there, or replaces it, but never what another key signed")
  func overwriting() async throws {
    try await SmallWorld.run { world in
      for (name, more) in [("qa", []), ("built", []), ("qa", []), ("qa", ["--overwrite"])] {
        let attested = try await world.shell.run(
          Journey.program("pratique"),
          ["attest", world.image, "--attestor", name, "--key", "\(name).key", "--to", "both"] + more
            + ["--plain-http", world.registry, "--data", world.folder.path("data")])
        #expect(attested.status == 0, "\(attested.errors)")
      }
      let tag = "sha256-\(world.image.suffix(64)).sig"
      let kept = try await world.shell.must(
        "curl",
        [
          "-s", "-H", "Accept: application/vnd.oci.image.manifest.v1+json",
          "http://\(world.registry)/v2/shop/web/manifests/\(tag)",
        ])
      #expect(kept.components(separatedBy: "dev.cosignproject.cosign/signature").count - 1 == 2)
      let recorded = try await world.shell.must(
        Journey.program("pratique"), ["metadata", "export", "--data", world.folder.path("data")])
      #expect(recorded.components(separatedBy: "serializedPayload").count - 1 == 2, "\(recorded)")
      #expect(recorded.contains("pratique.checks=none"))
      for name in ["qa", "built"] {
        let verified = try await world.pratique("verify", world.image, "--key", "\(name).pub")
        #expect(verified.status == 0)
      }
    }
  }

  @Test(
    "badly said is told, and nothing is signed",
    arguments: [
      ["--to", "registry"], ["--key", "qa.key"], ["--attestor", "qa", "--mode", "check-only"],
      ["--attestor", "qa", "--policy", "p.yaml", "--mode", "sign-without-check"], ["--attestor", "qa", "--type", "custom"],
      ["--attestor", "qa", "--type", "no uri", "--predicate", "p.json"], ["--attestor", "qa", "--format", "attestation"],
      ["--attestor", "qa", "--to", "both", "--format", "bundle", "--overwrite"],
    ])
  func badUsage(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let outcome = try await Shell(folder: folder.url.path, environment: [:]).run(
      Journey.program("pratique"), ["attest", "registry.example.test/shop/web:v1"] + arguments)
    #expect(outcome.status == 2, "\(outcome)")
  }
}
