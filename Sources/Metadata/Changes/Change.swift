import Schemas

/// The latest state of one note or occurrence, and where it stands in the order of all changes of a store.
package struct Change: Equatable, Sendable {
  /// What changed.
  package enum Subject: Equatable, Sendable {
    case note(Note)
    case occurrence(Occurrence)
  }

  /// Grows with every change and is never given out twice, in the order in which changes were committed.
  package let position: Int64
  /// Whether the subject is gone; it is then as it was last.
  package let isDeletion: Bool
  package let subject: Subject

  package init(position: Int64, isDeletion: Bool = false, subject: Subject) {
    self.position = position
    self.isDeletion = isDeletion
    self.subject = subject
  }

  /// Whether `ChangeReader.changes` tells it to somebody who asked for `filter` in `project`.
  package func isWanted(in project: ProjectName?, matching filter: OccurrenceFilter) -> Bool {
    if let project, !name.hasPrefix("\(project)/") { return false }
    switch subject {
    case .note: return filter == OccurrenceFilter()
    case .occurrence(let occurrence): return filter.matches(occurrence)
    }
  }

  /// The name of the subject.
  package var name: String {
    switch subject {
    case .note(let note): note.name
    case .occurrence(let occurrence): occurrence.name
    }
  }
}

/// Some changes, and how far they reach.
package struct ChangeBatch: Equatable, Sendable {
  /// In order of position.
  package let changes: [Change]
  /// Where to go on: everything up to here was looked at, also what did not match.
  package let position: Int64
  /// Whether nothing more was there when the batch was made.
  package let isLast: Bool

  package init(changes: [Change], position: Int64, isLast: Bool) {
    self.changes = changes
    self.position = position
    self.isLast = isLast
  }

  /// - Throws: `MetadataError.outOfBounds` for what `ChangeReader.changes` refuses.
  package static func checkBounds(after position: Int64, last: Int64, limit: Int) throws(MetadataError) {
    guard (0...last).contains(position) else {
      throw .outOfBounds(what: "The position", got: Int(position), bounds: "0 to \(last)")
    }
    guard (1...1000).contains(limit) else {
      throw .outOfBounds(what: "The number of changes", got: limit, bounds: "1 to 1000")
    }
  }
}

/// Tells what changed in a store since a position. What changes twice before it is read is told once, in its latest
/// state; nothing that is there, and no deletion, is left out.
package protocol ChangeReader: Sendable {
  /// The next changes after `position`.
  ///
  /// - Parameters:
  ///   - project: nil for all projects.
  ///   - filter: of occurrences; notes are told only where it matches all.
  ///   - limit: most changes told, 1 to 1,000.
  /// - Throws: `MetadataError.outOfBounds` for a position after the last one, `.unavailable`.
  func changes(
    in project: ProjectName?, matching filter: OccurrenceFilter, after position: Int64, atMost limit: Int
  ) async throws -> ChangeBatch
  /// The position of the last change; 0 for an empty store.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func lastPosition() async throws -> Int64
}
