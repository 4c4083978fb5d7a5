package import Images
package import Metadata
package import Schemas
import SwiftProtobuf

/// Source: containeranalysis.v1, ExportSBOM; in-toto attestation, predicate "reference".
extension MetadataService {
  /// Writes what is recorded of an image's packages as an SPDX document, keeps it, and records where it is. What was
  /// exported before and is still so is not recorded again.
  ///
  /// Needs `occurrences.list`, `occurrences.create` and `notes.create` on the project.
  ///
  /// - Parameter request: its name is `projects/P/resources/RESOURCE`, the resource with its scheme or without. The target
  ///   is a placeholder without fields and changes nothing: the document is kept here.
  /// - Throws: `MetadataError.notFound` while no packages are recorded.
  package func exportSBOM(
    _ request: Google_Devtools_Containeranalysis_V1_ExportSBOMRequest, by caller: Caller
  ) async throws -> Google_Devtools_Containeranalysis_V1_ExportSBOMResponse {
    let (project, resource) = try Self.resource(in: request.name)
    try await require(.listOccurrences, on: .project(project), caller)
    try await require(.createOccurrences, on: .project(project), caller)
    try await require(.createNotes, on: .project(project), caller)
    let found = try await all(OccurrenceFilter(resourceURI: resource, kind: .package), in: project)
    guard let image = found.first?.resourceUri else {
      throw MetadataError.notFound("An inventory (record the packages first) of \(resource)")
    }
    let bytes = try SPDXDocument(of: image, packages: found).json()
    let digest = Digest(sha256Of: bytes)
    try await store.keep(bytes, as: digest, in: project)
    try await createMissing(SBOMRecord.notes, in: project, of: store)
    let sbom = SBOMRecord(project: project, image: image, document: digest)
    try await record(sbom.reference, in: project) { $0.sbomReference.payload.predicate.digest["sha256"] == digest.hex }
    let discovery = try await record(sbom.discovery, in: project) { $0.discovery.sbomStatus.sbomState == .complete }
    return .with { $0.discoveryOccurrence = discovery.name }
  }

  /// A document that an occurrence points to. Needs `occurrences.list` on the project.
  package func document(_ digest: Digest, in project: ProjectName, by caller: Caller) async throws -> [UInt8] {
    try await require(.listOccurrences, on: .project(project), caller)
    return try await store.document(digest, in: project)
  }

  /// The occurrence as it is recorded already, or as it is now.
  @discardableResult
  private func record(
    _ occurrence: Occurrence, in project: ProjectName, unless isTheSame: (Occurrence) -> Bool
  ) async throws -> Occurrence {
    let filter = OccurrenceFilter(
      resourceURI: occurrence.resourceUri, note: try NoteName(parsing: occurrence.noteName))
    if let known = try await all(filter, in: project).first(where: isTheSame) { return known }
    guard let stored = try await store.create([occurrence], in: project).first else { throw APIError.failed }
    return stored
  }

  private func all(_ filter: OccurrenceFilter, in project: ProjectName) async throws -> [Occurrence] {
    var (all, token): ([Occurrence], String?) = ([], nil)
    repeat {
      let page = try await store.occurrences(in: project, matching: filter, page: PageRequest(token: token))
      all += page.items
      token = page.nextToken
    } while token != nil
    return all
  }

  private static func resource(in name: String) throws(MetadataError) -> (ProjectName, String) {
    let parts = withoutLocation(name).split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == "resources", !parts[3].isEmpty else {
      throw .malformedName(name, form: "projects/{project}/resources/{resource}")
    }
    return (try ProjectName(requested: "projects/\(parts[1])"), String(parts[3]))
  }
}

/// What is recorded of a document that was written.
private struct SBOMRecord {
  static let referenceNote = "sbom-reference"
  static let discoveryNote = "sbom-discovery"

  let project: ProjectName
  let image: String
  let document: Digest

  static var notes: [String: Note] {
    [
      referenceNote: .with {
        $0.shortDescription = "SBOMs written by the metadata server"
        $0.sbomReference.format = "SPDX"
        $0.sbomReference.version = "2.3"
      },
      discoveryNote: .with {
        $0.shortDescription = "Whether the metadata server wrote an SBOM"
        $0.discovery.analysisKind = .sbomReference
      },
    ]
  }

  var reference: Occurrence {
    let subject = image.split(separator: "@", maxSplits: 1)
    let digest = subject.count == 2 ? try? Digest(parsing: subject[1]) : nil
    return .with {
      $0.resourceUri = image
      $0.noteName = "\(project)/notes/\(Self.referenceNote)"
      $0.sbomReference.payloadType = "application/vnd.in-toto+json"
      $0.sbomReference.payload.type = "https://in-toto.io/Statement/v1"
      $0.sbomReference.payload.predicateType = "https://in-toto.io/attestation/reference/v0.1"
      $0.sbomReference.payload.subject = [
        .with {
          $0.name = String(subject.first ?? "")
          if let digest { $0.digest = [digest.algorithm.rawValue: digest.hex] }
        }
      ]
      $0.sbomReference.payload.predicate = .with {
        $0.referrerID = "pratique"
        $0.location = "/v1/\(project)/documents/\(document)"
        $0.mimeType = SPDXDocument.mediaType
        $0.digest = [document.algorithm.rawValue: document.hex]
      }
    }
  }

  var discovery: Occurrence {
    .with {
      $0.resourceUri = image
      $0.noteName = "\(project)/notes/\(Self.discoveryNote)"
      $0.discovery.analysisStatus = .finishedSuccess
      $0.discovery.sbomStatus.sbomState = .complete
    }
  }
}
