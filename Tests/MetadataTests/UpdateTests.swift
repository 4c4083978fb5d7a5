import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An update")
struct UpdateTests {
  static let name = "projects/shop/occurrences/id-1"
  static let time = Google_Protobuf_Timestamp.with { $0.seconds = 1_800_000_000 }

  /// A vulnerability as a store keeps it.
  static var current: Occurrence {
    get throws {
      var kept = try #require(Facts.occurrences()["vulnerability"])
      (kept.name, kept.kind, kept.remediation) = (name, .vulnerability, "update it")
      kept.createTime.seconds = 1_700_000_000
      kept.updateTime = kept.createTime
      kept.vulnerability.cvssv3.baseScore = 7.5
      kept.vulnerability.cvssv3.attackVector = .network
      return kept
    }
  }

  struct Masked: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let paths: [String]
    let wanted: @Sendable (inout Occurrence) -> Void

    init(_ paths: [String], _ does: String, _ wanted: @escaping @Sendable (inout Occurrence) -> Void) {
      (self.paths, testDescription, self.wanted) = (paths, "\(paths) \(does)", wanted)
    }
  }

  @Test(
    "takes the fields that the mask names",
    arguments: [
      Masked(["remediation"], "is cleared") { $0.remediation = "" },
      Masked(["vulnerability.severity"], "is set, the rest of the vulnerability stays") { $0.vulnerability.severity = .low },
      Masked(["vulnerability.packageIssue"], "is replaced whole, named as in JSON") {
        $0.vulnerability.packageIssue = change.vulnerability.packageIssue
      },
      Masked(["vulnerability.cvssv3.base_score"], "is cleared, the rest of the score stays") {
        $0.vulnerability.cvssv3.baseScore = 0
      },
      Masked(["vulnerability.cvssv3"], "is a message, and cleared") { $0.vulnerability.clearCvssv3() },
      Masked(["vulnerability.cvss_v2.base_score"], "is set in a message that was not there") {
        $0.vulnerability.cvssV2.baseScore = 5
      },
      Masked(["vulnerability.cvss_v4.base_score"], "is set nowhere, so the message is not made") { _ in },
      Masked(["remediation", "vulnerability.severity"], "are two") {
        $0.remediation = ""
        $0.vulnerability.severity = .low
      },
      Masked(["vulnerability.cvss_v2", "vulnerability.cvss_v2.base_score"], "overlap") {
        $0.vulnerability.cvssV2 = change.vulnerability.cvssV2
      },
      Masked(["name", "kind", "create_time", "update_time", "createTime.seconds"], "are the store's alone") { _ in },
    ])
  func masks(_ the: Masked) throws {
    var wanted = try Self.current
    the.wanted(&wanted)
    wanted.updateTime = Self.time
    #expect(try apply(Self.change, the.paths) == wanted)
  }

  @Test("takes everything that may change without a mask and with *", arguments: [[], ["*"], ["remediation", "*"]])
  func whole(_ paths: [String]) throws {
    var wanted = Self.change
    (wanted.name, wanted.kind) = (Self.name, .vulnerability)
    (wanted.createTime, wanted.updateTime) = (try Self.current.createTime, Self.time)
    #expect(try apply(Self.change, paths) == wanted)
    var unnamed = Self.change
    (unnamed.resourceUri, unnamed.noteName) = ("", "")
    #expect(try apply(unnamed, paths) == wanted, "what an update leaves out of the immutable ones stays")
  }

  @Test(
    "refuses a mask that it cannot follow",
    arguments: [
      ("no_such_field", "names no field"), ("", "names no field"), ("remediation.", "goes into a field that is taken whole"),
      ("vulnerability..severity", "names no field"), ("details", "names no field"),
      ("vulnerability.package_issue.affected_package", "goes into a field that is taken whole"),
      ("vulnerability.package_issue[0]", "names no field"), ("Vulnerability", "names no field"),
      ("vulnerability.severity.x", "goes into a field that is taken whole"),
    ])
  func refused(_ path: String, _ reason: String) throws {
    let error = #expect(throws: MetadataError.self) { try apply(Self.change, [path]) }
    guard case .invalid(what: "update_mask", reasons: let reasons)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reasons.count == 1 && reasons[0].contains(reason))
  }

  @Test("refuses more than a hundred paths")
  func tooMany() {
    #expect(throws: MetadataError.self) { try apply(Self.change, [String](repeating: "remediation", count: 101)) }
  }

  @Test("refuses what never changes, with a mask and without")
  func immutable() throws {
    var moved = Self.change
    moved.resourceUri = Facts.otherImage
    var renamed = Self.change
    renamed.noteName = "projects/shop/notes/other"
    var turned = Self.change
    turned.compliance.nonComplianceReason = "bad"
    var bare = Self.change
    bare.details = nil
    let refused: [(Occurrence, [String], String)] = [
      (moved, [], "resource_uri"), (moved, ["resourceUri"], "resource_uri"), (renamed, [], "note_name"),
      (renamed, ["note_name"], "note_name"), (turned, [], "details"), (turned, ["compliance"], "details"),
      (turned, ["compliance.non_compliance_reason"], "details"), (bare, ["vulnerability"], "details"), (bare, [], "details"),
    ]
    for (item, paths, field) in refused {
      #expect(throws: MetadataError.immutable(field: field), "\(paths)") { try apply(item, paths) }
    }
    #expect(try apply(moved, ["vulnerability.severity"]).resourceUri == Facts.image, "what the mask leaves out is not looked at")
  }

  @Test("changes nested fields of a note, and refuses to change its type")
  func notes() throws {
    let name = try NoteName(parsing: "projects/shop/notes/n")
    var current = Facts.attestationNote
    (current.name, current.kind, current.longDescription) = (name.description, .attestation, "long")
    var change = Facts.attestationNote
    change.attestation.hint.humanReadableName = "other"
    change.expirationTime.seconds = 5
    let update = Update(change, paths: ["attestation.hint.humanReadableName", "expiration_time.seconds"])
    let changed = try update.applied(to: current, named: name, at: Self.time)
    #expect(changed.attestation.hint.humanReadableName == "other" && changed.longDescription == "long")
    #expect(changed.expirationTime.seconds == 5 && changed.updateTime == Self.time)
    let other = Update(try #require(Facts.notes["build"]), paths: ["build"])
    #expect(throws: MetadataError.immutable(field: "type")) { try other.applied(to: current, named: name, at: Self.time) }
  }

  /// What a caller sends: another package, a lower severity, an older score, and names that are not theirs to set.
  static var change: Occurrence {
    var sent = Facts.vulnerability(of: "projects/shop/notes/vulnerability", in: "bash", .low)
    sent.vulnerability.cvssV2.baseScore = 5
    (sent.name, sent.kind) = ("projects/other/occurrences/forged", .secret)
    (sent.createTime.seconds, sent.updateTime.seconds) = (1, 1)
    return sent
  }

  private func apply(_ item: Occurrence, _ paths: [String]) throws -> Occurrence {
    try Update(item, paths: paths).applied(to: Self.current, named: OccurrenceName(parsing: Self.name), at: Self.time)
  }
}
