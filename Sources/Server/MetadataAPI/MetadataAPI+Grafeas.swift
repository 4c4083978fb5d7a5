import Hummingbird
import Metadata
import Schemas
import SwiftProtobuf

/// grafeas.v1.Grafeas: from call to message, and from message to answer.
extension MetadataAPI {
  // MARK: Occurrences

  func getOccurrence(_ call: RESTCall) async throws -> Response {
    try call.answer(tagged: await service.getOccurrence(.with { $0.name = call.name }, by: call.caller))
  }

  func listOccurrences(_ call: RESTCall) async throws -> Response {
    let request = try Grafeas_V1_ListOccurrencesRequest.with {
      $0.parent = call.name
      $0.filter = call["filter"]
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await service.listOccurrences(request, by: call.caller))
  }

  func createOccurrence(_ call: RESTCall) async throws -> Response {
    let occurrence = try await call.body(as: Occurrence.self)
    let request = Grafeas_V1_CreateOccurrenceRequest.with {
      $0.parent = call.name
      $0.occurrence = occurrence
    }
    return try call.answer(tagged: await service.createOccurrence(request, by: call.caller))
  }

  func batchCreateOccurrences(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Grafeas_V1_BatchCreateOccurrencesRequest.self)
    request.parent = try call.name(unlike: "parent", request.parent)
    return try call.answer(await service.batchCreateOccurrences(request, by: call.caller))
  }

  func updateOccurrence(_ call: RESTCall) async throws -> Response {
    let occurrence = try await call.body(as: Occurrence.self)
    let request = Grafeas_V1_UpdateOccurrenceRequest.with {
      $0.name = call.name
      $0.occurrence = occurrence
      $0.updateMask = call.updateMask
    }
    return try call.answer(tagged: await service.updateOccurrence(request, etag: call.etag(), by: call.caller))
  }

  func deleteOccurrence(_ call: RESTCall) async throws -> Response {
    try await service.deleteOccurrence(.with { $0.name = call.name }, etag: call.etag(), by: call.caller)
    return try call.answer(Google_Protobuf_Empty())
  }

  func getOccurrenceNote(_ call: RESTCall) async throws -> Response {
    try call.answer(tagged: await service.getOccurrenceNote(.with { $0.name = call.name }, by: call.caller))
  }

  // MARK: Notes

  func getNote(_ call: RESTCall) async throws -> Response {
    try call.answer(tagged: await service.getNote(.with { $0.name = call.name }, by: call.caller))
  }

  func listNotes(_ call: RESTCall) async throws -> Response {
    let request = try Grafeas_V1_ListNotesRequest.with {
      $0.parent = call.name
      $0.filter = call["filter"]
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await service.listNotes(request, by: call.caller))
  }

  func createNote(_ call: RESTCall) async throws -> Response {
    let note = try await call.body(as: Note.self)
    let request = Grafeas_V1_CreateNoteRequest.with {
      $0.parent = call.name
      $0.noteID = call["noteId"]
      $0.note = note
    }
    return try call.answer(tagged: await service.createNote(request, by: call.caller))
  }

  func batchCreateNotes(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Grafeas_V1_BatchCreateNotesRequest.self)
    request.parent = try call.name(unlike: "parent", request.parent)
    return try call.answer(await service.batchCreateNotes(request, by: call.caller))
  }

  func updateNote(_ call: RESTCall) async throws -> Response {
    let note = try await call.body(as: Note.self)
    let request = Grafeas_V1_UpdateNoteRequest.with {
      $0.name = call.name
      $0.note = note
      $0.updateMask = call.updateMask
    }
    return try call.answer(tagged: await service.updateNote(request, etag: call.etag(), by: call.caller))
  }

  func deleteNote(_ call: RESTCall) async throws -> Response {
    try await service.deleteNote(.with { $0.name = call.name }, etag: call.etag(), by: call.caller)
    return try call.answer(Google_Protobuf_Empty())
  }

  func listNoteOccurrences(_ call: RESTCall) async throws -> Response {
    let request = try Grafeas_V1_ListNoteOccurrencesRequest.with {
      $0.name = call.name
      $0.filter = call["filter"]
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await service.listNoteOccurrences(request, by: call.caller))
  }
}
