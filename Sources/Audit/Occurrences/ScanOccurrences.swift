import Images
import Schemas
import SwiftProtobuf

extension Scribe {
  /// Failed checks, as COMPLIANCE.
  mutating func writeFindings() {
    let checks = Dictionary(allChecks.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    for finding in report.findings {
      guard let check = checks[finding.check] else { continue }
      var note = Grafeas_V1_Note()
      note.shortDescription = check.title
      note.longDescription = check.description
      note.compliance.title = check.title
      note.compliance.description_p = check.description
      note.compliance.rationale = check.rationale
      note.compliance.remediation = check.remedy
      note.compliance.cisBenchmark.profileLevel = 1
      note.compliance.cisBenchmark.severity = check.severity
      var found = Grafeas_V1_ComplianceOccurrence()
      found.nonComplianceReason = finding.reason
      found.nonCompliantFiles = finding.evidence.map { evidence in
        var file = Grafeas_V1_NonCompliantFile()
        file.path = evidence.path
        file.reason = "layer \(evidence.layer): \(evidence.detail)"
        return file
      }
      write(.compliance, of: check.id, note: note, remediation: finding.remedy, details: .compliance(found))
    }
  }

  /// The image itself; nothing for one without layers, which has no fingerprint.
  mutating func writeImage() {
    guard let top = report.configuration.diffIDs.last, let base = report.layers.first else { return }
    var fingerprint = Grafeas_V1_Fingerprint()
    fingerprint.v1Name = "\(top)"
    fingerprint.v2Blob = report.layers.map { "\($0)" }
    fingerprint.v2Name = report.layers.dropFirst().reduce("\(base)") { below, layer in
      "\(Digest(sha256Of: Array("\(layer) \(below)".utf8)))"
    }
    var note = Grafeas_V1_Note()
    note.shortDescription = "\(report.image)"
    note.image.resourceURL = report.image.resourceURI
    note.image.fingerprint = fingerprint
    var found = Grafeas_V1_ImageOccurrence()
    found.fingerprint = fingerprint
    write(.image, of: "image-\(report.image.digest.hex.prefix(64))", note: note, details: .image(found))
  }

  /// How the scan ended, when, and against which database.
  mutating func writeDiscovery(atSeconds: Int64) {
    var note = Grafeas_V1_Note()
    note.shortDescription = "Vulnerabilities of operating system packages"
    note.discovery.analysisKind = .vulnerability
    var found = Grafeas_V1_DiscoveryOccurrence()
    found.continuousAnalysis = .inactive
    found.cpe = cpeURI
    found.lastScanTime = Google_Protobuf_Timestamp(seconds: atSeconds, nanos: 0)
    found.analysisStatus = report.coverage.isComplete ? .finishedSuccess : .finishedUnsupported
    if !report.coverage.isComplete {
      found.analysisStatusError = Self.failedPrecondition(report.coverage.reasons.joined(separator: "; "))
      found.analysisError = report.coverage.reasons.map(Self.failedPrecondition)
    }
    if let database = report.database {
      var file = Grafeas_V1_DiscoveryOccurrence.File()
      file.name = "advisory-database"
      file.digest = [database.algorithm.rawValue: database.hex]
      found.files = [file]
    }
    let remediation =
      report.coverage.isComplete
      ? "" : "Import feeds for the distribution of the image with `pratique feeds import`, and audit again."
    write(.discovery, of: "vulnerability-scan", note: note, remediation: remediation, details: .discovery(found))
  }

  /// Code 9 of google.rpc.Code.
  private static func failedPrecondition(_ message: String) -> Google_Rpc_Status {
    var status = Google_Rpc_Status()
    status.code = 9
    status.message = message
    return status
  }
}
