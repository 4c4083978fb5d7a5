import Metadata
import Schemas
import SwiftProtobuf

extension MetadataAPI {
  func createOccurrence(_ call: MetadataCall) async throws -> Occurrence {
    try call.require(.createOccurrences, in: call.project)
    let occurrence = try await call.body(as: Occurrence.self)
    try requireAttach(to: [occurrence], call)
    guard let stored = try await store.create([occurrence], in: call.project).first else { throw APIError.failed }
    return stored
  }

  func createOccurrences(_ call: MetadataCall) async throws -> Grafeas_V1_BatchCreateOccurrencesResponse {
    try call.require(.createOccurrences, in: call.project)
    let body = try await call.body(as: Grafeas_V1_BatchCreateOccurrencesRequest.self)
    try checkParent(body.parent, call)
    try requireAttach(to: body.occurrences, call)
    let stored = try await store.create(body.occurrences, in: call.project)
    return .with { $0.occurrences = stored }
  }

  func getOccurrence(_ call: MetadataCall) async throws -> Occurrence {
    try call.require(.getOccurrences, in: call.project)
    return try await store.occurrence(call.occurrenceName())
  }

  func getNoteOfOccurrence(_ call: MetadataCall) async throws -> Note {
    try call.require(.getOccurrences, in: call.project)
    let occurrence = try await store.occurrence(call.occurrenceName())
    let note = try NoteName(parsing: occurrence.noteName)
    try call.require(.getNotes, in: note.project)
    return try await store.note(note)
  }

  func listOccurrences(_ call: MetadataCall) async throws -> Grafeas_V1_ListOccurrencesResponse {
    try call.require(.listOccurrences, in: call.project)
    let filter = try call.filter()
    let list = ["occurrences", call.project.description, filter.text]
    let page = try await store.occurrences(in: call.project, matching: filter, page: call.page(of: list, seal))
    return .with {
      $0.occurrences = page.items
      $0.nextPageToken = page.nextToken.map { seal.sealed($0, of: list) } ?? ""
    }
  }

  func listOccurrencesOfNote(_ call: MetadataCall) async throws -> Grafeas_V1_ListNoteOccurrencesResponse {
    try call.require(.listNoteOccurrences, in: call.project)
    let (note, filter) = (try call.noteName(), try call.filter())
    let list = ["occurrences of a note", note.description, filter.text]
    let page = try await store.occurrences(of: note, matching: filter, page: call.page(of: list, seal))
    return .with {
      $0.occurrences = page.items
      $0.nextPageToken = page.nextToken.map { seal.sealed($0, of: list) } ?? ""
    }
  }

  /// Who creates an occurrence speaks in the name of its note: the right in the occurrence's own project is not enough.
  /// A note name that cannot be read is left to validation, which refuses it before anything is kept.
  private func requireAttach(to occurrences: [Occurrence], _ call: MetadataCall) throws(MetadataError) {
    let projects = Set(occurrences.compactMap { try? NoteName(parsing: $0.noteName).project })
    for project in projects.sorted(by: { $0.id < $1.id }) { try call.require(.attachOccurrences, in: project) }
  }

  func checkParent(_ parent: String, _ call: MetadataCall) throws(APIError) {
    guard parent.isEmpty || parent == call.project.description else {
      throw .malformedBody("parent is not the project in the path")
    }
  }
}
