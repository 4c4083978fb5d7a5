/// Reads what is said of images. The gate and the pages are handed this and no writer.
package protocol MetadataReader: Sendable {
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func note(_ name: NoteName) async throws -> Note
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func occurrence(_ name: OccurrenceName) async throws -> Occurrence
  /// Notes of one project that match, oldest first.
  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note>
  /// Occurrences of one project that match, oldest first. A page may hold fewer than was asked for, none even, and still
  /// not be the last: a filter that no index serves is evaluated row by row, and one call looks at a bounded number.
  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence>
  /// Occurrences of one note in every project, oldest first: the provider's view.
  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence>
}

extension MetadataReader {
  /// All notes of one project, oldest first.
  package func notes(in project: ProjectName, page: PageRequest) async throws -> Page<Note> {
    try await notes(in: project, matching: NoteFilter(), page: page)
  }
}
