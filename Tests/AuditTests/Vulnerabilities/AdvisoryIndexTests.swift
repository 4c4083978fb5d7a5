import Audit
import Images
import Testing

@Suite("An advisory database")
struct AdvisoryIndexTests {
  private static let rulings: [Advisory.Ruling] = [.fixed("1.1"), .open(.postponed), .notAffected, .silent]

  private static func advisory(_ release: String, _ package: String, _ number: Int) -> Advisory {
    Advisory(
      ecosystem: .debian, release: release, package: package, id: "CVE-2024-\(number)", ruling: rulings[number],
      evidence: number == 3 ? Advisory.Evidence(version: "2", isAdvisory: true) : nil, urgency: number == 1 ? .low : nil,
      aliases: number == 0 ? ["DSA-1-1", "DSA-2-1"] : [])
  }

  private let advisories: [Advisory] = ["bookworm", "trixie", ""].flatMap { release in
    ["apt", "openssl", "tar"].flatMap { package in
      rulings.indices.map { advisory(release, package, $0) }
    }
  }

  private func summary(_ name: String) -> FeedSummary {
    FeedSummary(
      name: name, kind: .debianTracker, digest: Digest(sha256Of: Array(name.utf8)), records: 7, newest: "2026-11-18",
      releases: [Release(ecosystem: .debian, name: "trixie"), Release(ecosystem: .debian, name: "bookworm")])
  }

  private func compiled(_ advisories: [Advisory], _ feeds: [String]) throws -> AdvisoryIndex {
    var compiler = IndexCompiler()
    for advisory in advisories { compiler.add(advisory) }
    for feed in feeds { compiler.add(summary(feed)) }
    return try compiler.compiled()
  }

  @Test("gives back what it was made of, read from its bytes")
  func roundTrip() throws {
    let index = try AdvisoryIndex(reading: try compiled(advisories, ["b", "a"]).bytes)
    #expect(index.count == advisories.count)
    #expect(index.feeds == [summary("a"), summary("b")])
    for release in ["bookworm", "trixie", ""] {
      for package in ["apt", "openssl", "tar"] {
        #expect(
          index.advisories(of: package, in: Release(ecosystem: .debian, name: release))
            == advisories.filter { $0.release == release && $0.package == package })
      }
    }
    #expect(index.advisories(of: "nothing", in: Release(ecosystem: .debian, name: "trixie")).isEmpty)
    #expect(index.advisories(of: "apt", in: Release(ecosystem: .debian, name: "buster")).isEmpty)
    #expect(index.advisories(of: "apt", in: Release(ecosystem: .alpine, name: "bookworm")).isEmpty)
  }

  @Test("has the same bytes in whatever order things come, and other bytes for other things")
  func deterministic() throws {
    let one = try compiled(advisories, ["a", "b"])
    let other = try compiled(advisories.reversed() + advisories, ["b", "a", "b"])
    #expect(one.bytes == other.bytes)
    #expect(one.digest == other.digest)
    #expect(one.digest != (try compiled(Array(advisories.dropLast()), ["a", "b"])).digest)
  }

  @Test("keeps the highest fix, the lowest evidence and the strongest word when feeds repeat each other")
  func merged() throws {
    func said(_ ruling: Advisory.Ruling?, evidence: String? = nil) -> Advisory {
      Advisory(
        ecosystem: .debian, release: "bookworm", package: "apt", id: "CVE-1", ruling: ruling,
        evidence: evidence.map { .init(version: $0, isAdvisory: false) })
    }
    func merged(_ said: [Advisory]) throws -> Advisory? {
      let both = [try compiled(said, []), try compiled(said.reversed(), [])]
      #expect(both[0].bytes == both[1].bytes)
      return both[0].advisories(of: "apt", in: Release(ecosystem: .debian, name: "bookworm")).first
    }
    #expect(try merged([said(.fixed("1.9")), said(.fixed("1.10"))])?.ruling == .fixed("1.10"))
    #expect(try merged([said(.open(.noDSA)), said(.fixed("1"))])?.ruling == .fixed("1"))
    #expect(try merged([said(.notAffected), said(.fixed("1"))])?.ruling == .notAffected)
    #expect(try merged([said(.silent), said(.open(.unfixed))])?.ruling == .open(.unfixed))
    #expect(try merged([said(.open(.unfixed)), said(.open(.ignored))])?.ruling == .open(.ignored))
    #expect(try merged([said(nil, evidence: "1.10"), said(nil, evidence: "1.9")])?.evidence?.version == "1.9")
    #expect(try merged([said(.fixed("1.0")), said(.fixed("0:1.0"))])?.ruling == .fixed("1.0"))
  }

  @Test("survives whatever bytes are made of it")
  func damaged() throws {
    let bytes = try compiled(advisories, ["a"]).bytes
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: AuditError.self) { try AdvisoryIndex(reading: Array(bytes.prefix(count))) }
    }
    for place in stride(from: 44, to: bytes.count, by: 3) {
      var wrong = bytes
      wrong[place] = 0xFF
      guard let index = try? AdvisoryIndex(reading: wrong) else { continue }
      _ = index.feeds
      _ = index.advisories(of: "openssl", in: Release(ecosystem: .debian, name: "bookworm"))
    }
  }
}
