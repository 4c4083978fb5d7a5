/// Adds to what is said of images, and changes it. Nothing is acknowledged before it is durable.
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
  /// Changes a note as `Update.applied` says, as one step: no other writer comes in between.
  ///
  /// - Returns: the note as stored.
  /// - Throws: `MetadataError.notFound`, `.invalid`, `.immutable`, `.outdated`, `.unavailable`.
  @discardableResult
  func update(_ name: NoteName, with update: Update<Note>) async throws -> Note
  /// Changes an occurrence as `Update.applied` says, as one step: no other writer comes in between.
  ///
  /// - Returns: the occurrence as stored.
  /// - Throws: `MetadataError.notFound`, `.invalid`, `.immutable`, `.outdated`, `.unavailable`.
  @discardableResult
  func update(_ name: OccurrenceName, with update: Update<Occurrence>) async throws -> Occurrence
  /// Deletes a note. Its occurrences stay, as in the reference server; whoever asks for their note is told that it is gone.
  ///
  /// - Parameter etag: what `etag(of:)` says of the note that is meant; nil deletes whatever is there.
  /// - Throws: `MetadataError.notFound`, `.outdated`, `.unavailable`.
  func delete(_ name: NoteName, etag: String?) async throws
  /// Deletes an occurrence.
  ///
  /// - Parameter etag: what `etag(of:)` says of the occurrence that is meant; nil deletes whatever is there.
  /// - Throws: `MetadataError.notFound`, `.outdated`, `.unavailable`.
  func delete(_ name: OccurrenceName, etag: String?) async throws
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

/// A store of notes and occurrences: what can be read can be written.
package typealias MetadataStore = MetadataReader & MetadataWriter
