import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("An old record")
struct LegacyTests {
  @Test("of a vulnerability, as the reference server's first README had it, comes over whole")
  func vulnerability() throws {
    let old = """
      {"kind":"PACKAGE_VULNERABILITY","name":"projects/myproject/occurrences/randomID",
       "noteName":"providers/myscanner/notes/CVE-2017-13036","resourceUrl":"https://gcr.io/myproject/image@sha256:aa",
       "vulnerabilityDetails":{"cvssScore":7.5,"packageIssue":[{
         "affectedLocation":{"cpeUri":"cpe:/o:canonical:ubuntu_linux:16.04","package":"tcpdump",
           "version":{"name":"4.9.0","revision":"1ubuntu1-ubuntu16.04.1"}},
         "fixedLocation":{"cpeUri":"cpe:/o:canonical:ubuntu_linux:16.04","package":"tcpdump",
           "version":{"name":"4.9.2","revision":"0ubuntu0.16.04.1"}},
         "severityName":"LOW"}],"severity":"HIGH"}}
      """
    let converted = try Converted(legacyOccurrence: json(old))
    let wanted = Occurrence.with {
      $0.name = "projects/myproject/occurrences/randomID"
      $0.kind = .vulnerability
      $0.noteName = "projects/myscanner/notes/CVE-2017-13036"
      $0.resourceUri = "https://gcr.io/myproject/image@sha256:aa"
      $0.vulnerability.severity = .high
      $0.vulnerability.cvssScore = 7.5
      $0.vulnerability.packageIssue = [
        .with {
          $0.affectedCpeUri = "cpe:/o:canonical:ubuntu_linux:16.04"
          $0.affectedPackage = "tcpdump"
          $0.affectedVersion = version("4.9.0", "1ubuntu1-ubuntu16.04.1")
          $0.fixedCpeUri = "cpe:/o:canonical:ubuntu_linux:16.04"
          $0.fixedPackage = "tcpdump"
          $0.fixedVersion = version("4.9.2", "0ubuntu0.16.04.1")
          $0.fixAvailable = true
          $0.effectiveSeverity = .low
        }
      ]
    }
    #expect(converted == Converted(item: wanted, losses: []))
    #expect(converted.item.faults.isEmpty)
  }

  @Test(
    "of each kind becomes an occurrence that a store takes",
    arguments: [
      ("BUILD_DETAILS", "buildDetails", "{\"provenance\":{\"id\":\"b1\"},\"provenanceBytes\":\"x\"}"),
      (
        "IMAGE_BASIS", "derivedImage",
        "{\"fingerprint\":{\"v1Name\":\"a\",\"v2Blob\":[\"b\"],\"v2Name\":\"c\"},\"distance\":2,\"layerInfo\":[{\"directive\":\"RUN\"}]}"
      ),
      (
        "PACKAGE_MANAGER", "installation",
        "{\"name\":\"tcpdump\",\"location\":[{\"cpeUri\":\"cpe:/o:debian:debian_linux:9\",\"version\":{\"name\":\"4.9\"},\"path\":\"/\"}]}"
      ),
      (
        "DEPLOYABLE", "deployment",
        "{\"userEmail\":\"a@b\",\"deployTime\":\"2017-10-12T07:20:50.52Z\",\"platform\":\"GKE\",\"resourceUri\":[\"r\"]}"
      ),
      ("DISCOVERY", "discovered", "{\"continuousAnalysis\":\"ACTIVE\",\"analysisStatus\":\"FINISHED_SUCCESS\"}"),
      (
        "ATTESTATION_AUTHORITY", "attestation",
        "{\"pgpSignedAttestation\":{\"signature\":\"-----BEGIN PGP MESSAGE-----\",\"pgpKeyId\":\"AB12\"}}"
      ),
      ("UPGRADE", "upgrade", "{\"package\":\"tcpdump\",\"parsedVersion\":{\"name\":\"4.9.2\"}}"),
    ])
  func kinds(_ kind: String, _ member: String, _ details: String) throws {
    for said in ["\"kind\":\"\(kind)\",", ""] {
      let converted = try Converted(
        legacyOccurrence: json(
          "{\(said)\"name\":\"projects/p/occurrences/o\",\"noteName\":\"providers/x/notes/y\",\"resourceUrl\":\"https://r\",\"\(member)\":\(details)}"
        ))
      #expect(converted.losses.isEmpty && converted.item.faults.isEmpty, "\(converted)")
      #expect(converted.item.kind == converted.item.detailsKind && converted.item.kind != .unspecified)
      let note = try Note(standingInFor: converted.item)
      #expect(note.faults.isEmpty && note.kind == converted.item.kind && note.name == "projects/x/notes/y", "\(note.faults)")
      #expect(note.longDescription.contains("import"))
    }
  }

  @Test(
    "that is a note of each kind becomes a note that a store takes",
    arguments: [
      (
        "PACKAGE_VULNERABILITY", "vulnerabilityType",
        "{\"cvssScore\":7.5,\"severity\":\"HIGH\",\"details\":[{\"cpeUri\":\"c\",\"package\":\"p\",\"minAffectedVersion\":{\"kind\":\"MINIMUM\"},\"severityName\":\"LOW\",\"fixedLocation\":{\"cpeUri\":\"c\",\"package\":\"p\",\"version\":{\"name\":\"2\"}},\"isObsolete\":true}]}"
      ),
      ("BUILD_DETAILS", "buildType", "{\"builderVersion\":\"1\"}"),
      ("IMAGE_BASIS", "baseImage", "{\"resourceUrl\":\"https://b\",\"fingerprint\":{\"v1Name\":\"a\",\"v2Blob\":[\"b\"]}}"),
      ("PACKAGE_MANAGER", "package", "{\"name\":\"p\",\"distribution\":[{\"cpeUri\":\"c\",\"architecture\":\"X64\"}]}"),
      ("DEPLOYABLE", "deployable", "{\"resourceUri\":[\"https://r\"]}"),
      ("DISCOVERY", "discovery", "{\"analysisKind\":\"PACKAGE_VULNERABILITY\"}"),
      ("ATTESTATION_AUTHORITY", "attestationAuthority", "{\"hint\":{\"humanReadableName\":\"qa\"}}"),
      ("UPGRADE", "upgrade", "{\"package\":\"p\",\"version\":{\"name\":\"2\"},\"distributions\":[{\"cpeUri\":\"c\"}]}"),
    ])
  func notes(_ kind: String, _ member: String, _ type: String) throws {
    let converted = try Converted(
      legacyNote: json(
        "{\"kind\":\"\(kind)\",\"name\":\"providers/x/notes/y\",\"shortDescription\":\"s\",\"relatedUrl\":[{\"url\":\"u\",\"label\":\"l\"}],\"createTime\":\"2017-10-12T07:20:50Z\",\"\(member)\":\(type)}"
      ))
    #expect(converted.losses.isEmpty && converted.item.faults.isEmpty, "\(converted)")
    #expect(converted.item.name == "projects/x/notes/y" && converted.item.kind == converted.item.typeKind)
    #expect(converted.item.createTime.seconds == 1_507_792_850)
  }

  @Test("tells each member that has no place today, wherever it stands")
  func losses() throws {
    let old = """
      {"name":"projects/p/occurrences/o","note_name":"providers/x/notes/y","resourceUrl":"https://r","operationName":"op",
       "extra":{"a":1},"resource":{"uri":"https://other","name":"n"},"kind":"PACKAGE_VULNERABILITY","installation":null,
       "vulnerabilityDetails":{"severity":"DREADFUL","cvssScore":"high","novel":true,"packageIssue":[
         {"affectedLocation":{"cpeUri":"c","package":"p","version":{"name":"1","epoch":1.5,"arch":"x86"}},
          "severityName":"negligible"}]},"derivedImage":{"distance":1}}
      """
    let converted = try Converted(legacyOccurrence: json(old))
    #expect(
      Set(converted.losses.map(\.path)) == [
        "operationName", "extra", "resource.uri", "resource.name", "derivedImage", "vulnerabilityDetails.severity",
        "vulnerabilityDetails.cvssScore", "vulnerabilityDetails.novel", "vulnerabilityDetails.packageIssue[0].severityName",
        "vulnerabilityDetails.packageIssue[0].affectedLocation.version.epoch",
        "vulnerabilityDetails.packageIssue[0].affectedLocation.version.arch",
      ])
    #expect(converted.losses.count == 11)
    #expect(converted.losses.first { $0.path == "extra" }?.what == "{\"a\":1}")
    #expect(converted.item.noteName == "projects/x/notes/y" && converted.item.resourceUri == "https://r")
    #expect(converted.item.vulnerability.packageIssue[0].fixedVersion.kind == .maximum)
  }

  @Test("of a build keeps its commands, artifacts, source and logs")
  func build() throws {
    let old = """
      {"name":"projects/p/occurrences/o","noteName":"providers/x/notes/y","resourceUrl":"https://r","buildDetails":{"provenance":{
       "id":"b1","projectId":"p","commands":[{"name":"docker","args":["build"],"waitFor":["-"]}],
       "builtArtifacts":[{"name":"gcr.io/p/i","checksum":"c","id":"i"}],"finishTime":"2017-10-12T07:20:50Z","logsBucket":"logs",
       "sourceProvenance":{"artifactStorageSource":{"bucket":"b","object":"o","generation":"7"},"storageSource":{"bucket":"c"},
         "repoSource":{"projectId":"p","repoName":"r","branchName":"main"},
         "fileHashes":{"a.c":{"fileHash":[{"type":"SHA256","value":"AQI="}]}}},
       "buildOptions":{"k":"v"},"builderVersion":"1"}}}
      """
    let converted = try Converted(legacyOccurrence: json(old))
    let provenance = converted.item.build.provenance
    #expect(converted.losses.map(\.path) == ["buildDetails.provenance.sourceProvenance.storageSource"])
    #expect(provenance.commands.first?.waitFor == ["-"] && provenance.builtArtifacts.first?.names == ["gcr.io/p/i"])
    #expect(provenance.logsUri == "gs://logs" && provenance.endTime.seconds == 1_507_792_850)
    #expect(provenance.sourceProvenance.artifactStorageSourceUri == "gs://b/o#7")
    #expect(provenance.sourceProvenance.context.cloudRepo.aliasContext.name == "main")
    #expect(provenance.sourceProvenance.fileHashes["a.c"]?.fileHash.first?.value == Data([1, 2]))
    #expect(provenance.buildOptions == ["k": "v"])
  }

  @Test(
    "that says neither what it is nor of which note is refused",
    arguments: ["{}", "[]", "7", "{\"kind\":\"CUSTOM\",\"noteName\":\"providers/x/notes/y\"}", "{\"kind\":\"UPGRADE\"}"])
  func refused(_ text: String) throws {
    let node = try json(text)
    #expect(throws: MetadataError.self) { try Converted(legacyOccurrence: node) }
  }

  private func version(_ name: String, _ revision: String) -> Grafeas_V1_Version {
    .with { ($0.kind, $0.name, $0.revision) = (.normal, name, revision) }
  }

  private func json(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }
}
