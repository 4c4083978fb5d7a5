package import Metadata
package import Schemas
import SwiftProtobuf

/// The metadata that another server keeps, over its REST API. Close it when done.
package final class RemoteMetadata: MetadataReader, MetadataWriter {
  let client: RemoteClient

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

  /// One request, never sent again by itself; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: NoteName, with update: Update<Note>) async throws -> Note {
    try await client.patch(update.item, at: path(of: name), query: mask(update.paths), etag: update.etag)
  }

  /// One request, never sent again by itself; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: OccurrenceName, with update: Update<Occurrence>) async throws -> Occurrence {
    try await client.patch(update.item, at: path(of: name), query: mask(update.paths), etag: update.etag)
  }

  /// One request, never sent again by itself; see `MetadataWriter`.
  package func delete(_ name: NoteName, etag: String?) async throws {
    try await client.delete(path(of: name), etag: etag)
  }

  /// One request, never sent again by itself; see `MetadataWriter`.
  package func delete(_ name: OccurrenceName, etag: String?) async throws {
    try await client.delete(path(of: name), etag: etag)
  }

  /// What an event reaches, a page of it: the method `ListAffectedImages` of `pratique.v1`.
  ///
  /// - Throws: `MetadataError`, as the server says.
  package func affectedImages(
    _ request: Pratique_V1_ListAffectedImagesRequest
  ) async throws -> Pratique_V1_ListAffectedImagesResponse {
    var query = [("pageSize", String(request.pageSize))]
    switch request.cause {
    case .cve(let id): query.append(("cve", id))
    case .package(let name): query.append(("package", name))
    case .keyID(let id): query.append(("keyId", id))
    case .baseImage(let image): query.append(("baseImage", image))
    case nil: break
    }
    if !request.versionRange.isEmpty { query.append(("versionRange", request.versionRange)) }
    if !request.pageToken.isEmpty { query.append(("pageToken", request.pageToken)) }
    return try await client.get(request.parent.split(separator: "/").map(String.init) + ["affectedImages"], query: query)
  }

  private func path(of name: NoteName) -> [String] { ["projects", name.project.id, "notes", name.id] }
  private func path(of name: OccurrenceName) -> [String] { ["projects", name.project.id, "occurrences", name.id] }

  private func mask(_ paths: [String]) -> [(String, String)] {
    paths.isEmpty ? [] : [("updateMask", paths.joined(separator: ","))]
  }

  /// One request; see `MetadataReader`.
  package func note(_ name: NoteName) async throws -> Note {
    try await client.get(path(of: name))
  }

  /// One request; see `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) async throws -> Occurrence {
    try await client.get(path(of: name))
  }

  /// One request a page; see `MetadataReader`.
  package func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    let answer: Grafeas_V1_ListNotesResponse = try await client.get(
      ["projects", project.id, "notes"], query: try query(filter.text, page))
    return Page(answer.notes, next: answer.nextPageToken)
  }

  /// One request a page; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer: Grafeas_V1_ListOccurrencesResponse = try await client.get(
      ["projects", project.id, "occurrences"], query: try query(filter.text, page))
    return Page(answer.occurrences, next: answer.nextPageToken)
  }

  /// One request a page; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer: Grafeas_V1_ListNoteOccurrencesResponse = try await client.get(
      ["projects", note.project.id, "notes", note.id, "occurrences"], query: try query(filter.text, page))
    return Page(answer.occurrences, next: answer.nextPageToken)
  }

  private func query(_ filter: String, _ page: PageRequest) throws(MetadataError) -> [(String, String)] {
    try page.checkSize()
    var query = [("pageSize", String(page.size))]
    if !filter.isEmpty { query.append(("filter", filter)) }
    if let token = page.token { query.append(("pageToken", token)) }
    return query
  }
}
