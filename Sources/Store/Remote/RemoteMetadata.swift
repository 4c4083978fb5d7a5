package import Metadata
import Schemas
import SwiftProtobuf

/// The metadata that another server keeps, over its REST API. Close it when done.
package final class RemoteMetadata: MetadataReader, MetadataWriter {
  private let client: RemoteClient

  /// - Throws: `StoreError.malformedAddress`, `.cannotOpen` for a file of authorities that cannot be read.
  package init(_ settings: RemoteSettings) throws(StoreError) { client = try RemoteClient(settings) }

  /// Ends the connections; nothing may be asked afterwards.
  package func close() async { await client.close() }

  /// One request for the batch, never sent again by itself; see `MetadataWriter`.
  @discardableResult
  package func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note] {
    let body = Grafeas_V1_BatchCreateNotesRequest.with { $0.notes = notes }
    let answer: Grafeas_V1_BatchCreateNotesResponse = try await client.post(
      body, to: ["projects", project.id, "notes"], verb: "batchCreate")
    return answer.notes
  }

  /// One request for the batch, never sent again by itself; see `MetadataWriter`.
  @discardableResult
  package func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    let body = Grafeas_V1_BatchCreateOccurrencesRequest.with { $0.occurrences = occurrences }
    let answer: Grafeas_V1_BatchCreateOccurrencesResponse = try await client.post(
      body, to: ["projects", project.id, "occurrences"], verb: "batchCreate")
    return answer.occurrences
  }

  /// One request; see `MetadataReader`.
  package func note(_ name: NoteName) async throws -> Note {
    try await client.get(["projects", name.project.id, "notes", name.id])
  }

  /// One request; see `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) async throws -> Occurrence {
    try await client.get(["projects", name.project.id, "occurrences", name.id])
  }

  /// One request a page; see `MetadataReader`.
  package func notes(in project: ProjectName, page: PageRequest) async throws -> Page<Note> {
    let answer: Grafeas_V1_ListNotesResponse = try await client.get(
      ["projects", project.id, "notes"], query: try query(OccurrenceFilter(), page))
    return Page(items: answer.notes, nextToken: answer.nextPageToken.isEmpty ? nil : answer.nextPageToken)
  }

  /// One request a page; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer: Grafeas_V1_ListOccurrencesResponse = try await client.get(
      ["projects", project.id, "occurrences"], query: try query(filter, page))
    return Page(items: answer.occurrences, nextToken: answer.nextPageToken.isEmpty ? nil : answer.nextPageToken)
  }

  /// One request a page; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer: Grafeas_V1_ListNoteOccurrencesResponse = try await client.get(
      ["projects", note.project.id, "notes", note.id, "occurrences"], query: try query(filter, page))
    return Page(items: answer.occurrences, nextToken: answer.nextPageToken.isEmpty ? nil : answer.nextPageToken)
  }

  private func query(_ filter: OccurrenceFilter, _ page: PageRequest) throws(MetadataError) -> [(String, String)] {
    try page.checkSize()
    var query = [("pageSize", String(page.size))]
    if filter != OccurrenceFilter() { query.append(("filter", filter.text)) }
    if let token = page.token { query.append(("pageToken", token)) }
    return query
  }
}
