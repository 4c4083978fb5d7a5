import Audit
import Images
import Schemas
import Testing

/// An image to audit, under `repository`.
func subject(
  _ files: ImageFiles = ImageFiles(), user: String = "1000:1000", repository: String = "my.regist.ry/shop/web"
) throws -> AuditSubject {
  let digest = Digest(sha256Of: Array("image".utf8))
  return AuditSubject(
    image: PinnedReference(repository: try Repository(parsing: repository), digest: digest),
    configuration: ImageConfiguration(user: user, diffIDs: [Digest(sha256Of: Array("content".utf8))]), files: files,
    layers: [Digest(sha256Of: Array("layer".utf8))])
}

@Suite("The checks of an image")
struct CheckTests {
  private func found(_ subject: AuditSubject, _ check: String, _ settings: AuditSettings = AuditSettings()) -> [CheckFinding] {
    audit(subject, against: nil, settings: settings, atSeconds: 0).findings.filter { $0.check == check }
  }

  @Test("find root and what cannot be told, and name the user as written", arguments: ["", "0:5", "4294967296", "evil\n"])
  func root(_ user: String) throws {
    let findings = found(try subject(user: user), "runs-as-root")
    #expect(findings.count == 1)
    #expect(findings.allSatisfy { !$0.reason.contains("\n") && $0.severity == .high })
  }

  @Test("find group 0 apart from root")
  func rootGroup() throws {
    #expect(found(try subject(user: "1000"), "runs-in-root-group").count == 1)
    #expect(found(try subject(user: "1000:1000"), "runs-in-root-group").isEmpty)
    #expect(found(try subject(user: "0"), "runs-in-root-group").isEmpty)
    #expect(found(try subject(user: "1000"), "runs-as-root").isEmpty)
  }

  struct Program: CustomTestStringConvertible {
    let mode: UInt16
    var kind = FileEntry.Kind.file
    let isFound: Bool
    var testDescription: String { String(mode, radix: 8) }
  }

  @Test(
    "find programs that run with the rights of their owner",
    arguments: [
      Program(mode: 0o4755, isFound: true), Program(mode: 0o2755, isFound: true), Program(mode: 0o6711, isFound: true),
      Program(mode: 0o4644, isFound: false), Program(mode: 0o2705, isFound: false), Program(mode: 0o755, isFound: false),
      Program(mode: 0o1777, isFound: false), Program(mode: 0o2775, kind: .directory, isFound: false),
      Program(mode: 0o4777, kind: .symbolicLink(target: "/bin/su"), isFound: false),
    ])
  func setuid(_ the: Program) throws {
    let entry = FileEntry(path: "/bin/su", kind: the.kind, mode: the.mode, userID: 0, groupID: 42, layer: 3)
    let findings = found(try subject(ImageFiles(entries: [entry])), "setuid-files")
    #expect(findings.count == (the.isFound ? 1 : 0))
    #expect(findings.flatMap(\.evidence).allSatisfy { $0.path == "/bin/su" && $0.layer == 3 && $0.detail.contains("owner 0:42") })
  }

  @Test("write modes as people know them")
  func modes() {
    let entry = FileEntry(path: "/a", kind: .file, mode: 0o4755, layer: 0)
    #expect(entry.modeText == "-rwsr-xr-x")
    #expect(FileEntry(path: "/a", kind: .file, mode: 0o7644, layer: 0).modeText == "-rwSr-Sr-T")
  }

  struct Trust: CustomTestStringConvertible {
    let trusted: String
    let image: String
    let isCovered: Bool
    var testDescription: String { "\(trusted) and \(image)" }
  }

  @Test(
    "compare repositories segment by segment",
    arguments: [
      Trust(trusted: "my.regist.ry/shop", image: "my.regist.ry/shop/web", isCovered: true),
      Trust(trusted: "my.regist.ry/shop", image: "my.regist.ry/shop", isCovered: true),
      Trust(trusted: "my.regist.ry", image: "my.regist.ry/any/thing", isCovered: true),
      Trust(trusted: "MY.regist.ry", image: "my.regist.ry/any", isCovered: true),
      Trust(trusted: "my.regist.ry/shop", image: "my.regist.ry/shop-evil", isCovered: false),
      Trust(trusted: "my.regist.ry/shop", image: "my.regist.ry/shopping/web", isCovered: false),
      Trust(trusted: "my.regist.ry/shop/web", image: "my.regist.ry/shop", isCovered: false),
      Trust(trusted: "my.regist.ry", image: "my.regist.ry.example/shop", isCovered: false),
      Trust(trusted: "my.regist.ry", image: "my.regist.ry:5000/shop", isCovered: false),
      Trust(trusted: "library", image: "busybox", isCovered: true),
      Trust(trusted: "docker.io/library", image: "busybox", isCovered: true),
      Trust(trusted: "docker.io", image: "busybox", isCovered: true),
      Trust(trusted: "library", image: "evil/library", isCovered: false),
    ])
  func trust(_ the: Trust) throws {
    var settings = AuditSettings()
    settings.trustedRepositories = [try TrustedRepository(parsing: the.trusted)]
    #expect(found(try subject(repository: the.image), "trusted-repository", settings).isEmpty == the.isCovered)
  }

  @Test(
    "trust everything while nothing is said, and refuse what names nothing",
    arguments: [
      "", "/", "my.regist.ry/*", "my.regist.ry//shop", "my.regist.ry/shop/", "my.regist.ry/shop:v1", "MY/Shop",
    ])
  func malformedTrust(_ text: String) throws {
    #expect(found(try subject(), "trusted-repository").isEmpty)
    #expect(throws: AuditError.malformedTrust(text)) { try TrustedRepository(parsing: text) }
  }

  @Test("report what no sound builder writes")
  func oddities() throws {
    let files = ImageFiles(oddities: [.init(code: "unsafe-path", path: "../../tmp/pwned", layer: 1)])
    let findings = found(try subject(files), "unsafe-paths")
    #expect(findings.map(\.evidence) == [[Evidence(path: "../../tmp/pwned", layer: 1, detail: "unsafe-path")]])
    #expect(found(try subject(), "unsafe-paths").isEmpty)
  }

  @Test("have a text for everything a person asks, each its own id")
  func texts() {
    #expect(Set(allChecks.map(\.id)).count == allChecks.count)
    #expect(allChecks.allSatisfy { !$0.title.isEmpty && !$0.description.isEmpty && !$0.rationale.isEmpty && !$0.remedy.isEmpty })
  }
}
