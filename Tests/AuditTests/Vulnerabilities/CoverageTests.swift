import Audit
import Images
import Testing

@Suite("The coverage of an audit")
struct CoverageTests {
  private static let status = "Package: tar\nStatus: install ok installed\nVersion: 1.34-1\n"
  private static let bookworm = "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n"
  /// 2026-11-21.
  private let now: Int64 = 1_795_219_200

  private func index(_ newest: String? = "2026-11-18") throws -> AdvisoryIndex {
    var compiler = IndexCompiler()
    compiler.add(
      FeedSummary(
        name: "tracker", kind: .debianTracker, digest: Digest(sha256Of: []), records: 1, newest: newest,
        releases: [Release(ecosystem: .debian, name: "bookworm")]))
    return try compiler.compiled()
  }

  private func coverage(_ contents: [String: String], _ index: AdvisoryIndex?, ageLimitDays: Int? = nil) throws -> Coverage {
    var settings = AuditSettings()
    settings.feedAgeLimitDays = ageLimitDays
    return audit(try subject(files(contents)), against: index, settings: settings, atSeconds: now).coverage
  }

  @Test("is complete when every package was compared with a feed of its release")
  func complete() throws {
    let image = ["/etc/os-release": Self.bookworm, "/var/lib/dpkg/status": Self.status]
    #expect(try coverage(image, try index()).isComplete)
    #expect(try coverage(image, try index(), ageLimitDays: 3).isComplete)
  }

  struct Doubt: CustomTestStringConvertible {
    var system: String? = bookworm
    var dpkg: String? = status
    var apk: String?
    let reason: String
    var testDescription: String { reason }
  }

  @Test(
    "is unknown, with its reason",
    arguments: [
      Doubt(system: nil, reason: "no file of the image names its distribution"),
      Doubt(system: "ID=ubuntu\nVERSION_ID=24.04\n", reason: "advisories for ubuntu 24.04"),
      Doubt(system: "ID=debian\nVERSION_ID=11\n", reason: "holds no feed for debian bullseye"),
      Doubt(dpkg: nil, reason: "no package database"),
      Doubt(dpkg: "", reason: "no package database"),
      Doubt(dpkg: "\(status)\nPackage: x\nStatus: install ok installed\n", reason: "package x has no version"),
      Doubt(dpkg: "Package: x\nStatus: install ok installed\nVersion: a:1\n", reason: "cannot be compared"),
      Doubt(apk: "P:a\nV:1\n\n", reason: "1 packages are not of debian 12"),
    ])
  func unknown(_ the: Doubt) throws {
    var image: [String: String] = [:]
    image["/etc/os-release"] = the.system
    image["/var/lib/dpkg/status"] = the.dpkg
    image["/lib/apk/db/installed"] = the.apk
    let found = try coverage(image, try index())
    #expect(found.reasons.contains { $0.contains(the.reason) }, "\(found)")
  }

  @Test("is unknown without a database, and with one that is too old or says no age")
  func stale() throws {
    let image = ["/etc/os-release": Self.bookworm, "/var/lib/dpkg/status": Self.status]
    #expect(try coverage(image, nil).reasons == ["there is no advisory database"])
    #expect(
      try coverage(image, try index(), ageLimitDays: 2).reasons == [
        "the feeds for debian bookworm are 3 days old, and at most 2 are allowed"
      ])
    #expect(try !coverage(image, try index(nil), ageLimitDays: 100).isComplete)
    #expect(try coverage(image, try index(nil)).isComplete)
  }
}
