package import Metadata
package import Schemas
import SwiftProtobuf

/// Who creates, changes or deletes an occurrence speaks in the name of its note: the right in the occurrence's own project
/// is not enough, `notes.attachOccurrence` on the note is needed too.
///
/// Source: grafeas.v1.Grafeas, the methods of occurrences.
extension MetadataService {
  /// Needs `occurrences.get` on the occurrence.
  package func getOccurrence(
    _ request: Grafeas_V1_GetOccurrenceRequest, by caller: Caller
  ) async throws -> Occurrence {
    let name = try OccurrenceName(requested: request.name)
    try await require(.getOccurrences, on: .occurrence(name), caller)
    return try await store.occurrence(name)
  }

  /// Needs `occurrences.list` on the project.
  package func listOccurrences(
    _ request: Grafeas_V1_ListOccurrencesRequest, by caller: Caller
  ) async throws -> Grafeas_V1_ListOccurrencesResponse {
    let project = try ProjectName(requested: request.parent)
    try await require(.listOccurrences, on: .project(project), caller)
    let filter = try OccurrenceFilter(parsing: request.filter)
    let list = ["occurrences", project.description, request.filter]
    let page = try await store.occurrences(
      in: project, matching: filter, page: pageRequest(request.pageSize, request.pageToken, of: list))
    return .with {
      $0.occurrences = page.items
      $0.nextPageToken = nextToken(page, of: list)
    }
  }

  /// Needs `occurrences.create` on the project and `notes.attachOccurrence` on the note.
  package func createOccurrence(
    _ request: Grafeas_V1_CreateOccurrenceRequest, by caller: Caller
  ) async throws -> Occurrence {
    guard let stored = try await create([request.occurrence], in: request.parent, by: caller).first else {
      throw APIError.failed
    }
    return stored
  }

  /// Needs `occurrences.create` on the project and `notes.attachOccurrence` on every note. Creates all or none; an error
  /// says which of them it is about.
  package func batchCreateOccurrences(
    _ request: Grafeas_V1_BatchCreateOccurrencesRequest, by caller: Caller
  ) async throws -> Grafeas_V1_BatchCreateOccurrencesResponse {
    let stored = try await create(request.occurrences, in: request.parent, by: caller)
    return .with { $0.occurrences = stored }
  }

  /// Needs `occurrences.update` on the occurrence and `notes.attachOccurrence` on its note.
  ///
  /// - Parameter etag: of the occurrence that the change was made on; nil changes whatever is there.
  package func updateOccurrence(
    _ request: Grafeas_V1_UpdateOccurrenceRequest, etag: String?, by caller: Caller
  ) async throws -> Occurrence {
    let name = try OccurrenceName(requested: request.name)
    try await require(.updateOccurrences, on: .occurrence(name), caller)
    try await requireAttach(to: [store.occurrence(name)], caller)
    var occurrence = request.occurrence
    occurrence.noteName = withoutLocation(occurrence.noteName)
    return try await store.update(name, with: Update(occurrence, paths: request.updateMask.paths, etag: etag))
  }

  /// Needs `occurrences.delete` on the occurrence and `notes.attachOccurrence` on its note.
  ///
  /// - Parameter etag: of the occurrence that is meant; nil deletes whatever is there.
  package func deleteOccurrence(
    _ request: Grafeas_V1_DeleteOccurrenceRequest, etag: String?, by caller: Caller
  ) async throws {
    let name = try OccurrenceName(requested: request.name)
    try await require(.deleteOccurrences, on: .occurrence(name), caller)
    try await requireAttach(to: [store.occurrence(name)], caller)
    try await store.delete(name, etag: etag)
  }

  /// Needs `occurrences.get` on the occurrence and `notes.get` on its note.
  package func getOccurrenceNote(
    _ request: Grafeas_V1_GetOccurrenceNoteRequest, by caller: Caller
  ) async throws -> Note {
    let name = try OccurrenceName(requested: request.name)
    try await require(.getOccurrences, on: .occurrence(name), caller)
    let note = try await NoteName(parsing: store.occurrence(name).noteName)
    try await require(.getNotes, on: .note(note), caller)
    return try await store.note(note)
  }

  private func create(
    _ occurrences: [Occurrence], in parent: String, by caller: Caller
  ) async throws -> [Occurrence] {
    let project = try ProjectName(requested: parent)
    try await require(.createOccurrences, on: .project(project), caller)
    let named = occurrences.map { occurrence in
      var named = occurrence
      named.noteName = withoutLocation(occurrence.noteName)
      return named
    }
    try await requireAttach(to: named, caller)
    return try await store.create(named, in: project)
  }

  /// Asks for a whole project first: a batch names a thousand notes, and most callers hold the right on all of them. A note
  /// name that cannot be read is left to validation, which refuses it before anything is kept.
  private func requireAttach(to occurrences: [Occurrence], _ caller: Caller) async throws {
    let notes = Set(occurrences.compactMap { try? NoteName(parsing: $0.noteName) })
    let byProject = Dictionary(grouping: notes, by: \.project).sorted { $0.key.id < $1.key.id }
    for (project, notes) in byProject {
      if try await access.may(caller, .attachOccurrences, on: .project(project)) { continue }
      for note in notes.sorted(by: { $0.id < $1.id }) { try await require(.attachOccurrences, on: .note(note), caller) }
    }
  }
}
