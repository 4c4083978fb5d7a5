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
  /// Creates one note under `name`; kind and times are set from what it holds.
  ///
  /// - Returns: the note as stored.
  /// - Throws: `MetadataError.alreadyExists`, `.invalid`.
  @discardableResult
  func create(_ note: Note, named name: NoteName) async throws -> Note
  /// Creates all occurrences or none; names, kinds and times are set here, whatever the caller wrote.
  ///
  /// - Returns: the occurrences as stored, in the order given.
  /// - Throws: `MetadataError.invalid`, `.notFound` for a note that does not exist.
  @discardableResult
  func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence]
}

/// A whole store: what can be read can be written.
package typealias MetadataStore = MetadataReader & MetadataWriter

/// Which page of a list is asked for.
package struct PageRequest: Hashable, Sendable {
  /// How many at most, 1 to 1,000.
  package let size: Int
  /// Where the page before ended; nil for the first.
  package let token: String?

  package init(size: Int = 1000, token: String? = nil) {
    self.size = size
    self.token = token
  }
}

/// One page of a list.
package struct Page<Item: Sendable>: Sendable {
  package let items: [Item]
  /// What to ask for next; nil on the last page.
  package let nextToken: String?

  package init(items: [Item], nextToken: String?) {
    self.items = items
    self.nextToken = nextToken
  }
}
