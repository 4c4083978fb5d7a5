import Audit
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("The occurrences of an audit")
struct OccurrenceTests {
  private let image = files(
    [
      "/etc/os-release": "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n",
      "/var/lib/dpkg/status": """
      Package: libssl3
      Status: install ok installed
      Source: openssl
      Version: 1:3.0.1-1
      Architecture: amd64

      Package: openssl
      Status: install ok installed
      Version: 1:3.0.1-1

      Package: tar/../evil name
      Status: install ok installed
      Version: 1.34-1

      """,
    ])

  private func record(indexed: Bool = true) throws -> AuditRecord {
    var compiler = IndexCompiler()
    for (package, id, ruling) in [
      ("openssl", "CVE-2024-1", Advisory.Ruling.fixed("1:3.0.2-1~deb12u1")), ("tar/../evil", "CVE-2024-2", .open(.unfixed)),
      ("openssl", "CVE-2024-3", .open(.noDSA)),
    ] {
      compiler.add(Advisory(ecosystem: .debian, release: "bookworm", package: package, id: id, ruling: ruling, urgency: .high))
    }
    compiler.add(
      FeedSummary(
        name: "tracker", kind: .debianTracker, digest: Digest(sha256Of: []), records: 1, newest: nil,
        releases: [Release(ecosystem: .debian, name: "bookworm")]))
    let report = audit(try subject(image, user: ""), against: indexed ? try compiler.compiled() : nil, atSeconds: 0)
    return report.record(in: try ProjectName(id: "shop"), atSeconds: 1_700_000_000)
  }

  @Test("are what the metadata store takes, each with its note")
  func valid() throws {
    let record = try record()
    for (id, note) in record.notes {
      #expect(note.faults.isEmpty, "\(id)")
      _ = try NoteName(project: try ProjectName(id: "shop"), id: id)
    }
    for occurrence in record.occurrences {
      #expect(occurrence.faults.isEmpty, "\(occurrence.noteName)")
      #expect(record.notes[try NoteName(parsing: occurrence.noteName).id]?.kind == occurrence.kind)
      #expect(occurrence.resourceUri.hasPrefix("https://my.regist.ry/shop/web@sha256:"))
    }
    #expect(Set(record.occurrences.map(\.kind)) == [.package, .vulnerability, .compliance, .image, .discovery])
  }

  @Test("group binary packages under the vulnerability of their source")
  func vulnerabilities() throws {
    let found = try record().occurrences.filter { $0.kind == .vulnerability }
    #expect(found.map(\.noteName) == ["projects/shop/notes/CVE-2024-1", "projects/shop/notes/CVE-2024-3"])
    let fixed = try #require(found.first).vulnerability
    #expect(fixed.packageIssue.map(\.affectedPackage) == ["libssl3", "openssl"])
    #expect(fixed.fixAvailable)
    #expect(fixed.effectiveSeverity == .high)
    let issue = try #require(fixed.packageIssue.first)
    #expect((issue.affectedVersion.epoch, issue.affectedVersion.name, issue.affectedVersion.revision) == (1, "3.0.1", "1"))
    #expect(issue.affectedVersion.kind == .normal)
    #expect((issue.fixedVersion.epoch, issue.fixedVersion.name, issue.fixedVersion.revision) == (1, "3.0.2", "1~deb12u1"))
    #expect(issue.fixedVersion.fullName == "1:3.0.2-1~deb12u1")
    #expect(issue.affectedCpeUri == "cpe:/o:debian:debian_linux:12")
    #expect(issue.packageType == "OS")
    let open = try #require(found.last).vulnerability
    #expect(open.packageIssue.allSatisfy { $0.fixedVersion.kind == .maximum && !$0.fixAvailable })
    #expect(!open.fixAvailable)
  }

  @Test("say how the scan ended, when, and against which database")
  func discovery() throws {
    let complete = try #require(try record().occurrences.last).discovery
    #expect(complete.analysisStatus == .finishedSuccess)
    #expect(complete.lastScanTime.seconds == 1_700_000_000)
    #expect(complete.files.first?.digest["sha256"]?.utf8.count == 64)
    let unknown = try #require(try record(indexed: false).occurrences.last).discovery
    #expect(unknown.analysisStatus == .finishedUnsupported)
    #expect(unknown.analysisStatusError.message == "there is no advisory database")
    #expect(unknown.files.isEmpty)
  }
}
