import Images
import Testing

@Suite("A pattern and another")
struct NamePatternCoverTests {
  static let cases: [(String, String, Bool)] = [
    ("r.test/a", "r.test/a", true), ("r.test/a", "r.test/b", false), ("r.test/a", "q.test/a", false),
    ("r.test/*", "r.test/a", true),
    ("r.test/*", "r.test/a/b", false), ("r.test/**", "r.test/a/b", true), ("r.test/**", "r.test/a/*", true),
    ("r.test/a*", "r.test/ab*", true),
    ("r.test/a*", "r.test/a/*", false), ("r.test/ab*", "r.test/a*", false), ("r.test/*", "r.test/**", false),
    ("r.test/a", "r.test/*", false),
    ("r.test/a/**", "r.test/a/b/**", true), ("r.test/a/**", "r.test/**", false), ("r.test/a", "r.test/a:v1", true),
    ("r.test/a:v1", "r.test/a", false),
    ("r.test/a:v*", "r.test/a:v1", true), ("r.test/a:v*", "r.test/a:v1*", true), ("r.test/a:v1*", "r.test/a:v*", false),
    ("r.test/a:v1", "r.test/a:v1", true),
    ("r.test/**", "r.test/a:v1", true), ("busybox", "docker.io/library/busybox", true),
    ("r.test/a", "r.test/a@sha256:" + String(repeating: "a", count: 64), true),
    ("r.test/a@sha256:" + String(repeating: "a", count: 64), "r.test/a", false),
    ("r.test/a:v1", "r.test/a:v1@sha256:" + String(repeating: "a", count: 64), false),
  ]

  @Test("covers it when it means all that the other means", arguments: cases)
  func covers(_ one: String, _ other: String, _ wanted: Bool) throws {
    #expect(try NamePattern(parsing: one).covers(NamePattern(parsing: other)) == wanted, "\(one) \(other)")
  }
}
