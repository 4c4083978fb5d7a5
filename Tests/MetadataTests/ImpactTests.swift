import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An affected image")
struct ImpactTests {
  /// Orders whole numbers, and knows nothing of distributions named other.
  struct Numbers: VersionOrdering {
    func isEarlier(_ a: String, than b: String, in cpeURI: String) -> Bool? {
      guard cpeURI != "other", let a = Int(a), let b = Int(b) else { return nil }
      return a < b
    }
  }

  static let note = "projects/shop/notes/CVE-2017-13036"

  @Test("tells the worst severity, each package once, and where it runs now")
  func facts() {
    var mild = Facts.vulnerability(of: Self.note, in: "bash", .critical)
    mild.vulnerability.effectiveSeverity = .low
    mild.vulnerability.packageIssue[0].fixedVersion = version("5.1", epoch: 1, revision: "2")
    let severe = Facts.vulnerability(of: Self.note, .high)
    let facts = ImageFacts(
      resourceURI: Facts.image, occurrences: [mild, severe, severe],
      deployments: [
        Facts.deployment(of: Self.note, to: "prod/namespaces/shop/pods/web"),
        Facts.deployment(of: Self.note, to: "test/default", undeployed: true),
        Facts.deployment(of: Self.note, to: "edge/default"),
      ])
    let image = facts.affectedImage
    #expect(image.resourceUri == Facts.image && image.severity == .high && image.occurrences.count == 3)
    #expect(image.packages.map(\.name) == ["bash", "tcpdump"] && image.packages.map(\.version) == ["4.9.0", "4.9.0"])
    #expect(image.packages.map(\.fixedVersion) == ["1:5.1-2", ""])
    #expect(image.deployments.map(\.cluster) == ["prod", "edge"] && image.deployments.map(\.namespace) == ["shop", "default"])
    #expect(image.deployments.allSatisfy { $0.deployTime.seconds == 1_700_000_000 })
  }

  @Test("has no severity when what is said of it is no vulnerability")
  func attested() {
    let facts = ImageFacts(resourceURI: Facts.image, occurrences: [Facts.attestation(of: Self.note)], deployments: [])
    #expect(facts.affectedImage.severity == .unspecified && facts.affectedImage.packages.isEmpty)
  }

  @Test(
    "reads cluster and namespace from two forms of address and guesses at no other",
    arguments: [
      ("prod/namespaces/shop", "prod", "shop"), ("prod/namespaces/shop/deployments/web", "prod", "shop"),
      ("projects/p/locations/l/clusters/c/namespaces/shop", "projects/p/locations/l/clusters/c", "shop"),
      ("prod/shop", "prod", "shop"), ("prod", "", ""), ("", "", ""), ("a/b/c", "", ""), ("/shop", "", ""),
      ("https://prod/shop", "", ""), ("prod/namespaces/", "", ""),
    ])
  func places(_ address: String, _ cluster: String, _ namespace: String) {
    let facts = ImageFacts(
      resourceURI: Facts.image, occurrences: [], deployments: [Facts.deployment(of: Self.note, to: address)])
    let place = facts.affectedImage.deployments[0]
    #expect(place.cluster == cluster && place.namespace == namespace && place.address == address)
  }

  @Test(
    "is in a range of versions, or not, or nobody knows",
    arguments: [
      ("", "7", "any", true), (">=4 <9", "4", "any", true), (">=4 <9", "9", "any", false), (">=4,<9", "3", "any", false),
      (">4", "4", "any", false), ("<=4", "4", "any", true), ("=4", "4", "any", true), ("= 4", "5", "any", false),
      (">= 4 < 9", "8", "any", true), ("<9", "x", "any", nil), ("<9", "8", "other", nil), ("", "8", "other", true),
    ] as [(String, String, String, Bool?)])
  func ranges(_ range: String, _ version: String, _ cpeURI: String, _ isContained: Bool?) throws {
    #expect(try VersionRange(parsing: range).contains(version, cpeURI, Numbers()) == isContained)
  }

  @Test(
    "refuses a range that it cannot read, and says how to write one",
    arguments: ["4", ">=", ">=4 <", "=>4", "<<4", ">=4 9", "< <4", "==4", String(repeating: "=4 ", count: 200)])
  func malformed(_ range: String) {
    let error = #expect(throws: MetadataError.self) { try VersionRange(parsing: range) }
    #expect(error?.code == "invalid-message")
  }

  @Test("is left out when no version is in the range, and told as uncertain when that is unknown")
  func narrowed() throws {
    func facts(_ version: String, _ cpeURI: String = "any") -> ImageFacts {
      var occurrence = Facts.vulnerability(of: Self.note)
      occurrence.vulnerability.packageIssue[0].affectedCpeUri = cpeURI
      occurrence.vulnerability.packageIssue[0].affectedVersion.name = version
      return ImageFacts(resourceURI: Facts.image, occurrences: [occurrence], deployments: [])
    }
    let range = try VersionRange(parsing: ">=4 <9")
    #expect(facts("9").narrowed(to: "tcpdump", in: range, by: Numbers()) == nil)
    #expect(facts("5").narrowed(to: "bash", in: range, by: Numbers()) == nil)
    #expect(facts("5").narrowed(to: "tcpdump", in: range, by: Numbers())?.isCertain == true)
    #expect(facts("5", "other").narrowed(to: "tcpdump", in: range, by: Numbers())?.isCertain == false)
  }

  @Test("writes versions as packagers do")
  func texts() {
    #expect(version("4.9.0", epoch: 0, revision: "1").text == "4.9.0-1")
    #expect(version("4.9.0", epoch: 2, revision: "").text == "2:4.9.0")
    #expect(Grafeas_V1_Version.with { ($0.name, $0.fullName) = ("4", "4~full") }.text == "4~full")
    #expect(Grafeas_V1_Version.with { $0.kind = .maximum }.text == "")
  }

  private func version(_ name: String, epoch: Int32, revision: String) -> Grafeas_V1_Version {
    .with { ($0.kind, $0.name, $0.epoch, $0.revision) = (.normal, name, epoch, revision) }
  }
}
