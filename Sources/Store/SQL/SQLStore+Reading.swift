package import Metadata

extension SQLStore: MetadataReader {
  /// Point read by project and id; see `MetadataReader`.
  package func note(_ name: NoteName) async throws -> Note { try await read { try NoteRow.find(name, $0).note } }

  /// Point read by project and id; see `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) async throws -> Occurrence {
    try await read { try OccurrenceRow.find(name, $0).occurrence }
  }

  /// One range of one index; see `MetadataReader`.
  package func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    let position = try page.position()
    let list = ListQuery(notesIn: project, filter.narrowing, engine.dialect)
    return try await read { try list.page(after: position, size: page.size, $0, matching: filter.matches) }
  }

  /// One range of one index; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let position = try page.position()
    let list = ListQuery(occurrencesIn: project, filter.narrowing, engine.dialect)
    return try await read { try list.page(after: position, size: page.size, $0, matching: filter.matches) }
  }

  /// One range of one index; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let position = try page.position()
    let list = ListQuery(occurrencesOf: note, filter.narrowing, engine.dialect)
    return try await read { session in
      guard try !NoteRow.present([note], session).isEmpty else { throw MetadataError.notFound(note.description) }
      return try list.page(after: position, size: page.size, session, matching: filter.matches)
    }
  }
}
