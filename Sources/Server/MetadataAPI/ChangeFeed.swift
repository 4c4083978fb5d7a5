package import Metadata
package import Schemas
import SwiftProtobuf

/// What changes in a store, from a position on and without an end. Nothing is read before it is asked for, so a slow
/// reader holds up nobody and fills no memory.
package struct ChangeFeed: AsyncSequence, Sendable {
  package typealias Element = Pratique_V1_Change
  package typealias Failure = any Error

  /// Most changes that are read at once.
  static let batchLimit = 500

  let store: any ChangeReader
  let positions: PositionPoll
  let scope: Scope
  let filter: OccurrenceFilter
  let after: Int64
  /// Throws once the caller may no longer see what changes.
  let check: @Sendable () async throws -> Void

  /// Begins at the position that was asked for.
  package func makeAsyncIterator() -> Iterator { Iterator(self) }

  /// Reads a feed for one caller.
  package struct Iterator: AsyncIteratorProtocol {
    private let feed: ChangeFeed
    private var given: ArraySlice<Pratique_V1_Change> = []
    private(set) var position: Int64

    init(_ feed: ChangeFeed) {
      self.feed = feed
      position = feed.after
    }

    /// The next change; waits for it for as long as it takes.
    ///
    /// - Throws: `CancellationError`, `MetadataError.permissionDenied` for a right that was taken away in between,
    ///   `.unavailable`.
    package mutating func next() async throws -> Pratique_V1_Change? {
      while given.isEmpty { given = try await nextBatch()[...] }
      return given.popFirst()
    }

    /// The next changes, and `position` moved past them and past what did not match.
    ///
    /// - Parameter limit: how long to wait for them; nil for as long as it takes.
    /// - Returns: an empty list when there were none within `limit`, or when what there was did not match.
    mutating func nextBatch(within limit: Duration? = nil) async throws -> [Pratique_V1_Change] {
      try Task.checkCancellation()
      try await feed.check()
      let batch = try await feed.store.changes(
        in: feed.scope.project, matching: feed.filter, after: position, atMost: ChangeFeed.batchLimit)
      let moved = batch.position > position
      position = Swift.max(position, batch.position)
      if moved || !batch.changes.isEmpty { return batch.changes.map(Pratique_V1_Change.init) }
      _ = try await feed.positions.change(after: position, within: limit)
      return []
    }
  }
}

extension Pratique_V1_Change {
  /// A change as it goes over the wire.
  package init(_ change: Change) {
    self.init()
    position = change.position
    action = change.isDeletion ? .deleted : .written
    switch change.subject {
    case .note(let note): self.note = note
    case .occurrence(let occurrence): self.occurrence = occurrence
    }
  }
}
