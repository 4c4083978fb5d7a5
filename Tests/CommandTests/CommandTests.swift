import Attestations
import Foundation
import Signing
import TestSupport
import Testing

/// The programs called cosign that `PRATIQUE_COSIGN` names, separated by colons; `Scripts/cosign-binary` fetches them.
private let cosigns = (ProcessInfo.processInfo.environment["PRATIQUE_COSIGN"] ?? "").split(separator: ":").map(String.init)

@Suite("The command")
struct CommandTests {
  static let commands = [
    ["pipeline", "run"], ["audit"], ["feeds", "import"], ["feeds", "status"], ["keys", "create"], ["keys", "list"],
    ["keys", "plan"], ["keys", "rotate"], ["keys", "revoke"], ["attest"], ["check"], ["verify"], ["show"], ["policy", "check"],
    ["policy", "test"], ["policy", "replay"], ["policy", "translate"], ["harden"], ["resolve-tags"], ["metadata", "export"],
    ["metadata", "import"], ["metadata", "retain"],
    ["serve"], ["decisions", "list"], ["decisions", "show"], ["decisions", "verify"], ["explain"],
    ["break-glass", "request"], ["break-glass", "approve"], ["break-glass", "list"], ["break-glass", "review"],
  ]

  @Test("explains itself with an example", arguments: commands)
  func help(_ command: [String]) async throws {
    let outcome = try await Pratique().run(program: "pratique", command + ["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("Example: pratique \(command.joined(separator: " "))"))
  }

  @Test("says 2 and what to do when it is used badly")
  func badUsage() async throws {
    let pratique = try Pratique()
    let unknown = try await pratique.run("audit", "web", "--nope")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("--nope"))
    let missing = try await pratique.run("policy", "check", "nowhere.yaml")
    #expect(missing.code == 2)
    #expect(missing.errors.contains("nowhere.yaml cannot be read: it is missing or may not be read. Check the path"))
    let reference = try await pratique.run("show", "Not/An/Image")
    #expect(reference.code == 2)
    #expect(reference.errors.contains("[malformed-reference]"))
  }

  @Test("makes keys that only their owner reads, and never overwrites one")
  func keys() async throws {
    let pratique = try Pratique()
    let first = try await pratique.run("keys", "create", "qa", "--project", "shop", "--out", "keys")
    #expect(first.code == 0)
    #expect(first.output.contains("name: projects/shop/attestors/qa"))
    let key = pratique.folder.path("keys/qa.key")
    let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let before = try Data(contentsOf: URL(fileURLWithPath: key))
    let second = try await pratique.run("keys", "create", "qa", "--project", "shop", "--out", "keys")
    #expect(second.code == 2)
    #expect(try Data(contentsOf: URL(fileURLWithPath: key)) == before)
    #expect(!(first.output + first.errors).contains("PRIVATE KEY"))
  }

  @Test(
    "makes keys that open with their password alone",
    arguments: [
      ("cosign", "COSIGN_PASSWORD", "ENCRYPTED SIGSTORE PRIVATE KEY"),
      ("encrypted", "PRATIQUE_KEY_PASSWORD", "ENCRYPTED PRIVATE KEY"),
    ])
  func encryptedKeys(format: String, variable: String, label: String) async throws {
    let pratique = try Pratique()
    let create = ["keys", "create", "qa", "--project", "shop", "--format", format]
    for password in [[:], [variable: ""]] {
      let refused = try await pratique.run(program: "pratique", create, environment: password)
      #expect(refused.code == 2)
      #expect(refused.errors.contains("Set PRATIQUE_KEY_PASSWORD or COSIGN_PASSWORD. [key-password-needed]"))
    }
    let made = try await pratique.run(program: "pratique", create, environment: [variable: "correct horse"])
    #expect(made.code == 0, "\(made.errors)")
    let path = pratique.folder.path("qa.key")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("-----BEGIN \(label)-----\n"))
    let reference = try SignerReference(parsing: path)
    let signer = try await reference.open(SignerSettings(environment: [variable: "correct horse"]))
    #expect(made.output.contains("id: \(signer.keyID)\n"))
    #expect(try await signer.signature(over: [1]).isEmpty == false)
    for (password, error) in [([variable: "wrong"], SigningError.wrongPassword), ([:], .passwordNeeded)] {
      await #expect(throws: error) { try await reference.open(SignerSettings(environment: password)) }
    }
  }

  @Test(
    "makes keys that cosign reads with their password alone", .enabled(if: !cosigns.isEmpty, "PRATIQUE_COSIGN names no cosign"),
    arguments: cosigns)
  func cosignKeys(cosign: String) async throws {
    let pratique = try Pratique()
    let password = ["COSIGN_PASSWORD": "correct horse"]
    for algorithm in ["ECDSA_P256_SHA256", "ED25519", "RSA_SIGN_PKCS1_2048_SHA256"] {
      let create = ["keys", "create", algorithm, "--algorithm", algorithm, "--format", "cosign"]
      let made = try await pratique.run(program: "pratique", create, environment: password)
      #expect(made.code == 0, "\(made.errors)")
      let read = ["public-key", "--key", "\(algorithm).key"]
      let shown = try await pratique.run(tool: cosign, read, environment: password)
      let ours = try String(contentsOfFile: pratique.folder.path("\(algorithm).pub"), encoding: .utf8)
      #expect(shown.output.trimmingCharacters(in: .newlines) == ours.trimmingCharacters(in: .newlines), "\(shown.errors)")
      #expect(try await pratique.run(tool: cosign, read, environment: ["COSIGN_PASSWORD": "wrong"]).code != 0)
    }
  }

  @Test("names no algorithm that it makes no keys for")
  func algorithms() async throws {
    let pratique = try Pratique()
    let help = try await pratique.run("keys", "create", "--help")
    #expect(help.output.contains("ML_DSA_65") && !help.output.contains("OPENPGP"))
    let refused = try await pratique.run("keys", "create", "qa", "--algorithm", "OPENPGP")
    #expect(refused.code == 2 && refused.errors.contains("gpg --quick-generate-key"), "\(refused.errors)")
  }

  @Test("serves everybody on loopback only")
  func demoOnLoopback() async throws {
    let pratique = try Pratique()
    for address in ["0.0.0.0:0", "[::]:0", "localhost:0", "192.0.2.1:8080"] {
      let outcome = try await pratique.run("serve", "--demo", "--listen", address)
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("loopback only"))
    }
    let closed = try await pratique.run("serve", "--listen", "127.0.0.1:0")
    #expect(closed.code == 2)
    #expect(closed.errors.contains("--tls-certificate, --tls-key, --callers are missing"))
  }

  @Test("makes shell completion")
  func completion() async throws {
    let outcome = try await Pratique().run("--generate-completion-script", "bash")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("pipeline"))
  }

  @Test("is named as the README names it")
  func readme() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
    let named = Set(
      try String(contentsOf: root, encoding: .utf8).split(separator: "\n")
        .filter { $0.hasPrefix("pratique ") && !$0.hasPrefix("pratique --") }
        .map { line in
          line.split(separator: " ").dropFirst().prefix { $0.contains(/^[a-z][a-z-]*$/) }.prefix(2).map(String.init)
        })
    #expect(!named.isEmpty)
    for words in named {
      let known = Self.commands.contains { Array(words.prefix($0.count)) == $0 }
      #expect(known, "README.md names `pratique \(words.joined(separator: " "))`.")
    }
  }
}
