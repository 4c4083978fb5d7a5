import Audit
import Feeds
import Foundation
import TestSupport
import Testing

@Suite("The advisory database on disk")
struct AdvisoryDatabaseFileTests {
  private let folder: TemporaryFolder
  private let feed = Array(
    #"{"release":"bookworm","source":"apt","newest":"2.6.1","entries":[["2.6.1","bookworm",["CVE-2024-1"]]]}"#.utf8)

  init() throws { folder = try TemporaryFolder() }

  @Test("is read back as it was written, readable by all, and leaves nothing beside it")
  func roundTrip() throws {
    try folder.write(["in/changelogs.jsonl": feed])
    let made = try FeedImport([folder.path("in")]).index
    try folder.write(["out/advisories": Array("old".utf8)])
    try AdvisoryDatabaseFile.write(made, to: folder.path("out/advisories"))
    let read = try AdvisoryDatabaseFile.read(folder.path("out/advisories"))
    #expect(read.digest == made.digest)
    #expect(read.feeds == made.feeds)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("out/advisories"))
    #expect(attributes[.posixPermissions] as? Int == 0o644)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == ["advisories"])
  }

  @Test("is refused with its cause when it is none, damaged, or of another format")
  func refused() throws {
    try folder.write(["feed": feed, "none": Array("hello".utf8)])
    #expect(throws: AuditError.malformedIndex(because: "it does not start as one")) {
      try AdvisoryDatabaseFile.read(folder.path("none"))
    }
    let bytes = try FeedImport([folder.path("feed")]).index.bytes
    try folder.write(["short": Array(bytes.dropLast())])
    #expect(throws: AuditError.self) { try AdvisoryDatabaseFile.read(folder.path("short")) }
    var newer = bytes
    newer[16] = 2
    try folder.write(["newer": newer])
    #expect(throws: AuditError.foreignIndex(format: 2, readable: 1)) {
      try AdvisoryDatabaseFile.read(folder.path("newer"))
    }
    #expect(throws: FeedsError.self) { try AdvisoryDatabaseFile.read(folder.path("missing")) }
    #expect(throws: FeedsError.self) {
      try AdvisoryDatabaseFile.write(try FeedImport([folder.path("feed")]).index, to: folder.path("no/where"))
    }
  }
}
