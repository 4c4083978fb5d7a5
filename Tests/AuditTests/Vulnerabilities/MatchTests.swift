import Audit
import Images
import Testing

@Suite("A match of packages and advisories")
struct MatchTests {
  private func advisory(
    _ ruling: Advisory.Ruling? = nil, in release: String = "bookworm", id: String = "CVE-2024-1", of package: String = "tar",
    evidence: String? = nil, isAdvisory: Bool = false, urgency: Advisory.Urgency? = nil
  ) -> Advisory {
    Advisory(
      ecosystem: .debian, release: release, package: package, id: id, ruling: ruling,
      evidence: evidence.map { Advisory.Evidence(version: $0, isAdvisory: isAdvisory) }, urgency: urgency)
  }

  /// `status fixed` of each finding in tar, sorted by id.
  private func findings(_ advisories: [Advisory], installed: String = "1.34-5", codename: String = "bookworm") throws -> [String]
  {
    var compiler = IndexCompiler()
    for advisory in advisories { compiler.add(advisory) }
    let inventory = Inventory(
      operatingSystem: OperatingSystem(id: "debian", version: "12", codename: codename),
      packages: [InstalledPackage(name: "tar", version: installed, scheme: .dpkg, path: "/var/lib/dpkg/status", layer: 0)])
    return inventory.vulnerabilities(in: try compiler.compiled()).map { "\($0.status.rawValue) \($0.fixedVersion ?? "-")" }
  }

  @Test("compares with the fix of the release")
  func fixed() throws {
    #expect(try findings([advisory(.fixed("1.34-6"))]) == ["fixed 1.34-6"])
    #expect(try findings([advisory(.fixed("1.34-5"))]) == [])
    #expect(try findings([advisory(.fixed("1.34-6"), in: "bullseye")]) == [])
    #expect(try findings([advisory(.fixed("0:1.34-5-0"))], installed: "1.34-5") == ["fixed 0:1.34-5-0"])
    #expect(try findings([advisory(.fixed("1:0"))]) == ["fixed 1:0"])
  }

  @Test("keeps the states of a release apart")
  func states() throws {
    #expect(try findings([advisory(.open(.unfixed))]) == ["unfixed -"])
    #expect(try findings([advisory(.open(.noDSA))]) == ["no-dsa -"])
    #expect(try findings([advisory(.open(.postponed))]) == ["postponed -"])
    #expect(try findings([advisory(.open(.ignored))]) == ["ignored -"])
    #expect(try findings([advisory(.open(.endOfLife))]) == ["end-of-life -"])
    #expect(try findings([advisory(.open(.ignored), urgency: .unimportant)]) == ["unimportant -"])
    #expect(try findings([advisory(.notAffected)]) == [])
    #expect(try findings([advisory(.silent)]) == [])
  }

  @Test("falls back on unstable only where the release says nothing")
  func unstable() throws {
    #expect(try findings([advisory(.fixed("1.35-1"), in: "")]) == ["unfixed -"])
    #expect(try findings([advisory(.fixed("1.35-1"), in: "")], codename: "sid") == ["fixed 1.35-1"])
    #expect(try findings([advisory(.fixed("1.34-1"), in: "")]) == [])
    #expect(try findings([advisory(.open(.unfixed), in: "")]) == ["unfixed -"])
    #expect(try findings([advisory(.silent, in: "")]) == [])
    #expect(try findings([advisory(.fixed("1.35-1"), in: ""), advisory(.notAffected)]) == [])
    #expect(try findings([advisory(.fixed("1.35-1"), in: ""), advisory(.silent)]) == [])
    #expect(try findings([advisory(.open(.unfixed), in: ""), advisory(.fixed("1.34-9"))]) == ["fixed 1.34-9"])
    #expect(
      try findings([advisory(.fixed("1.35-1"), in: "", urgency: .unimportant), advisory(.open(.ignored))]) == ["unimportant -"])
    #expect(try findings([advisory(.fixed("1.34-2"), in: ""), advisory(.open(.noDSA))]) == [])
  }

  @Test("believes the changelog of the release over stale feeds")
  func evidence() throws {
    #expect(try findings([advisory(.open(.unfixed)), advisory(evidence: "1.34-5")]) == [])
    #expect(try findings([advisory(.fixed("1.35-1"), in: ""), advisory(evidence: "1.34-5")]) == [])
    #expect(try findings([advisory(.open(.noDSA)), advisory(evidence: "1.34-6")]) == ["no-dsa -"])
    #expect(try findings([advisory(evidence: "1.34-6")]) == [])
  }

  @Test("takes the changelog for an advisory where it may be one")
  func changelogAdvisory() throws {
    #expect(try findings([advisory(evidence: "1.34-6", isAdvisory: true)]) == ["fixed 1.34-6"])
    #expect(try findings([advisory(evidence: "1.34-5", isAdvisory: true)]) == [])
    #expect(try findings([advisory(.open(.noDSA)), advisory(evidence: "1.34-6", isAdvisory: true)]) == ["fixed 1.34-6"])
    #expect(try findings([advisory(.notAffected), advisory(evidence: "1.34-6", isAdvisory: true)]) == [])
    #expect(try findings([advisory(.fixed("1.34-7")), advisory(evidence: "1.34-6", isAdvisory: true)]) == ["fixed 1.34-7"])
  }

  @Test("goes by source package and source version, and reports each binary")
  func sources() throws {
    var compiler = IndexCompiler()
    compiler.add(advisory(.fixed("3.0.2-1"), of: "openssl"))
    compiler.add(advisory(.fixed("9"), id: "CVE-2024-2", of: "libssl3"))
    func package(_ name: String, _ version: String, source: String) -> InstalledPackage {
      InstalledPackage(
        name: name, version: "\(version)+b9", source: (source, version), scheme: .dpkg, path: "/var/lib/dpkg/status", layer: 0)
    }
    let inventory = Inventory(
      operatingSystem: OperatingSystem(id: "debian", version: "12", codename: "bookworm"),
      packages: [
        package("openssl", "3.0.1-1", source: "openssl"), package("libssl3", "3.0.1-1", source: "openssl"),
        package("libssl-doc", "3.0.2-1", source: "openssl"),
      ])
    let found = inventory.vulnerabilities(in: try compiler.compiled())
    #expect(found.map(\.package.name) == ["libssl3", "openssl"])
    #expect(found.allSatisfy { $0.id == "CVE-2024-1" })
  }

  @Test("says who says how bad it is")
  func severity() throws {
    var compiler = IndexCompiler()
    compiler.add(advisory(.open(.unfixed), urgency: .high))
    compiler.add(advisory(.open(.unfixed), id: "CVE-2024-2"))
    let inventory = Inventory(
      operatingSystem: OperatingSystem(id: "debian", version: "12", codename: "bookworm"),
      packages: [InstalledPackage(name: "tar", version: "1", scheme: .dpkg, path: "/", layer: 0)])
    let found = inventory.vulnerabilities(in: try compiler.compiled())
    #expect(found.map(\.severitySource) == ["debian", nil])
  }
}
