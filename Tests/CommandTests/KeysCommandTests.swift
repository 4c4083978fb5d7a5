import Foundation
import TestSupport
import Testing

@Suite("Keys over time, from the command line")
struct KeysCommandTests {
  static let image = "registry.example.test/shop/web@sha256:" + String(repeating: "ab", count: 32)
  static let payload = """
    {"critical":{"identity":{"docker-reference":"registry.example.test/shop/web"},"image":{"docker-manifest-digest":"sha256:\(String(repeating: "ab", count: 32))"},"type":"Google cloud binauthz container signature"}}
    """
  static let openssl = "/usr/bin/openssl"

  /// A key, an attestors file with a comment in it, and one image that the key has attested and that runs somewhere.
  private func world() async throws -> Pratique {
    let pratique = try Pratique()
    let made = try await pratique.run("keys", "create", "qa", "--project", "shop")
    #expect(made.code == 0, "\(made.errors)")
    try pratique.folder.write([
      "attestors.yaml": Array("# The shop's testers.\n\(made.output)".utf8), "payload": Array(Self.payload.utf8),
    ])
    let signed = try await pratique.run(
      tool: Self.openssl, ["dgst", "-sha256", "-sign", "qa.key", "-out", "signature", "payload"])
    #expect(signed.code == 0, "\(signed.errors)")
    let signature = try Data(contentsOf: pratique.folder.url.appending(path: "signature")).base64EncodedString()
    let keyID = try #require(made.output.firstMatch(of: /id: (ni:\S+)/)).1
    let resource = "\"resourceUri\":\"https://\(Self.image)\""
    let archive = """
      {"pratiqueArchive":1,"exportedAt":"2026-11-25T22:00:00Z"}
      {"note":{"name":"projects/shop/notes/qa","kind":"ATTESTATION","attestation":{"hint":{"humanReadableName":"qa"}}}}
      {"note":{"name":"projects/shop/notes/run","kind":"DEPLOYMENT","deployment":{"resourceUri":["https://\(Self.image)"]}}}
      {"occurrence":{"name":"projects/shop/occurrences/1","kind":"ATTESTATION","noteName":"projects/shop/notes/qa",\(resource),"createTime":"2026-05-01T00:00:00Z","attestation":{"serializedPayload":"\(Data(Self.payload.utf8).base64EncodedString())","signatures":[{"publicKeyId":"\(keyID)","signature":"\(signature)"}]}}}
      {"occurrence":{"name":"projects/shop/occurrences/2","kind":"DEPLOYMENT","noteName":"projects/shop/notes/run",\(resource),"createTime":"2026-05-01T00:00:00Z","deployment":{"address":"east/prod","deployTime":"2026-05-01T00:00:00Z"}}}
      """
    try pratique.folder.write(["archive.jsonl": Array(archive.utf8)])
    let imported = try await pratique.run("metadata", "import", "archive.jsonl")
    #expect(imported.code == 0, "\(imported.output)\(imported.errors)")
    return pratique
  }

  private func keyID(_ pratique: Pratique) async throws -> String {
    let listed = try await pratique.run("keys", "list", "--attestors", "attestors.yaml")
    return String(try #require(listed.output.firstMatch(of: /ni:\S+/)).0)
  }

  @Test(
    "are shown to cost a running image its attestor's word before a revocation is applied",
    .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "openssl is not installed"))
  func revocation() async throws {
    let pratique = try await world()
    let before = try String(contentsOfFile: pratique.folder.path("attestors.yaml"), encoding: .utf8)
    let key = try await keyID(pratique)
    let revoke = [
      "keys", "revoke", key, "--attestor", "qa", "--reason", "compromise", "--why", "laptop stolen", "--by", "ann",
      "--attestors", "attestors.yaml", "--project", "shop",
    ]
    let planned = try await pratique.run(program: "pratique", revoke)
    #expect(planned.code == 0, "\(planned.errors)")
    #expect(planned.output.contains("loses   east/prod"), "\(planned.output)")
    #expect(planned.output.contains("key-revoked"))
    #expect(planned.output.contains("1 images examined: 1 lose an attestor's word, 1 of them recorded as running"))
    #expect(try String(contentsOfFile: pratique.folder.path("attestors.yaml"), encoding: .utf8) == before)

    let applied = try await pratique.run(program: "pratique", revoke + ["--apply"])
    #expect(applied.code == 0, "\(applied.errors)")
    let after = try String(contentsOfFile: pratique.folder.path("attestors.yaml"), encoding: .utf8)
    #expect(after.contains("# The shop's testers."))
    let listed = try await pratique.run("keys", "list", "--attestors", "attestors.yaml", "--changes")
    #expect(listed.output.contains("compromised"))
    #expect(listed.output.contains("by ann: laptop stolen"))
    let again = try await pratique.run(program: "pratique", revoke + ["--apply"])
    #expect(again.code == 2)
    #expect(again.errors.contains("there already"))
  }

  @Test(
    "are rotated without any image losing a word, and planned against a time to come",
    .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "openssl is not installed"))
  func rotation() async throws {
    let pratique = try await world()
    _ = try await pratique.run("keys", "create", "next", "--project", "shop")
    let rotated = try await pratique.run(
      "keys", "rotate", "qa", "--public-key", "next.pub", "--attestors", "attestors.yaml", "--why", "yearly", "--by", "ann",
      "--overlap-days", "30", "--project", "shop", "--apply")
    #expect(rotated.code == 0, "\(rotated.output)\(rotated.errors)")
    #expect(rotated.output.contains("0 lose an attestor's word"))
    let listed = try await pratique.run("keys", "list", "--attestors", "attestors.yaml", "-o", "json")
    #expect(listed.output.contains("good, 29 days left") || listed.output.contains("good, 30 days left"), "\(listed.output)")
    let far = try await pratique.run(
      "keys", "plan", "--attestors", "attestors.yaml", "--at", "2099-01-01T00:00:00Z", "--project", "shop")
    #expect(far.code == 0, "what was signed in time stays good: \(far.output)\(far.errors)")
    let strict = try String(contentsOfFile: pratique.folder.path("attestors.yaml"), encoding: .utf8)
      .replacing("  userOwnedGrafeasNote:", with: "  expiredKeys: GOOD_NOW\n  userOwnedGrafeasNote:")
    try pratique.folder.write(["strict.yaml": Array(strict.utf8)])
    let lost = try await pratique.run(
      "keys", "plan", "--attestors", "strict.yaml", "--at", "2099-01-01T00:00:00Z", "--project", "shop")
    #expect(lost.code == 1, "\(lost.output)\(lost.errors)")
    #expect(lost.output.contains("key-expired"))
  }

  @Test("are not changed by what nobody answers for")
  func unexplained() async throws {
    let pratique = try Pratique()
    let made = try await pratique.run("keys", "create", "qa", "--project", "shop")
    try pratique.folder.write(["attestors.yaml": Array(made.output.utf8)])
    let blank = try await pratique.run(
      "keys", "rotate", "qa", "--public-key", "qa.pub", "--attestors", "attestors.yaml", "--why", " ", "--by", "ann", "--apply")
    #expect(blank.code == 2)
    #expect(blank.errors.contains("blank"), "\(blank.errors)")
    #expect(try String(contentsOfFile: pratique.folder.path("attestors.yaml"), encoding: .utf8) == made.output)
  }
}
