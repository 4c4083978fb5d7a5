import Images
import Policies
import Testing

@Suite("The check diy")
struct DIYTests {
  @Test(
    "takes whole segments of names and nothing that only starts alike",
    arguments: [
      ("gcr.io/team/**", "gcr.io/team/web", true), ("gcr.io/team/**", "gcr.io/team/a/b/web", true),
      ("gcr.io/team/**", "gcr.io/team-evil/web", false), ("gcr.io/team/*", "gcr.io/team/a/b", false),
      ("gcr.io/team/web", "gcr.io/team/web", true), ("gcr.io/team/web", "gcr.io/team/web2", false),
      ("gcr.io/team/**", "gcr.io.evil.test/team/web", false), ("gcr.io/team/**", "evil.test/gcr.io/team/web", false),
      ("docker.io/library/*", "busybox", true), ("docker.io/library/*", "evil/busybox", false),
    ])
  func patterns(_ pattern: String, _ repository: String, _ passes: Bool) throws {
    let image = try sampleImage(repository)
    let variants = [ImageVariant(image, configuration: ImageConfiguration())]
    let verdict = try sampleCheck("diy", "repositories: [\"\(pattern)\"]")
      .verdict(on: CheckSubject(image, variants: .found(variants)), at: sampleNow)
    #expect(outcome(verdict) == (passes ? "passed" : "foreign-repository"))
  }

  @Test("refuses what is not there, and cannot decide while the registry does not answer")
  func presence() throws {
    let check = try sampleCheck("diy", "repositories: [registry.example.test/shop/**]")
    let image = try sampleImage()
    let absent = CheckSubject(image, variants: .refused(Reason(ImageError.notFound("web"))))
    let silent = CheckSubject(image, variants: .missing(noAnswer, .answer))
    #expect(outcome(check.verdict(on: absent, at: sampleNow)) == "image-not-found")
    #expect(outcome(check.verdict(on: silent, at: sampleNow)) == "undecided, no answer: no-answer")
    #expect(outcome(check.verdict(on: CheckSubject(image), at: sampleNow)) == "undecided, no record: not-read")
  }
}

@Suite("The check nobody")
struct NobodyTests {
  private let accounts = ImageFiles(
    entries: [FileEntry(path: "/etc/passwd", kind: .file, mode: 0o644, layer: 0)],
    contents: ["/etc/passwd": Array("web:x:1000:1000::/:\ntoor:x:0:0::/:\n".utf8)])

  @Test(
    "takes nothing for harmless that the kernel would run as root",
    arguments: [
      ("", "runs-as-root"), ("0", "runs-as-root"), ("root", "runs-as-root"), ("0:0", "runs-as-root"),
      ("0:1000", "runs-as-root"), ("00", "runs-as-root"), ("root:root", "runs-as-root"), ("toor", "runs-as-root"),
      ("-0", "runs-as-root"), ("4294967296", "unknown-user"), ("ghost", "unknown-user"), ("0x0", "unknown-user"),
      ("1000", "passed"), ("web", "passed"), ("1000:0", "passed"), ("65534:65534", "passed"),
    ])
  func users(_ user: String, _ expected: String) throws {
    let verdict = try sampleCheck("nobody").verdict(on: subject(users: [user], files: accounts), at: sampleNow)
    #expect(outcome(verdict) == expected)
  }

  @Test("looks at every platform")
  func platforms() throws {
    let check = try sampleCheck("nobody")
    #expect(outcome(try check.verdict(on: subject(users: ["1000", "0"]), at: sampleNow)) == "runs-as-root")
    #expect(outcome(try check.verdict(on: subject(users: ["1000", "1001"]), at: sampleNow)) == "passed")
  }

  @Test("cannot decide without the configuration")
  func silent() throws {
    let subject = CheckSubject(try sampleImage(), variants: .missing(noAnswer, .answer))
    #expect(outcome(try sampleCheck("nobody").verdict(on: subject, at: sampleNow)).hasPrefix("undecided"))
  }
}

@Suite("The check fresh")
struct FreshTests {
  @Test(
    "goes by what the configuration says",
    arguments: [
      ("2026-11-25T00:00:00Z", "passed"), ("2026-10-27T00:00:00Z", "passed"), ("2026-10-26T23:59:59Z", "too-old"),
      ("1970-01-01T00:00:00Z", "too-old"), ("2026-11-27T00:00:00Z", "made-in-the-future"), ("yesterday", "age-unknown"),
    ])
  func image(_ created: String, _ expected: String) throws {
    let verdict = try sampleCheck("fresh", "imageDays: 30").verdict(on: subject(users: ["1"], created: created), at: sampleNow)
    #expect(outcome(verdict) == expected)
  }

  @Test("needs a time at all, and knows a base only where one is recorded")
  func unknown() throws {
    #expect(
      outcome(try sampleCheck("fresh", "imageDays: 30").verdict(on: subject(users: ["1"]), at: sampleNow)) == "age-unknown")
    let image = try sampleImage()
    let check = try sampleCheck("fresh", "baseDays: 30")
    let missing = Reason(code: "base-unknown", problem: "No base.", remedy: "Record it.")
    let old = ImageVariant(image, configuration: ImageConfiguration(created: "2026-01-01T00:00:00Z"))
    #expect(
      outcome(check.verdict(on: CheckSubject(image, base: .missing(missing, .record)), at: sampleNow))
        == "undecided, no record: base-unknown")
    #expect(outcome(check.verdict(on: CheckSubject(image, base: .found(old)), at: sampleNow)) == "too-old")
  }

  @Test("fails on what is known to be too old, whatever else is missing")
  func both() throws {
    let image = try sampleImage()
    let old = ImageVariant(image, configuration: ImageConfiguration(created: "2026-01-01T00:00:00Z"))
    let subject = CheckSubject(image, variants: .missing(noAnswer, .answer), base: .found(old))
    #expect(outcome(try sampleCheck("fresh", "{imageDays: 30, baseDays: 30}").verdict(on: subject, at: sampleNow)) == "too-old")
  }
}
