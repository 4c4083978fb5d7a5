import Foundation
import TestSupport
import Testing

@Suite("An audit from the command line")
struct AuditCommandTests {
  static let osRelease = "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"
  static let status = """
    Package: zlib1g
    Status: install ok installed
    Architecture: amd64
    Source: zlib
    Version: 1:1.2.13.dfsg-1

    """
  static let changelog =
    #"{"release":"bookworm","source":"zlib","newest":"1:1.2.13.dfsg-1+deb12u1","entries":[["1:1.2.13.dfsg-1+deb12u1","bookworm-security",["CVE-2099-0001"]]]}"#

  func layer(_ more: (inout TarBuilder) -> Void = { _ in }) -> [UInt8] {
    TarBuilder.build { tar in
      tar.file("etc/os-release", Self.osRelease)
      tar.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:991:991::/:/bin/sh\n")
      tar.file("var/lib/dpkg/status", Self.status)
      more(&tar)
    }
  }

  @Test("finds what the feeds know, and says which database it went by")
  func vulnerable() async throws {
    let pratique = try Pratique()
    try pratique.folder.write([
      "web.tar": TestImage(tars: [layer()], user: "991").layoutArchive(),
      "feeds/changelogs.jsonl": Array((Self.changelog + "\n").utf8),
    ])
    let compiled = try await pratique.run("feeds", "import", "feeds", "--output", "json")
    #expect(compiled.code == 0, "\(compiled.errors)")
    let database = try #require(
      (JSONSerialization.jsonObject(with: Data(compiled.output.utf8)) as? [String: Any])?["digest"] as? String)
    let audited = try await pratique.run("audit", "oci-archive:web.tar", "--output", "json")
    #expect(audited.code == 1, "what nobody has assessed may be as bad as can be")
    #expect(audited.output.contains("CVE-2099-0001"))
    #expect(audited.output.contains(database))
    let lenient = try await pratique.run("audit", "oci-archive:web.tar", "--fail-on", "never")
    #expect(lenient.code == 0, "\(lenient.errors)")
    #expect(lenient.output.contains("coverage complete"))
  }

  @Test("could not tell without a database, and never says clean")
  func unknown() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["web.tar": TestImage(tars: [layer()], user: "991").layoutArchive()])
    let audited = try await pratique.run("audit", "oci-archive:web.tar")
    #expect(audited.code == 2)
    #expect(audited.output.contains("coverage unknown"))
  }

  @Test("fails an image that runs as root with a setuid shell, and names the layer and the path")
  func root() async throws {
    let pratique = try Pratique()
    let image = TestImage(tars: [layer { $0.file("bin/rootsh", "x", mode: 0o4755) }], user: "")
    try pratique.folder.write(["ledger.tar": image.layoutArchive()])
    let audited = try await pratique.run("audit", "oci-archive:ledger.tar", "--fail-on", "high")
    #expect(audited.code == 1)
    #expect(audited.output.contains("runs-as-root"))
    #expect(audited.output.contains("layer 0 /bin/rootsh"))
  }
}
