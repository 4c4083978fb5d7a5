import Contracts
import Foundation
import Metadata
import Store
import TestSupport
import Testing

@Suite("Decisions from the command line")
struct DecisionsCommandTests {
  private static let image = "registry.example.test/prod/web@sha256:\(PolicyCommandTests.digest)"
  private static let now = Int64(Date().timeIntervalSince1970)

  /// A gate's file with a pod that was let in, one that was kept out, and a use of break-glass.
  private static func journal(in pratique: Pratique, _ file: String = "decisions.sqlite") async throws {
    let store = try SQLiteStore(path: pratique.folder.path(file))
    var allowed = Decisions.record("aaaa-1", at: now - 60, verdict: "allowed")
    allowed.codes = []
    allowed.object = .kept(
      Array(
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"team":"shop"}},"spec":{"containers":[{"name":"web","image":"\#(image)"}]}}"#
          .utf8))
    allowed.oldObject = .absent
    allowed.lookups = [:]
    allowed.images[0].written = image
    allowed.images[0].pinned = image
    allowed.images[0].unfit = nil
    try await store.append([
      .decision(allowed), Decisions.decision("aabb-2", at: now - 50, user: "carol"), Decisions.broken("cccc-3", at: now - 40),
    ])
    await store.close()
  }

  @Test("are listed, shown, explained and proved")
  func reads() async throws {
    let pratique = try Pratique()
    try await Self.journal(in: pratique)
    let file = ["--file", "decisions.sqlite"]
    func run(_ arguments: String...) async throws -> Pratique.Outcome {
      try await pratique.run(program: "pratique", arguments + file)
    }
    let all = try await run("decisions", "list", "--since", "1h")
    #expect(all.code == 0, "\(all.errors)")
    #expect(all.output.split(separator: "\n").count == 4)
    let denied = try await run("decisions", "list", "--verdict", "denied", "--user", "carol", "--output", "json")
    #expect(denied.output.contains("aabb-2") && !denied.output.contains("aaaa-1"), "\(denied.output)\(denied.errors)")
    #expect(try await run("decisions", "list", "--image", "prod/web").output.contains("aaaa-1"))
    let shown = try await run("decisions", "show", "aabb", "--output", "json")
    #expect(shown.code == 0 && shown.output.contains("\"hash\""), "\(shown.errors)")
    #expect(try await run("decisions", "show", "2").output.contains("carol"))
    let explained = try await run("explain", "aabb-2")
    #expect(explained.output.contains("projects/p/attestors/qa is demanded"), "\(explained.output)\(explained.errors)")
    #expect(explained.output.contains("do Mend it."))
    #expect(try await run("explain", "aa").code == 2, "two begin so")
    #expect(try await run("explain", "nobody").code == 2)
    #expect(try await run("decisions", "verify").code == 0)
    #expect(try await run("decisions", "verify", "--head", "3:sha256:\(PolicyCommandTests.digest)").code == 1)
    #expect(try await pratique.run("explain", "aa", "--file", "nowhere.sqlite").code == 2)
  }

  @Test("are judged again by another policy, and what would change is told by owner")
  func replay() async throws {
    let pratique = try Pratique()
    try await Self.journal(in: pratique)
    let open = PolicyCommandTests.policy.replacing("ALWAYS_DENY", with: "ALWAYS_ALLOW")
    try pratique.folder.write(["deny.yaml": Array(PolicyCommandTests.policy.utf8), "allow.yaml": Array(open.utf8)])
    let denied = try await pratique.run(
      "policy", "replay", "--policy", "deny.yaml", "--file", "decisions.sqlite", "--owner", "team")
    #expect(denied.code == 1, "\(denied.errors)")
    #expect(denied.output.contains("shop"))
    #expect(denied.output.contains("1 would be denied"))
    #expect(denied.output.contains("always-deny 1"))
    let allowed = try await pratique.run(
      "policy", "replay", "--policy", "allow.yaml", "--file", "decisions.sqlite", "--output", "json")
    #expect(allowed.code == 0, "\(allowed.errors)")
    #expect(
      allowed.output.contains("\"toDenied\" : 0") && allowed.output.contains("\"object-not-kept\" : 2"), "\(allowed.output)")
  }

  @Test("of several replicas are judged again as one journal, each request once")
  func replayOfReplicas() async throws {
    let pratique = try Pratique()
    for file in ["decisions.sqlite", "copy.sqlite"] { try await Self.journal(in: pratique, file) }
    try pratique.folder.write(["deny.yaml": Array(PolicyCommandTests.policy.utf8)])
    func replay(_ files: String...) async throws -> Pratique.Outcome {
      try await pratique.run(
        program: "pratique", ["policy", "replay", "--policy", "deny.yaml"] + files.flatMap { ["--file", $0] })
    }
    let both = try await replay("decisions.sqlite", "copy.sqlite")
    #expect(both.code == 1 && both.output.contains("1 would be denied"), "\(both)")
    #expect(both.output.contains("3 asked-twice"), "\(both)")
    #expect(try await replay("decisions.sqlite", "decisions.sqlite").code == 2)
    #expect(try await replay("decisions.sqlite", "missing.sqlite").code == 2)
  }

  @Test("that broke the glass are asked for, approved by somebody else, and reviewed by somebody else")
  func breakGlass() async throws {
    let pratique = try Pratique()
    try await Self.journal(in: pratique)
    let file = ["--file", "decisions.sqlite"]
    func run(_ arguments: String...) async throws -> Pratique.Outcome {
      try await pratique.run(program: "pratique", ["break-glass"] + arguments + file)
    }
    let asked = try await run(
      "request", "--user", "alice", "--namespace", "prod", "--reason", "incident 42", "--image", Self.image, "--for", "1h")
    #expect(asked.code == 0, "\(asked.errors)")
    let id = String(asked.output.prefix { $0 != ":" })
    #expect(try await run("approve", id, "--user", "alice").code == 2, "it is her own")
    #expect(try await run("approve", "bg-0", "--user", "bob").code == 2)
    #expect(try await run("approve", id, "--user", "bob").code == 0)
    let listed = try await run("list")
    #expect(listed.code == 1 && listed.output.contains("incident 42") && listed.output.contains("bob"), "\(listed.output)")
    #expect(try await run("review", "cccc", "--user", "alice", "--note", "fine").code == 2, "she broke it")
    #expect(try await run("review", "aabb-2", "--user", "bob", "--note", "fine").code == 2, "no glass was broken")
    #expect(try await run("review", "cccc", "--user", "bob", "--note", "fine").code == 0)
    #expect(try await run("list").code == 0)
    #expect(try await pratique.run("decisions", "verify", "--file", "decisions.sqlite").output.contains("6 entries"))
    #expect(try await run("request", "--namespace", "prod", "--reason", " ").code == 2)
    #expect(try await run("request", "--namespace", "prod", "--reason", "x", "--image", "web:1").code == 2, "a tag can change")
  }
}
