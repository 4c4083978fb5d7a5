import Contracts
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import SwiftProtobuf
import Testing

@Suite("What an event reaches, over the metadata API")
struct ImpactTests {
  private static let digests = (1...4).map { "sha256:" + String(repeating: "\($0)", count: 64) }

  /// Images 1 to 4 in projects p, p, p and q, with version 1, 2, unknown and 4 of tcpdump, all with CVE-2017-13036.
  private func record(_ store: SQLiteStore) async throws {
    let note = try NoteName(parsing: "projects/feeds/notes/CVE-2017-13036")
    try await store.create(Facts.notes["vulnerability"] ?? Note(), named: note)
    for (index, digest) in Self.digests.enumerated() {
      var occurrence = Facts.occurrences()["vulnerability"] ?? Occurrence()
      occurrence.noteName = note.description
      occurrence.resourceUri = "https://registry.example.test/shop/web@\(digest)"
      occurrence.vulnerability.effectiveSeverity = index == 0 ? .critical : .low
      occurrence.vulnerability.packageIssue[0].affectedPackage = "tcpdump"
      occurrence.vulnerability.packageIssue[0].affectedVersion = .with {
        $0.kind = .normal
        $0.name = index == 2 ? "strange" : "\(index + 1)"
      }
      try await store.create([occurrence], in: ProjectName(id: index == 3 ? "q" : "p"))
    }
  }

  @Test(
    "is found by what happened",
    arguments: [
      ("p", "cve=CVE-2017-13036", [1, 2, 3]), ("-", "cve=CVE-2017-13036", [1, 2, 3, 4]), ("q", "package=tcpdump", [4]),
      ("-", "package=tcpdump&versionRange=%3C2", [1, 3]), ("-", "package=tcpdump&version_range=%3E%3D2%20%3C4", [2, 3]),
      ("-", "cve=CVE-1", []), ("-", "keyId=k", []), ("-", "baseImage=https://x/y", []),
    ])
  func found(_ project: String, _ query: String, _ images: [Int]) async throws {
    try await servingMetadata { address, store in
      try await record(store)
      let answer = try await send(.GET, "\(address)/v1/projects/\(project)/affectedImages?\(query)")
      #expect(answer.status == 200, "\(answer.text)")
      for (index, digest) in Self.digests.enumerated() {
        #expect(answer.text.contains(digest) == images.contains(index + 1), "\(digest) \(answer.text)")
      }
      if images == [1, 2, 3] { #expect(answer.text.contains(#""severity":"CRITICAL""#) && answer.text.contains("\"tcpdump\"")) }
    }
  }

  @Test("comes in pages that belong to one question")
  func pages() async throws {
    try await servingMetadata { address, store in
      try await record(store)
      let url = "\(address)/v1/projects/-/affectedImages?pageSize=3"
      let first = try await send(.GET, "\(url)&package=tcpdump")
      let token = try #require(first["nextPageToken"], "\(first.text)")
      let second = try await send(.GET, "\(url)&package=tcpdump&pageToken=\(token)")
      #expect(second.text.contains(Self.digests[3]) && !second.text.contains(Self.digests[0]) && second["nextPageToken"] == nil)
      for other in ["package=libpcap", "cve=tcpdump", "package=tcpdump&versionRange=%3C2"] {
        #expect(try await send(.GET, "\(url)&\(other)&pageToken=\(token)").status == 400)
      }
    }
  }

  @Test(
    "needs one cause, and a range only for packages",
    arguments: ["", "cve=a&package=b", "cve=a&versionRange=%3C2", "package=a&versionRange=2", "cve="])
  func refused(_ query: String) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.GET, "\(address)/v1/projects/p/affectedImages?\(query)")
      #expect(answer.status == 400 && answer["error.status"] == "INVALID_ARGUMENT", "\(answer.text)")
    }
  }

  @Test("is summed up by image and severity, for what the filter leaves")
  func summary() async throws {
    try await servingMetadata { address, store in
      try await record(store)
      let url = "\(address)/v1/projects/p/occurrences:vulnerabilitySummary"
      let all = try await send(.GET, url)
      #expect(all.text.components("\"resourceUri\"") == 6 && all.text.components("CRITICAL") == 1, "\(all.text)")
      let one = try await send(.GET, "\(url)?filter=resourceUrl%3D%22registry.example.test/shop/web@\(Self.digests[0])%22")
      #expect(one.text.components(Self.digests[0]) == 2 && !one.text.contains(Self.digests[1]), "\(one.text)")
      #expect(try await send(.GET, "\(url)?filter=kind%3D").status == 400)
    }
  }
}

@Suite("Readiness of the metadata server")
struct ReadinessTests {
  @Test("is what the store says", .timeLimit(.minutes(2)))
  func ready() async throws {
    try await servingMetadata { address, store in
      #expect(try await send(.GET, "\(address)/readyz").text == "ok\n")
      await store.close()
      let after = try await send(.GET, "\(address)/readyz")
      #expect(after.status == 503 && !after.text.isEmpty, "\(after.text)")
      #expect(try await send(.GET, "\(address)/healthz").status == 200)
    }
  }
}
