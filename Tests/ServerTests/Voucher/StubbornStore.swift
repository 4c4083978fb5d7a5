import Images
import Metadata
import Schemas
import Synchronization

/// A store that does not answer one of its calls, or none from some call on.
final class StubbornStore: MetadataReader, MetadataWriter {
  /// What goes wrong with a call.
  enum Fault: Sendable {
    /// It is refused.
    case refuses
    /// It is carried out, and nobody hears of it.
    case forgetsToSay
    /// It is carried out, and what was recorded is gone afterwards.
    case loses
    /// It never ends, until it is cancelled.
    case hangs
  }

  private let base: any MetadataStore
  private let fault: Fault
  private let failing: @Sendable (Int) -> Bool
  private let count = Mutex(0)

  /// - Parameter failing: which calls go wrong, counted from 1.
  init(_ base: any MetadataStore, _ fault: Fault = .refuses, failing: @escaping @Sendable (Int) -> Bool) {
    (self.base, self.fault, self.failing) = (base, fault, failing)
  }

  var calls: Int { count.withLock { $0 } }

  private func call<Answer: Sendable>(_ work: () async throws -> Answer) async throws -> Answer {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard failing(number) else { return try await work() }
    switch fault {
    case .refuses: break
    case .forgetsToSay: _ = try await work()
    case .loses: return try await work()
    case .hangs: for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(3600)) }) {}
    }
    throw MetadataError.unavailable("it was told to fail")
  }

  func note(_ name: NoteName) async throws -> Note { try await call { try await base.note(name) } }

  func occurrence(_ name: OccurrenceName) async throws -> Occurrence { try await call { try await base.occurrence(name) } }

  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    try await call { try await base.notes(in: project, matching: filter, page: page) }
  }

  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    try await call { try await base.occurrences(in: project, matching: filter, page: page) }
  }

  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    try await call { try await base.occurrences(of: note, matching: filter, page: page) }
  }

  func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note] {
    try await call { try await base.create(notes, in: project) }
  }

  func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    let made = try await call { try await base.create(occurrences, in: project) }
    guard fault == .loses else { return made }
    for occurrence in made { try await base.delete(OccurrenceName(parsing: occurrence.name), etag: nil) }
    return made
  }

  func update(_ name: NoteName, with update: Update<Note>) async throws -> Note {
    try await call { try await base.update(name, with: update) }
  }

  func update(_ name: OccurrenceName, with update: Update<Occurrence>) async throws -> Occurrence {
    try await call { try await base.update(name, with: update) }
  }

  func delete(_ name: NoteName, etag: String?) async throws { try await call { try await base.delete(name, etag: etag) } }

  func delete(_ name: OccurrenceName, etag: String?) async throws {
    try await call { try await base.delete(name, etag: etag) }
  }
}
