import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("Validation")
struct ValidationTests {
  @Test("accepts one note and one occurrence of each kind")
  func sound() throws {
    for (id, note) in Facts.notes { #expect(note.faults.isEmpty, "\(id)") }
    for (id, occurrence) in Facts.occurrences() { #expect(occurrence.faults.isEmpty, "\(id)") }
  }

  struct Broken<Message: Sendable>: Sendable, CustomTestStringConvertible {
    let id: String
    let testDescription: String
    let spoil: @Sendable (inout Message) -> Void

    init(_ id: String, _ fault: String, _ spoil: @escaping @Sendable (inout Message) -> Void) {
      (self.id, testDescription, self.spoil) = (id, fault, spoil)
    }
  }

  @Test(
    "says which field of a note is missing",
    arguments: [
      Broken<Note>("build", "type is required") { $0.type = nil },
      Broken("build", "related_url[0].url is required") { $0.relatedURL = [.init()] },
      Broken("build", "build.builder_version is required") { $0.build.builderVersion = "" },
      Broken("vulnerability", "vulnerability.details is required") { $0.vulnerability.details = [] },
      Broken("vulnerability", "vulnerability.details[0].affected_cpe_uri is required") {
        $0.vulnerability.details[0].affectedCpeUri = ""
      },
      Broken("vulnerability", "vulnerability.details[0].affected_package is required") {
        $0.vulnerability.details[0].affectedPackage = ""
      },
      Broken("vulnerability", "vulnerability.details[0].fixed_cpe_uri is required") {
        $0.vulnerability.details[0].fixedCpeUri = ""
      },
      Broken("vulnerability", "vulnerability.details[0].fixed_package is required") {
        $0.vulnerability.details[0].fixedPackage = ""
      },
      Broken("vulnerability", "vulnerability.details[0].fixed_version.name is required") {
        $0.vulnerability.details[0].fixedVersion.name = ""
      },
      Broken("vulnerability", "vulnerability.details[0].affected_version_start.kind is required") {
        $0.vulnerability.details[0].affectedVersionStart.name = "1"
      },
      Broken("image", "image.resource_url is required") { $0.image.resourceURL = "" },
      Broken("image", "image.fingerprint is required") { $0.image.clearFingerprint() },
      Broken("image", "image.fingerprint.v1_name is required") { $0.image.fingerprint.v1Name = "" },
      Broken("image", "image.fingerprint.v2_blob[0] is required") { $0.image.fingerprint.v2Blob = [""] },
      Broken("package", "package.name is required") { $0.package.name = "" },
      Broken("package", "package.distribution[0].cpe_uri is required") { $0.package.distribution = [.init()] },
      Broken("discovery", "discovery.analysis_kind is required") { $0.discovery.analysisKind = .unspecified },
      Broken("attestation", "attestation.hint.human_readable_name is required") { $0.attestation.clearHint() },
      Broken("compliance", "compliance.title is required") { $0.compliance.title = "" },
    ])
  func notes(_ the: Broken<Note>) throws {
    var note = try #require(Facts.notes[the.id])
    the.spoil(&note)
    #expect(note.faults.count == 1 && note.faults[0].hasPrefix(the.testDescription + ": "), "\(note.faults)")
  }

  @Test(
    "says which field of an occurrence is missing",
    arguments: [
      Broken<Occurrence>("build", "resource_uri is required") { $0.resourceUri = "" },
      Broken("build", "resource_uri holds spaces or characters outside ASCII") { $0.resourceUri = "https://gcr.io/ä" },
      Broken("build", "resource_uri is longer than 2048 bytes") { $0.resourceUri = String(repeating: "a", count: 2049) },
      Broken("build", "note_name is required") { $0.noteName = "" },
      Broken("build", "note_name is malformed") { $0.noteName = "projects/p/notes/a/b" },
      Broken("build", "details is required") { $0.details = nil },
      Broken("build", "build is required") { $0.build.clearProvenance() },
      Broken("build", "build.provenance.id is required") { $0.build.provenance.id = "" },
      Broken("build", "build.provenance.commands[0].name is required") { $0.build.provenance.commands[0].name = "" },
      Broken("build", "build.provenance.source_provenance.file_hashes[Dockerfile].file_hash is required") {
        $0.build.provenance.sourceProvenance.fileHashes["Dockerfile"]?.fileHash = []
      },
      Broken("build", "build.provenance.source_provenance.file_hashes[Dockerfile].file_hash[0].type is required") {
        $0.build.provenance.sourceProvenance.fileHashes["Dockerfile"]?.fileHash[0].type = ""
      },
      Broken("vulnerability", "vulnerability.package_issue is required") { $0.vulnerability.packageIssue = [] },
      Broken("vulnerability", "vulnerability.package_issue[0].affected_cpe_uri is required") {
        $0.vulnerability.packageIssue[0].affectedCpeUri = ""
      },
      Broken("vulnerability", "vulnerability.package_issue[0].affected_package is required") {
        $0.vulnerability.packageIssue[0].affectedPackage = ""
      },
      Broken("vulnerability", "vulnerability.package_issue[0].affected_version is required") {
        $0.vulnerability.packageIssue[0].clearAffectedVersion()
      },
      Broken("vulnerability", "vulnerability.package_issue[0].fixed_version is required") {
        $0.vulnerability.packageIssue[0].clearFixedVersion()
      },
      Broken("image", "image.fingerprint is required") { $0.image.clearFingerprint() },
      Broken("image", "image.layer_info[0].directive is required") { $0.image.layerInfo[0].directive = "" },
      Broken("package", "package.location is required") { $0.package.location = [] },
      Broken("package", "package.location[0].cpe_uri is required") { $0.package.location[0].cpeUri = "" },
      Broken("discovery", "discovery.analysis_status_error contradicts FINISHED_SUCCESS") {
        $0.discovery.analysisStatusError.code = 2
      },
      Broken("attestation", "attestation.serialized_payload is required") { $0.attestation.serializedPayload.removeAll() },
      Broken("attestation", "attestation.signatures[0].public_key_id is required") {
        $0.attestation.signatures[0].publicKeyID = ""
      },
      Broken("attestation", "attestation.signatures[0].signature is required") {
        $0.attestation.signatures[0].signature.removeAll()
      },
      Broken("compliance", "compliance.non_compliance_reason is required") { $0.compliance.nonComplianceReason = "" },
      Broken("compliance", "compliance.non_compliant_files[0].path is required") { $0.compliance.nonCompliantFiles = [.init()] },
    ])
  func occurrences(_ the: Broken<Occurrence>) throws {
    var occurrence = try #require(Facts.occurrences()[the.id])
    the.spoil(&occurrence)
    #expect(occurrence.faults.count == 1 && occurrence.faults[0].hasPrefix(the.testDescription + ": "), "\(occurrence.faults)")
  }

  @Test("writes its faults as the reference server does")
  func wording() {
    let error = MetadataError.invalid(what: "note", reasons: ["a is required: b", "c is required: d"])
    #expect(error.problem == "note is invalid: [a is required: b, c is required: d].")
  }

  @Test(
    "has errors that survive the way to another server",
    arguments: [
      MetadataError.malformedName("x", form: "projects/{project}"), .invalid(what: "note", reasons: ["a", "b"]),
      .notFound("n"), .alreadyExists("n"), .malformedFilter(offset: 3, because: "r"), .malformedPageToken,
      .outOfBounds(what: "w", got: -1, bounds: "1 to 2"), .unauthenticated, .permissionDenied(right: "r", on: "o"),
      .unavailable("r"),
    ])
  func facts(_ error: MetadataError) { #expect(MetadataError(code: error.code, facts: error.facts) == error) }
}
