import Images
package import Metadata
import Schemas

/// A report in the words of the metadata store: what occurs in the image, and the notes it refers to.
package struct AuditRecord: Sendable {
  /// By id. The same for every image, but for those of kind IMAGE.
  package let notes: [String: Note]
  /// Packages, vulnerabilities, failed checks, the image itself, and last the discovery that says how the scan ended.
  package let occurrences: [Occurrence]
}

extension AuditReport {
  /// - Parameters:
  ///   - project: where the notes are, or will be.
  ///   - atSeconds: since 1970, when the audit was made.
  package func record(in project: ProjectName, atSeconds: Int64) -> AuditRecord {
    var scribe = Scribe(report: self, project: project)
    scribe.writePackages()
    scribe.writeVulnerabilities()
    scribe.writeFindings()
    scribe.writeImage()
    scribe.writeDiscovery(atSeconds: atSeconds)
    return AuditRecord(notes: scribe.notes, occurrences: scribe.occurrences)
  }
}

/// Gathers notes and occurrences while a report is written down, one kind after the other.
struct Scribe {
  let report: AuditReport
  let project: ProjectName
  private(set) var notes: [String: Note] = [:]
  private(set) var occurrences: [Occurrence] = []

  init(report: AuditReport, project: ProjectName) {
    self.report = report
    self.project = project
  }

  /// The distribution as occurrences name it.
  var cpeURI: String { report.inventory.operatingSystem?.cpeURI ?? "cpe:/o:unknown:unknown" }

  /// Adds one occurrence of the note `id`, and the note when it is the first.
  mutating func write(
    _ kind: NoteKind, of id: String, note: Note, remediation: String = "",
    details: Occurrence.OneOf_Details
  ) {
    if notes[id] == nil {
      var made = note
      made.kind = kind
      notes[id] = made
    }
    var occurrence = Occurrence()
    occurrence.resourceUri = report.image.resourceURI
    occurrence.noteName = "\(project)/notes/\(id)"
    occurrence.kind = kind
    occurrence.remediation = remediation
    occurrence.details = details
    occurrences.append(occurrence)
  }

  /// Where in the image, for occurrences that have a place.
  func location(_ path: String, layer: Int) -> Grafeas_V1_FileLocation {
    var location = Grafeas_V1_FileLocation()
    location.filePath = path
    location.layerDetails.index = Int32(clamping: layer)
    if report.configuration.diffIDs.indices.contains(layer) {
      location.layerDetails.diffID = "\(report.configuration.diffIDs[layer])"
    }
    return location
  }

  /// `text` as part of a note's id: what may not stand there is `_`.
  func idPart(_ text: String) -> String {
    String(decoding: text.utf8.prefix(100).map { (33...126).contains($0) && $0 != UInt8(ascii: "/") ? $0 : 0x5F }, as: UTF8.self)
  }
}
