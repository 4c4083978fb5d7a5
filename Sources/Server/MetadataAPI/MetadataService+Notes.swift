package import Metadata
package import Schemas
import SwiftProtobuf

/// Source: grafeas.v1.Grafeas, the methods of notes.
extension MetadataService {
  /// Needs `notes.get` on the note.
  package func getNote(_ request: Grafeas_V1_GetNoteRequest, by caller: Caller) async throws -> Note {
    let name = try NoteName(requested: request.name)
    try await require(.getNotes, on: .note(name), caller)
    return try await store.note(name)
  }

  /// Needs `notes.list` on the project.
  package func listNotes(
    _ request: Grafeas_V1_ListNotesRequest, by caller: Caller
  ) async throws -> Grafeas_V1_ListNotesResponse {
    let project = try ProjectName(requested: request.parent)
    try await require(.listNotes, on: .project(project), caller)
    let filter = try NoteFilter(parsing: request.filter)
    let list = ["notes", project.description, request.filter]
    let page = try await store.notes(
      in: project, matching: filter, page: pageRequest(request.pageSize, request.pageToken, of: list))
    return .with {
      $0.notes = page.items
      $0.nextPageToken = nextToken(page, of: list)
    }
  }

  /// Needs `notes.create` on the project.
  package func createNote(_ request: Grafeas_V1_CreateNoteRequest, by caller: Caller) async throws -> Note {
    let project = try ProjectName(requested: request.parent)
    try await require(.createNotes, on: .project(project), caller)
    return try await store.create(request.note, named: NoteName(project: project, id: request.noteID))
  }

  /// Needs `notes.create` on the project. Creates all or none; an error says which of them it is about.
  package func batchCreateNotes(
    _ request: Grafeas_V1_BatchCreateNotesRequest, by caller: Caller
  ) async throws -> Grafeas_V1_BatchCreateNotesResponse {
    let project = try ProjectName(requested: request.parent)
    try await require(.createNotes, on: .project(project), caller)
    let stored = try await store.create(request.notes, in: project)
    return .with { $0.notes = stored }
  }

  /// Needs `notes.update` on the note.
  ///
  /// - Parameter etag: of the note that the change was made on; nil changes whatever is there.
  package func updateNote(
    _ request: Grafeas_V1_UpdateNoteRequest, etag: String?, by caller: Caller
  ) async throws -> Note {
    let name = try NoteName(requested: request.name)
    try await require(.updateNotes, on: .note(name), caller)
    return try await store.update(name, with: Update(request.note, paths: request.updateMask.paths, etag: etag))
  }

  /// Needs `notes.delete` on the note.
  ///
  /// - Parameter etag: of the note that is meant; nil deletes whatever is there.
  package func deleteNote(_ request: Grafeas_V1_DeleteNoteRequest, etag: String?, by caller: Caller) async throws {
    let name = try NoteName(requested: request.name)
    try await require(.deleteNotes, on: .note(name), caller)
    try await store.delete(name, etag: etag)
  }

  /// Needs `notes.listOccurrences` on the note: the provider's view, over every project.
  package func listNoteOccurrences(
    _ request: Grafeas_V1_ListNoteOccurrencesRequest, by caller: Caller
  ) async throws -> Grafeas_V1_ListNoteOccurrencesResponse {
    let name = try NoteName(requested: request.name)
    try await require(.listNoteOccurrences, on: .note(name), caller)
    let filter = try OccurrenceFilter(parsing: request.filter)
    let list = ["occurrences of a note", name.description, request.filter]
    let page = try await store.occurrences(
      of: name, matching: filter, page: pageRequest(request.pageSize, request.pageToken, of: list))
    return .with {
      $0.occurrences = page.items
      $0.nextPageToken = nextToken(page, of: list)
    }
  }
}
