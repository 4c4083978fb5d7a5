import Foundation
import TestSupport
import Testing

@Suite("The command")
struct CommandTests {
  static let commands = [
    ["pipeline", "run"], ["audit"], ["feeds", "import"], ["feeds", "status"], ["keys", "create"], ["attest"], ["verify"],
    ["show"], ["policy", "check"], ["policy", "test"], ["metadata", "export"], ["metadata", "import"], ["metadata", "retain"],
    ["serve"],
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
    #expect(missing.errors.contains("nowhere.yaml cannot be read: no such file. Check the path"))
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
          line.split(separator: " ").dropFirst().prefix { $0.allSatisfy(\.isLetter) }.prefix(2).map(String.init)
        })
    #expect(!named.isEmpty)
    for words in named {
      let known = Self.commands.contains { Array(words.prefix($0.count)) == $0 }
      #expect(known, "README.md names `pratique \(words.joined(separator: " "))`.")
    }
  }
}
