import Foundation
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("A filter of occurrences")
struct FilterMatchingTests {
  static let vulnerability = Occurrence.with {
    $0.name = "projects/shop/occurrences/o1"
    $0.resourceUri = "https://gcr.io/p/i@sha256:aa"
    $0.noteName = "projects/feed/notes/CVE-2024-1"
    $0.kind = .vulnerability
    $0.remediation = "Upgrade to 4.9.2*"
    $0.createTime.seconds = 1_577_923_200
    $0.updateTime.seconds = 1_577_923_200
    $0.updateTime.nanos = 250_000_000
    $0.vulnerability.severity = .high
    $0.vulnerability.cvssScore = 9.8
    $0.vulnerability.fixAvailable = true
    $0.vulnerability.risk.epss.score = 0.1
    $0.vulnerability.packageIssue = [issue("openssl", line: 0), issue("zlib", line: 7)]
  }

  static let build = Occurrence.with {
    $0.resourceUri = "gcr.io/p/i@sha256:aa"
    $0.noteName = "projects/ci/notes/builder"
    $0.kind = .build
    $0.build.provenance.buildOptions = ["mode": "release", "a.b": "", "e\u{301}": "x"]
    $0.build.provenance.commands = [.with { $0.args = ["one", "two"] }]
    $0.build.provenance.sourceProvenance.fileHashes["Dockerfile"] = .with {
      $0.fileHash = [
        .with {
          $0.type = "sha256"
          $0.value = Data([0xFB, 0xFF])
        }
      ]
    }
  }

  private static func issue(_ package: String, line: Int32) -> Grafeas_V1_VulnerabilityOccurrence.PackageIssue {
    .with {
      $0.affectedPackage = package
      $0.fileLocation = [.with { $0.lineNumber = line }]
    }
  }

  @Test(
    "matches by every operator on every type",
    arguments: [
      // Texts
      "remediation=\"Upgrade to 4.9.2\\*\"", "remediation=\"Upgrade*\"", "remediation=\"*4.9.2\\*\"", "remediation=\"*to*\"",
      "remediation:to", "remediation!=\"upgrade*\"", "remediation>Upgrade", "remediation<=\"V\"", "remediation>=\"Upgrade\"",
      "remediation<\"a\"", "remediation:*", "startsWith(remediation, Up)", "endsWith(remediation, \"2*\")",
      "vulnerability.type=\"\"",
      "NOT vulnerability.type:*", "NOT has(vulnerability.type)",
      // Enums
      "vulnerability.severity=HIGH", "vulnerability.severity=4", "vulnerability.severity>=HIGH",
      "vulnerability.severity<CRITICAL",
      "vulnerability.severity!=LOW", "vulnerability.severity:HIGH", "vulnerability.severity=(LOW OR HIGH)",
      "vulnerability.effectiveSeverity=SEVERITY_UNSPECIFIED", "vulnerability.effectiveSeverity<MINIMAL", "kind<2",
      // Numbers, booleans
      "vulnerability.cvssScore=9.8", "vulnerability.cvssScore>9", "vulnerability.cvssScore<=9.8", "vulnerability.cvssScore<1e1",
      "vulnerability.cvssScore:\"9.8\"", "vulnerability.risk.epss.score=0.1", "vulnerability.risk.epss.percentile=0",
      "vulnerability.fixAvailable=true", "vulnerability.fixAvailable!=false", "vulnerability.packageIssue.fixAvailable=false",
      "vulnerability.packageIssue.fileLocation.lineNumber=0x7", "vulnerability.packageIssue.fileLocation.lineNumber>-1",
      // Times
      "createTime=\"2020-01-02T00:00:00Z\"", "createTime=2020-01-02", "createTime>=2020-01-02", "createTime<2020-01-03",
      "createTime=timestamp(\"2020-01-02T01:00:00+01:00\")", "updateTime=\"2020-01-02T00:00:00.250Z\"", "updateTime>2020-01-02",
      "updateTime.nanos=250000000", "createTime:*",
      // Lists: any element
      "vulnerability.packageIssue.affectedPackage=zlib", "vulnerability.packageIssue[1].affectedPackage=zlib",
      "vulnerability.packageIssue[0].affectedPackage!=zlib", "vulnerability.packageIssue.affectedPackage:ssl",
      "vulnerability.packageIssue:*", "NOT vulnerability.packageIssue[2]:*",
      // Messages
      "vulnerability:*", "has(vulnerability.risk)", "NOT has(build)",
      // Names
      "noteId=\"CVE-*\"", "noteProjectId=feed", "noteName=\"projects/feed/*\"", "name=\"*/o1\"", "noteId:2024",
      "resourceUrl=\"gcr.io/p/*\"", "resourceUrl=\"https://gcr.io/*\"", "resourceUrl:\"https://gcr.io\"", "resourceUrl:\"/p/\"",
      "resourceUrl=\"*@sha256:aa\"", "resourceUrl>=\"gcr.io\"",
      // All texts
      "OPENSSL", "\"upgrade to\"", "-nowhere",
      // Absent
      "build.provenance.id!=x", "NOT build.provenance.id=\"\"", "NOT build.provenance.createTime<2030-01-01",
      "NOT build.provenance.buildOptions.mode=release",
    ])
  func matches(_ text: String) throws {
    let filter = try OccurrenceFilter(parsing: text)
    #expect(filter.matches(Self.vulnerability))
    #expect(try !OccurrenceFilter(parsing: "NOT (\(text))").matches(Self.vulnerability))
    #expect(try OccurrenceFilter(parsing: filter.text) == filter)
  }

  @Test(
    "matches maps by key and value, lists of texts by element, and bytes",
    arguments: [
      "build.provenance.buildOptions:mode", "build.provenance.buildOptions.mode=release",
      "build.provenance.buildOptions.mode:lea",
      "build.provenance.buildOptions[mode]>=release", "build.provenance.buildOptions:\"a.b\"",
      "build.provenance.buildOptions.\"a.b\"=\"\"", "NOT build.provenance.buildOptions.none=\"\"",
      "NOT build.provenance.buildOptions:none", "NOT build.provenance.buildOptions:\"\u{e9}\"",
      "build.provenance.buildOptions:*", "build.provenance.commands.args:two", "build.provenance.commands.args=\"t*\"",
      "NOT build.provenance.commands.args:tw", "build.provenance.commands.args[0]=one",
      "NOT build.provenance.commands.args[1]=one",
      "build.provenance.sourceProvenance.fileHashes.Dockerfile.fileHash.type=sha256",
      "build.provenance.sourceProvenance.fileHashes:Dockerfile", "build.provenance.sourceProvenance.fileHashes.Dockerfile:*",
      "build.provenance.sourceProvenance.fileHashes.Dockerfile.fileHash.value=\"+/8=\"",
      "build.provenance.sourceProvenance.fileHashes.Dockerfile.fileHash.value=\"-_8\"",
      "build.provenance.sourceProvenance.fileHashes.Dockerfile.fileHash.value!=\"\"", "DOCKERFILE",
      "resourceUrl=\"https://gcr.io/p/i@sha256:aa\"", "createTime<1971-01-01",
    ])
  func maps(_ text: String) throws {
    let filter = try OccurrenceFilter(parsing: text)
    #expect(filter.matches(Self.build))
    #expect(try OccurrenceFilter(parsing: filter.text) == filter)
  }

  @Test(
    "refuses values of another type than the field, at the value",
    arguments: [
      ("kind=\"build\"", 5, "kind has no value \"build\"; perhaps BUILD is meant"),
      (
        "vulnerability.severity>=SEVERE", 24,
        "vulnerability.severity has no value \"SEVERE\"; it has SEVERITY_UNSPECIFIED, MINIMAL, LOW, MEDIUM, HIGH, CRITICAL"
      ),
      ("vulnerability.cvssScore>high", 24, "vulnerability.cvssScore is a number; \"high\" is none that can be compared"),
      ("vulnerability.cvssScore>1e99", 24, "vulnerability.cvssScore is a number of 32 bits; 1e99 is too large"),
      ("vulnerability.cvssScore>nan", 24, "vulnerability.cvssScore is a number; \"nan\" is none that can be compared"),
      ("image.distance=1.5", 15, "image.distance is a whole number; \"1.5\" is none of 64 bits"),
      (
        "image.distance=99999999999999999999", 15, "image.distance is a whole number; \"99999999999999999999\" is none of 64 bits"
      ),
      ("vulnerability.fixAvailable=yes", 27, "vulnerability.fixAvailable is true or false; write one of them"),
      (
        "vulnerability.fixAvailable<true", 27,
        "vulnerability.fixAvailable is true or false and has no order; compare it with = or !="
      ),
      (
        "createTime>2020-13-01", 11,
        "createTime is a time; write it like \"2026-01-02T03:04:05Z\" or \"2026-01-02\", 1678 to 2261"
      ),
      (
        "createTime>2019-02-29", 11,
        "createTime is a time; write it like \"2026-01-02T03:04:05Z\" or \"2026-01-02\", 1678 to 2261"
      ),
      ("remediation=timestamp(\"2020-01-01\")", 22, "remediation is no time, so timestamp(…) cannot be compared with it"),
      (
        "attestation.serializedPayload=\"***\"", 30,
        "attestation.serializedPayload holds bytes; write them in base64 and double quotes"
      ),
      (
        "vulnerability=HIGH", 14,
        "vulnerability is a message; write vulnerability:* to ask whether it is there, or compare one of its fields, as in vulnerability.type"
      ),
      (
        "build.provenance.buildOptions=x", 30,
        "build.provenance.buildOptions is a map; write build.provenance.buildOptions.key = \"value\", or build.provenance.buildOptions:key"
      ),
    ])
  func refused(_ text: String, _ offset: Int, _ reason: String) {
    #expect(throws: MetadataError.malformedFilter(offset: offset, because: reason)) { try OccurrenceFilter(parsing: text) }
  }

  @Test("tells texts apart that are only written differently, as databases do")
  func bytes() throws {
    let composed = try OccurrenceFilter(parsing: "remediation=\"\u{e9}\"")
    let decomposed = try OccurrenceFilter(parsing: "remediation=\"e\u{301}\"")
    #expect(composed != decomposed)
    #expect(composed.matches(.with { $0.remediation = "\u{e9}" }) && !composed.matches(.with { $0.remediation = "e\u{301}" }))
  }
}
