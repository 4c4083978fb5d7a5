import Images
import Testing

@Suite("A name pattern")
struct NamePatternTests {
  private static let digest = "@sha256:" + String(repeating: "a", count: 64)
  private static let other = "@sha256:" + String(repeating: "b", count: 64)

  @Test(
    "matches whole hosts and whole segments, in normal form",
    arguments: [
      ("r.test/infra/*", "r.test/infra/agent\(digest)", true),
      ("r.test/infra/*", "r.test/infra/agent:v1", true),
      ("r.test/infra/*", "r.test/infra/a/b", false),
      ("r.test/infra/*", "r.test/infra", false),
      ("r.test/infra/*", "r.test/infra-evil/agent", false),
      ("r.test/infra/*", "r.test.attacker.test/infra/agent", false),
      ("r.test/infra/*", "evil.test/r.test/infra/agent", false),
      ("r.test/infra/*", "r.test:5000/infra/agent", false),
      ("r.test/infra/**", "r.test/infra/a/b/c", true),
      ("r.test/infra/**", "r.test/infra/a", true),
      ("r.test/infra/**", "r.test/infra", false),
      ("r.test/infra/**", "r.test/infra-evil/a", false),
      ("r.test/**", "r.test/a/b", true),
      ("r.test/*", "r.test/a", true),
      ("r.test/*", "r.test/a/b", false),
      ("r.test/infra*", "r.test/infra-two", true),
      ("r.test/infra*", "r.test/infra/two", false),
      ("r.test/infra/agent", "r.test/infra/agent\(digest)", true),
      ("r.test/infra/agent", "r.test/infra/agent-evil", false),
      ("docker.io/library/busybox", "busybox\(digest)", true),
      ("docker.io/library/busybox", "index.docker.io/library/busybox", true),
      ("docker.io/library/busybox", "library/busybox", true),
      ("docker.io/library/busybox", "attacker/busybox", false),
      ("docker.io/library/busybox", "localhost/library/busybox", false),
      ("docker.io/library/busybox", "docker.io.attacker.test/library/busybox", false),
      ("busybox", "docker.io/library/busybox", true),
      ("index.docker.io/library/*", "busybox", true),
      ("docker.io/*", "busybox", false),
    ])
  func segments(_ pattern: String, _ image: String, _ isMatch: Bool) throws {
    #expect(try NamePattern(parsing: pattern).matches(ImageReference(parsing: image)) == isMatch)
  }

  @Test(
    "compares the tag and the digest that it names; a tag beside a digest proves nothing",
    arguments: [
      ("r.test/a:v1", "r.test/a:v1", true),
      ("r.test/a:v1", "r.test/a:v2", false),
      ("r.test/a:v1", "r.test/a:v1\(digest)", false),
      ("r.test/a:latest", "r.test/a", true),
      ("r.test/a:v1*", "r.test/a:v1.2", true),
      ("r.test/a:v1*", "r.test/a:v2", false),
      ("r.test/a:*", "r.test/a:v2", true),
      ("r.test/a\(digest)", "r.test/a\(digest)", true),
      ("r.test/a\(digest)", "r.test/a\(other)", false),
      ("r.test/a\(digest)", "r.test/a:v1\(digest)", true),
      ("r.test/a\(digest)", "r.test/a", false),
      ("localhost:5000/a*", "localhost:5000/ab", true),
    ])
  func decoration(_ pattern: String, _ image: String, _ isMatch: Bool) throws {
    #expect(try NamePattern(parsing: pattern).matches(ImageReference(parsing: image)) == isMatch)
  }

  @Test(
    "is refused when it could match more than it shows",
    arguments: [
      "", "*", "**", "gcr*", "r.test*", "r.test/*/agent", "r.test/**/agent", "r.test/infra**", "library/*", "r.test/a@sha256:*",
      "r.test/a***", "r.test/Infra/*", "r.test/inf ra/*", "r.test//*", "r.te\u{0455}t/*", "r.test/\u{0435}*",
      "r.test/a:v1**", "-r.test/*", String(repeating: "*a", count: 40), "r.test/" + String(repeating: "a/", count: 300) + "*",
    ])
  func refusals(_ pattern: String) {
    #expect(throws: ImageError.self) { try NamePattern(parsing: pattern) }
  }
}
