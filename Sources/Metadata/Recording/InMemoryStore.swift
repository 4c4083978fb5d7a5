import Schemas

/// Keeps metadata in memory, for as long as the process lives: the model that the other stores are held against.
package actor InMemoryStore: MetadataReader, MetadataWriter {
  private let stamps: Stamps
  /// Oldest first; the position of a row is its index + 1.
  private var notes: [(name: NoteName, note: Note)] = []
  private var noteIndex: [NoteName: Int] = [:]
  private var occurrences: [RecordedOccurrence] = []
  private var occurrenceIndex: [OccurrenceName: Int] = [:]

  package init(stamps: Stamps) { self.stamps = stamps }

  /// All notes or none; see `MetadataWriter`.
  @discardableResult
  package func create(_ notes: [String: Note], in project: ProjectName) throws -> [Note] {
    let recorded = try stamps.recorded(notes, in: project)
    for (name, _) in recorded where noteIndex[name] != nil { throw MetadataError.alreadyExists(name.description) }
    for (name, note) in recorded {
      noteIndex[name] = self.notes.count
      self.notes.append((name, note))
    }
    return recorded.map(\.note)
  }

  /// All occurrences or none; see `MetadataWriter`.
  @discardableResult
  package func create(_ occurrences: [Occurrence], in project: ProjectName) throws -> [Occurrence] {
    let recorded = try stamps.recorded(occurrences, in: project)
    for one in recorded where noteIndex[one.note] == nil { throw MetadataError.notFound(one.note.description) }
    for one in recorded {
      occurrenceIndex[one.name] = self.occurrences.count
      self.occurrences.append(one)
    }
    return recorded.map(\.message)
  }

  /// One look-up; see `MetadataReader`.
  package func note(_ name: NoteName) throws -> Note {
    guard let index = noteIndex[name] else { throw MetadataError.notFound(name.description) }
    return notes[index].note
  }

  /// One look-up; see `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) throws -> Occurrence {
    guard let index = occurrenceIndex[name] else { throw MetadataError.notFound(name.description) }
    return occurrences[index].message
  }

  /// Walks over all notes; see `MetadataReader`.
  package func notes(in project: ProjectName, page: PageRequest) throws -> Page<Note> {
    try list(page, of: notes) { $0.name.project == project ? $0.note : nil }
  }

  /// Walks over all occurrences; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) throws -> Page<Occurrence> {
    try list(page, of: occurrences) { $0.name.project == project && filter.matches($0.message) ? $0.message : nil }
  }

  /// Walks over all occurrences; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) throws -> Page<Occurrence> {
    guard noteIndex[note] != nil else { throw MetadataError.notFound(note.description) }
    return try list(page, of: occurrences) { $0.note == note && filter.matches($0.message) ? $0.message : nil }
  }

  private func list<Row, Item>(
    _ page: PageRequest, of rows: [Row], _ item: (Row) -> Item?
  ) throws(MetadataError) -> Page<Item> {
    var found: [(position: Int64, item: Item)] = []
    var position = try page.position()
    while position < rows.count, found.count <= page.size {
      let row = rows[Int(position)]
      position += 1
      if let item = item(row) { found.append((position, item)) }
    }
    return Page(rows: found, size: page.size)
  }
}
