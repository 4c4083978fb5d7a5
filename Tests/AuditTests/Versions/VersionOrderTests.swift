import Audit
import Testing

@Suite("The order of versions")
struct VersionOrderTests {
  struct Pair: CustomTestStringConvertible {
    let scheme: VersionScheme
    let a: String
    let b: String
    var testDescription: String { "\(scheme.rawValue): \(a) and \(b)" }
  }

  @Test(
    "puts the earlier first",
    arguments: [
      Pair(scheme: .dpkg, a: "1.0~rc1-1", b: "1.0-1"),
      Pair(scheme: .dpkg, a: "1.0", b: "1.0a"),
      Pair(scheme: .dpkg, a: "1.0a", b: "1.0+b"),
      Pair(scheme: .dpkg, a: "9", b: "1:0"),
      Pair(scheme: .dpkg, a: "1.9", b: "1.10"),
      Pair(scheme: .dpkg, a: "3.0.20-1~deb12u2", b: "3.0.20-1"),
      Pair(scheme: .dpkg, a: "1-99999999999999999999999", b: "1-100000000000000000000000"),
      Pair(scheme: .apk, a: "1.1.1a-r1", b: "1.1.1b-r0"),
      Pair(scheme: .apk, a: "1.0_alpha2-r0", b: "1.0-r0"),
      Pair(scheme: .apk, a: "1.1_alpha2", b: "1.1"),
      Pair(scheme: .apk, a: "1.0", b: "1.0_p1"),
      Pair(scheme: .apk, a: "1.01", b: "1.1"),
      Pair(scheme: .apk, a: "1.36.1-r2", b: "1.36.1-r15"),
      Pair(scheme: .apk, a: "1.2_blah", b: "1.2"),
      Pair(scheme: .apk, a: "1-ruff", b: "1"),
    ])
  func order(_ the: Pair) throws {
    #expect(try the.scheme.isEarlier(the.a, than: the.b))
    #expect(try !the.scheme.isEarlier(the.b, than: the.a))
  }

  @Test(
    "takes different texts for one version",
    arguments: [
      Pair(scheme: .dpkg, a: "1.0", b: "0:1.0-0"),
      Pair(scheme: .dpkg, a: "1.001", b: "1.1"),
      Pair(scheme: .apk, a: "1-r1", b: "1-r01"),
    ])
  func equal(_ the: Pair) throws {
    #expect(try !the.scheme.isEarlier(the.a, than: the.b))
    #expect(try !the.scheme.isEarlier(the.b, than: the.a))
  }

  @Test("refuses what dpkg refuses", arguments: ["", "1:", "a:1", ":1", "1-", "-1", "1 2", "1\u{e9}", "99999999999:1"])
  func malformedDebian(_ text: String) {
    #expect(throws: AuditError.self) { try DebianVersion(parsing: text) }
    #expect(VersionScheme.dpkg.fault(in: text) != nil)
  }

  @Test("tells what apk calls invalid", arguments: ["", "1.2_blah", "1.0bc", "1-r-0", "abc"])
  func malformedAlpine(_ text: String) {
    #expect(!AlpineVersion(text).isWellFormed)
  }

  @Test("reads what apk installs", arguments: ["1.36.1-r15", "2.4.0_git20230717-r5", "9.5_p1", "0.1.2a-r3", "20230506-r0"])
  func wellFormedAlpine(_ text: String) {
    #expect(AlpineVersion(text).isWellFormed)
  }
}
