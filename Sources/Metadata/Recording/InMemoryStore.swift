import Images
import Schemas

/// Keeps metadata in memory, for as long as the process lives: the model that the other stores are held against, so it
/// is simple before it is quick.
package actor InMemoryStore: CompleteStore {
  /// One kept message: where it stands in lists, by when it was created, and what it is.
  struct Row<Kept> {
    let position: Int64
    var kept: Kept
  }

  let stamps: Stamps
  /// Counts projects, rows and changes together; never goes back.
  private(set) var position: Int64 = 0
  var projects: [ProjectName: Int64] = [:]
  var notes: [NoteName: Row<Note>] = [:]
  var occurrences: [OccurrenceName: Row<RecordedOccurrence>] = [:]
  /// The latest change of each subject, by its name, deletions included.
  private(set) var changes: [String: Change] = [:]
  var policies: [String: AccessPolicy] = [:]
  var documents: [ProjectName: [Digest: [UInt8]]] = [:]
  var managed: [ManagedName: ManagedDocument] = [:]

  package init(stamps: Stamps) { self.stamps = stamps }

  func nextPosition() -> Int64 {
    position += 1
    return position
  }

  /// Makes the project be there, if it is not yet.
  func found(_ project: ProjectName) {
    if projects[project] == nil { projects[project] = nextPosition() }
  }

  func keep(_ note: Note, named name: NoteName) {
    let position = nextPosition()
    notes[name] = Row(position: notes[name]?.position ?? position, kept: note)
    changes[name.description] = Change(position: position, subject: .note(note))
  }

  func keep(_ one: RecordedOccurrence) {
    let position = nextPosition()
    occurrences[one.name] = Row(position: occurrences[one.name]?.position ?? position, kept: one)
    changes[one.name.description] = Change(position: position, subject: .occurrence(one.message))
  }

  private func forget(_ name: String, _ subject: Change.Subject) {
    changes[name] = Change(position: nextPosition(), isDeletion: true, subject: subject)
  }
}

extension InMemoryStore {
  /// All notes or none; see `MetadataWriter`.
  @discardableResult
  package func create(_ notes: [String: Note], in project: ProjectName) throws -> [Note] {
    let recorded = try stamps.recorded(notes, in: project)
    for (name, _) in recorded where self.notes[name] != nil { throw MetadataError.alreadyExists(name.description) }
    found(project)
    for (name, note) in recorded { keep(note, named: name) }
    return recorded.map(\.note)
  }

  /// All occurrences or none; see `MetadataWriter`.
  @discardableResult
  package func create(_ occurrences: [Occurrence], in project: ProjectName) throws -> [Occurrence] {
    let recorded = try stamps.recorded(occurrences, in: project)
    for one in recorded where notes[one.note] == nil { throw MetadataError.notFound(one.note.description) }
    found(project)
    for one in recorded { keep(one) }
    return recorded.map(\.message)
  }

  /// One step; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: NoteName, with update: Update<Note>) throws -> Note {
    let changed = try update.applied(to: note(name), named: name, at: stamps.now())
    keep(changed, named: name)
    return changed
  }

  /// One step; see `MetadataWriter`.
  @discardableResult
  package func update(_ name: OccurrenceName, with update: Update<Occurrence>) throws -> Occurrence {
    let before = try recorded(name)
    let changed = try update.applied(to: before.message, named: name, at: stamps.now())
    keep(RecordedOccurrence(name: name, note: before.note, message: changed))
    return changed
  }

  /// One step; see `MetadataWriter`.
  package func delete(_ name: NoteName, etag: String?) throws {
    let last = try note(name)
    if let etag, etag != Metadata.etag(of: last) { throw MetadataError.outdated(name.description) }
    notes[name] = nil
    forget(name.description, .note(last))
  }

  /// One step; see `MetadataWriter`.
  package func delete(_ name: OccurrenceName, etag: String?) throws {
    let last = try occurrence(name)
    if let etag, etag != Metadata.etag(of: last) { throw MetadataError.outdated(name.description) }
    occurrences[name] = nil
    forget(name.description, .occurrence(last))
  }
}

extension InMemoryStore {
  /// See `MetadataReader`.
  package func note(_ name: NoteName) throws -> Note {
    guard let row = notes[name] else { throw MetadataError.notFound(name.description) }
    return row.kept
  }

  /// See `MetadataReader`.
  package func occurrence(_ name: OccurrenceName) throws -> Occurrence { try recorded(name).message }

  /// Walks over all notes; see `MetadataReader`.
  package func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) throws -> Page<Note> {
    let wanted = notes.filter { $0.key.project == project && filter.matches($0.value.kept) }
    return try list(wanted.map { ($1.position, $1.kept) }, page)
  }

  /// Walks over all occurrences; see `MetadataReader`.
  package func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) throws -> Page<Occurrence> {
    let wanted = occurrences.values.filter { $0.kept.name.project == project && filter.matches($0.kept.message) }
    return try list(wanted.map { ($0.position, $0.kept.message) }, page)
  }

  /// Walks over all occurrences; see `MetadataReader`.
  package func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) throws -> Page<Occurrence> {
    _ = try self.note(note)
    let wanted = occurrences.values.filter { $0.kept.note == note && filter.matches($0.kept.message) }
    return try list(wanted.map { ($0.position, $0.kept.message) }, page)
  }

  private func recorded(_ name: OccurrenceName) throws(MetadataError) -> RecordedOccurrence {
    guard let row = occurrences[name] else { throw .notFound(name.description) }
    return row.kept
  }

  /// The page of `rows`, which are in no order yet.
  func list<Item>(_ rows: [(position: Int64, item: Item)], _ page: PageRequest) throws(MetadataError) -> Page<Item> {
    let position = try page.position()
    let ordered = rows.filter { $0.position > position }.sorted { $0.position < $1.position }
    return Page(rows: Array(ordered.prefix(page.size + 1)), size: page.size)
  }
}
