import Images
import Metadata
import Schemas
import SwiftProtobuf

/// Gathers what is imported into batches, and keeps each when it is full.
struct Intake {
  struct Counts {
    var notes = (read: 0, new: 0)
    var occurrences = (read: 0, new: 0)
    var standIns = 0
  }

  private let store: any CompleteStore
  private let now: Google_Protobuf_Timestamp
  private var notes: [Note] = []
  private var occurrences: [Occurrence] = []
  /// Notes that are in the store for sure; at most 100,000 are remembered.
  private var known: Set<NoteName> = []
  private(set) var counts = Counts()

  /// - Parameter now: the time of what comes without one.
  init(store: any CompleteStore, now: Google_Protobuf_Timestamp) {
    self.store = store
    self.now = now
  }

  mutating func add(_ line: ArchiveLine) async throws {
    switch line {
    case .header: break
    case .note(let note): try await add(note)
    case .legacyNote(let converted): try await add(converted.item)
    case .occurrence(let occurrence): try await add(occurrence)
    case .legacyOccurrence(let converted): try await add(converted.item)
    }
  }

  /// Keeps what is still waiting.
  mutating func finish() async throws {
    try await keepNotes()
    try await keepOccurrences()
  }

  private mutating func add(_ note: Note) async throws {
    var note = note
    if !note.hasCreateTime { note.createTime = now }
    if !note.hasUpdateTime { note.updateTime = note.createTime }
    note.kind = note.typeKind
    notes.append(note)
    if notes.count == Stamps.batchLimit { try await keepNotes() }
  }

  private mutating func add(_ occurrence: Occurrence) async throws {
    var occurrence = occurrence
    if !occurrence.hasCreateTime { occurrence.createTime = now }
    if !occurrence.hasUpdateTime { occurrence.updateTime = occurrence.createTime }
    occurrence.kind = occurrence.detailsKind
    occurrences.append(occurrence)
    if occurrences.count == Stamps.batchLimit { try await finish() }
  }

  private mutating func keepNotes() async throws {
    guard !notes.isEmpty else { return }
    counts.notes.new += try await store.restore(notes)
    counts.notes.read += notes.count
    remember(try notes.map { try NoteName(parsing: $0.name) })
    notes.removeAll(keepingCapacity: true)
  }

  private mutating func keepOccurrences() async throws {
    guard !occurrences.isEmpty else { return }
    try await makeMissingNotes()
    counts.occurrences.new += try await store.restore(occurrences)
    counts.occurrences.read += occurrences.count
    occurrences.removeAll(keepingCapacity: true)
  }

  private mutating func makeMissingNotes() async throws {
    var unsure: [NoteName: Occurrence] = [:]
    for occurrence in occurrences {
      let name = try NoteName(parsing: occurrence.noteName)
      if !known.contains(name), unsure[name] == nil { unsure[name] = occurrence }
    }
    let store = store
    let missing = try await mapAtOnce(Array(unsure), width: 16) { name, occurrence -> Note? in
      do {
        _ = try await store.note(name)
        return nil
      } catch MetadataError.notFound {
        return try Note(standingInFor: occurrence)
      }
    }.compactMap { $0 }
    if !missing.isEmpty { counts.standIns += try await store.restore(missing) }
    remember(Array(unsure.keys))
  }

  private mutating func remember(_ names: [NoteName]) {
    if known.count + names.count > 100_000 { known.removeAll() }
    known.formUnion(names)
  }
}
