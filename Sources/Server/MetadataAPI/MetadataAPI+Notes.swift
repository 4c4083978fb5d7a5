import Metadata
import Schemas
import SwiftProtobuf

extension MetadataAPI {
  func createNote(_ call: MetadataCall) async throws -> Note {
    try call.require(.createNotes, in: call.project)
    let name = try NoteName(project: call.project, id: call.noteID)
    return try await store.create(call.body(as: Note.self), named: name)
  }

  func createNotes(_ call: MetadataCall) async throws -> Grafeas_V1_BatchCreateNotesResponse {
    try call.require(.createNotes, in: call.project)
    let body = try await call.body(as: Grafeas_V1_BatchCreateNotesRequest.self)
    try checkParent(body.parent, call)
    let stored = try await store.create(body.notes, in: call.project)
    return .with { $0.notes = stored }
  }

  func getNote(_ call: MetadataCall) async throws -> Note {
    try call.require(.getNotes, in: call.project)
    return try await store.note(call.noteName())
  }

  /// - Throws: `APIError.malformedQuery` for a filter: this build has none for notes, and a filter is never left out.
  func listNotes(_ call: MetadataCall) async throws -> Grafeas_V1_ListNotesResponse {
    try call.require(.listNotes, in: call.project)
    guard try call.filter() == OccurrenceFilter() else { throw APIError.malformedQuery("notes cannot be filtered yet") }
    let list = ["notes", call.project.description]
    let page = try await store.notes(in: call.project, page: call.page(of: list, seal))
    return .with {
      $0.notes = page.items
      $0.nextPageToken = page.nextToken.map { seal.sealed($0, of: list) } ?? ""
    }
  }
}
