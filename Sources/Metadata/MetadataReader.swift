/// Reads what is said of images. The gate and the pages are handed this and no writer.
package protocol MetadataReader: Sendable {
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func note(_ name: NoteName) async throws -> Note
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func occurrence(_ name: OccurrenceName) async throws -> Occurrence
  /// Notes of one project, oldest first.
  func notes(in project: ProjectName, page: PageRequest) async throws -> Page<Note>
  /// Occurrences of one project that match, oldest first.
  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence>
  /// Occurrences of one note in every project, oldest first: the provider's view.
  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence>
}

/// Adds to what is said of images. Nothing is acknowledged before it is durable.
package protocol MetadataWriter: Sendable {
  /// Creates all notes or none; names, kinds and times are set here, whatever the caller wrote.
  ///
  /// - Parameter notes: 1 to 1,000 of them, by the id that each will have.
  /// - Returns: the notes as stored, in the order of their ids.
  /// - Throws: `MetadataError.alreadyExists`, `.invalid`, `.outOfBounds`, `.unavailable`.
  @discardableResult
  func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note]
  /// Creates all occurrences or none; names, kinds and times are set here, whatever the caller wrote.
  ///
  /// - Parameter occurrences: 1 to 1,000 of them.
  /// - Returns: the occurrences as stored, in the order given.
  /// - Throws: `MetadataError.invalid`, `.notFound` for a note that does not exist, `.outOfBounds`, `.unavailable`.
  @discardableResult
  func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence]
}

extension MetadataWriter {
  /// Creates one note under `name`.
  ///
  /// - Returns: the note as stored.
  /// - Throws: `MetadataError.alreadyExists`, `.invalid`, `.unavailable`.
  @discardableResult
  package func create(_ note: Note, named name: NoteName) async throws -> Note {
    guard let stored = try await create([name.id: note], in: name.project).first else {
      throw MetadataError.unavailable("it answered without the note that it was given")
    }
    return stored
  }
}

/// A whole store: what can be read can be written.
package typealias MetadataStore = MetadataReader & MetadataWriter
