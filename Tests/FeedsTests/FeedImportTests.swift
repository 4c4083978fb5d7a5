import Audit
import Feeds
import Images
import TestSupport
import Testing

@Suite("An import of feeds")
struct FeedImportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func imported(_ text: String, changelogs: FeedImport.Changelogs = .advisories) throws -> FeedImport {
    try folder.write(["feed": Array(text.utf8)])
    return try FeedImport([folder.path("feed")], changelogs: changelogs)
  }

  private func known(
    _ text: String, _ package: String, _ release: String, of ecosystem: Ecosystem = .debian
  ) throws -> [String] {
    try imported(text).index.advisories(of: package, in: Release(ecosystem: ecosystem, name: release)).map(Self.said)
  }

  private static func said(_ advisory: Advisory) -> String {
    let ruling: String =
      switch advisory.ruling {
      case nil: ""
      case .fixed(let version): " fixed \(version)"
      case .open(let state): " open \(state)"
      case .notAffected: " not affected"
      case .silent: " silent"
      }
    return advisory.id + ruling + (advisory.evidence.map { " named \($0.version)" } ?? "")
      + (advisory.urgency.map { " \($0)" } ?? "")
  }

  @Test("takes the lowest upload that names a CVE, those above it included")
  func changelogs() throws {
    let found = try known(
      """
      {"release":"bookworm","source":"lib","newest":"0.34-4~deb12u1","entries":[["0.34-4","unstable",["CVE-2011-1"]]]}
      {"release":"bookworm","source":"two","newest":"3","entries":[["3","bookworm",["CVE-1-1","CVE-2024-9"]],["2","x",["CVE-2024-9"]]]}
      """, "lib", "bookworm")
    #expect(found == ["CVE-2011-1 named 0.34-4~deb12u1"])
    let two = try imported(
      #"{"release":"sid","source":"two","newest":"3","entries":[["3","x",["CVE-2024-9"]],["2","x",["CVE-2024-9"]]]}"#)
    #expect(
      two.index.advisories(of: "two", in: Release(ecosystem: .debian, name: "sid")).map(Self.said) == ["CVE-2024-9 named 2"])
  }

  @Test("reads the annotations of Debian's tracker, every kind of them")
  func annotations() throws {
    let kinds = [
      "fixed", "unfixed", "no-dsa", "postponed", "ignored", "end-of-life", "not-affected", "undetermined", "removed", "itp",
    ]
    let lines = kinds.enumerated().map { index, kind in
      let state = #""kind":"\#(kind)","version":"\#(kind == "fixed" ? "1-2" : "")","severity":"low""#
      return #"{"id":"CVE-2024-\#(index)","annotations":[{"release":"bookworm","package":"a",\#(state)}]}"#
    }
    #expect(
      try known(lines.joined(separator: "\n"), "a", "bookworm") == [
        "CVE-2024-0 fixed 1-2 low", "CVE-2024-1 open unfixed low", "CVE-2024-2 open noDSA low", "CVE-2024-3 open postponed low",
        "CVE-2024-4 open ignored low", "CVE-2024-5 open endOfLife low", "CVE-2024-6 not affected low", "CVE-2024-7 silent low",
        "CVE-2024-8 silent low", "CVE-2024-9 silent low",
      ])
  }

  @Test("reads the tracker as Debian publishes it")
  func tracker() throws {
    let text = """
      {"tar": {"CVE-2005-2541": {"description": "x", "scope": "local", "releases": {
        "bookworm": {"status": "open", "repositories": {"bookworm": "1.34"}, "urgency": "unimportant"},
        "sid": {"status": "resolved", "fixed_version": "1.35-2", "urgency": "low**"},
        "bullseye": {"status": "open", "urgency": "not yet assigned", "nodsa": "Minor issue", "nodsa_reason": ""},
        "buster": {"status": "open", "urgency": "medium", "nodsa": "Minor", "nodsa_reason": "postponed"},
        "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "high"},
        "stretch": {"status": "open", "urgency": "end-of-life"},
        "jessie": {"status": "undetermined", "urgency": "low"}, "wheezy": {"status": "odd"}}}}}
      """
    let index = try imported(text).index
    func said(_ release: String) -> [String] {
      index.advisories(of: "tar", in: Release(ecosystem: .debian, name: release)).map { String(Self.said($0).dropFirst(14)) }
    }
    #expect(said("bookworm") == ["open unfixed unimportant"])
    #expect(said("sid") == ["fixed 1.35-2 low"])
    #expect(said("bullseye") == ["open noDSA"])
    #expect(said("buster") == ["open postponed medium"])
    #expect(said("trixie") == ["not affected high"])
    #expect(said("stretch") == ["open endOfLife"])
    #expect(said("jessie") == ["silent low"])
    #expect(said("wheezy") == [])
  }

  @Test("reads the lists of DSA and DLA, old and new")
  func advisoryLists() throws {
    let text = """
      [29 Mar 2023] DSA-5380-1 xorg-server - security update
      \t{CVE-2023-1393 CVE-2023-1394}
      \t[bullseye] - xorg-server 2:1.20.11-1+deb11u6
      [28 Jul 2006] DSA-1129 osiris - format string
              {CVE-2006-3120}
              [sarge] - osiris 4.0.6-1sarge1 (medium)
      \t[woody] - osiris <not-affected> (Vulnerable code not present)
      \tNOTE: fixed in testing at time of DSA
      [17 Mar 2023] DSA-5356-2 sox - regression update
      \t[bullseye] - sox 14.4.2+git20190427-2+deb11u2
      """
    let made = try imported(text)
    func said(_ package: String, _ release: String) -> [String] {
      made.index.advisories(of: package, in: Release(ecosystem: .debian, name: release)).map(Self.said)
    }
    #expect(
      said("xorg-server", "bullseye") == [
        "CVE-2023-1393 fixed 2:1.20.11-1+deb11u6", "CVE-2023-1394 fixed 2:1.20.11-1+deb11u6",
      ])
    #expect(said("osiris", "sarge") == ["CVE-2006-3120 fixed 4.0.6-1sarge1"])
    #expect(said("osiris", "woody") == ["CVE-2006-3120 not affected"])
    #expect(made.files.map(\.leftOut) == [1])
    #expect(made.files.first?.named == ["line 10: DSA-5356-2 names no CVE"])
    #expect(made.index.feeds.first?.newest == "2023-03-29")
    #expect(made.index.feeds.first?.records == 3)
  }

  @Test("reads Alpine's secdb as rows and as published, with all its ways to write ids")
  func secdb() throws {
    let fixes = """
      {"0":["CVE-2021-1","CVE-2021-2"],"1.0-r0":["CVE-2021-2","CVE-2016-9932 XSA-200","CVE-2017-2616 (+ regression fix)"],\
      "1.1-r0":["CVE-2021-2","CVE-2018-1 CVE-2018-2 XSA-254 XPTI","ALPINE-13661","CVE-????-????? XSA-9","CVE-2017-8073.patch"],\
      "4.10-1-r1":["CVE-2020-1"],"1.2":null}
      """
    let row = #"{"distroversion":"v3.19","reponame":"main","name":"xen","secfixes":\#(fixes)}"#
    let package = #"{"pkg":{"name":"xen","secfixes":\#(fixes)}}"#
    let document = #"{"archs":["x86_64"],"reponame":"main","distroversion":"v3.19","packages":[\#(package)]}"#
    for text in [row, document, "\n" + document.replacing(",", with: ",\n")] {
      #expect(
        try known(text, "xen", "v3.19", of: .alpine) == [
          "CVE-2016-9932 fixed 1.0-r0", "CVE-2017-2616 fixed 1.0-r0", "CVE-2017-8073 fixed 1.1-r0", "CVE-2018-1 fixed 1.1-r0",
          "CVE-2018-2 fixed 1.1-r0", "CVE-2020-1 fixed 4.10-1-r1", "CVE-2021-1 not affected", "CVE-2021-2 fixed 1.1-r0",
        ])
      #expect(try imported(text).files.map(\.leftOut) == [2])
    }
    let xen = try imported(row).index.advisories(of: "xen", in: Release(ecosystem: .alpine, name: "v3.19"))
    #expect(xen.first { $0.id == "CVE-2018-1" }?.aliases == ["XSA-254"])
  }

  @Test("counts and names damaged records, and takes the others")
  func damaged() throws {
    let made = try imported(
      """
      {"id":"CVE-2024-1","annotations":
      {"id":"CVE-2024-1","annotations":[{"release":"","package":"a","kind":"unfixed"}]}
      not JSON
      {"id":"CVE-2024-2","annotations":{}}
      {"id":"TEMP-0000-1","annotations":[{"release":"","package":"a","kind":"unfixed"}]}
      {"id":"CVE-2024-3","annotations":[{"release":"","package":"a","kind":"fixed","version":"1:"}]}
      {"id":"CVE-2024-4","annotations":[{"release":"","package":"a","kind":"new kind"}]}
      {"id":"CVE-2024-5","annotations":[{"release":"","package":"a\\u0000b","kind":"unfixed"}]}
      {"id":"CVE-2024-6","id":"CVE-2024-7","annotations":[]}
      """)
    #expect(made.index.count == 1)
    let report = try #require(made.files.first)
    #expect(report.leftOut == 8)
    #expect(report.named.map { $0.prefix { $0 != ":" } } == [1, 3, 4, 5, 6, 7, 8, 9].map { "line \($0)" })
  }

  @Test("reports every file it does not read, and why")
  func unread() throws {
    try folder.write([
      "in/good.jsonl": Array(#"{"release":"sid","source":"a","newest":"1","entries":[]}"#.utf8), "in/empty": [],
      "in/osv.jsonl": Array("{\"id\":\"PYSEC-1\",\"affected\":[]}\n{\"id\":\"PYSEC-2\"}".utf8),
      "in/text": Array("hello".utf8), "in/array.json": Array("[1,2]".utf8), "in/broken.gz": [0x1F, 0x8B, 8, 0, 0],
      "in/oval.xml.xz": [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "in/.hidden": Array("x".utf8),
    ])
    let files = try FeedImport([folder.path("in")]).files
    #expect(files.count == 7)
    #expect(files.filter { $0.summary != nil }.map { $0.path.hasSuffix("good.jsonl") } == [true])
    #expect(files.filter { $0.unread != nil }.count == 6)
    #expect(files.first { $0.path.hasSuffix("osv.jsonl") }?.unread?.contains("affected") == true)
  }

  @Test("makes the same database whatever the order and wrapping of the files")
  func deterministic() throws {
    let tracker = Array(#"{"id":"CVE-2024-1","annotations":[{"release":"","package":"a","kind":"unfixed"}]}"#.utf8)
    let list = Array("[29 Mar 2023] DLA-1-1 a - x\n\t{CVE-2024-1}\n\t[buster] - a 2\n".utf8)
    try folder.write(["one/b": tracker, "one/a": list, "two/a": list, "three/b": tracker, "packed/b.gz": gzip(tracker)])
    let together = try FeedImport([folder.path("one")]).index
    let apart = try FeedImport([folder.path("three"), folder.path("two/a"), folder.path("two")]).index
    #expect(together.bytes == apart.bytes)
    #expect(try FeedImport([folder.path("packed")]).index.count == 1)
  }

  @Test("dates a feed by its name where its records have no dates")
  func dated() throws {
    try folder.write(["secdb-2020-06-08-2.jsonl": Array(#"{"distroversion":"v3.9","name":"a","secfixes":{}}"#.utf8)])
    #expect(try FeedImport([folder.path("secdb-2020-06-08-2.jsonl")]).index.feeds.map(\.newest) == ["2020-06-08"])
  }

  @Test("refuses what is not there, and an import of nothing")
  func refused() throws {
    #expect(throws: FeedsError.self) { try FeedImport([folder.path("missing")]) }
    try folder.write(["nothing": Array("x".utf8)])
    #expect(throws: FeedsError.nothingImported) { try FeedImport([folder.path("nothing")]) }
    #expect(throws: FeedsError.nothingImported) { try FeedImport([]) }
  }

  @Test(
    "takes a whole folder of real feeds and names what it cannot read (needs ../shared/data)",
    .enabled(if: SharedData.has("feeds"), "../shared/data is absent"))
  func realFeeds() throws {
    let names =
      [
        "alpine-secdb-2020-06-08", "alpine-secdb-3.19-sample", "debian-changelog-cves-2026-11-18", "debian-tracker-sample",
        "osv-kubernetes",
      ].map { SharedData.path("feeds/\($0).jsonl.gz") }
      + ["debian-DSA-list-2023-04-02", "debian-DLA-list-2023-04-02"].map {
        SharedData.path("feeds/\($0).gz")
      }
    let made = try FeedImport(names)
    #expect(made.index.feeds.count == 6)
    #expect(made.index.feeds.map(\.records).reduce(0, +) > 8_000)
    #expect(made.files.filter { $0.unread != nil }.map { $0.path.contains("osv-kubernetes") } == [true])
    #expect(made.index.count > 30_000)
  }
}
