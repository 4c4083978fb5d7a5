import Metadata
package import Schemas

/// Source: pratique.v1, WatchChanges.
extension MetadataService {
  /// Needs `occurrences.list` and `notes.list` on the project, or on every project for `projects/-`; asks again before each
  /// batch, so that a right that is taken away ends the feed.
  ///
  /// - Throws: `MetadataError.outOfBounds` for a position that the store has not reached.
  package func watchChanges(
    _ request: Pratique_V1_WatchChangesRequest, by caller: Caller
  ) async throws -> ChangeFeed {
    let scope = try Scope(requested: request.parent)
    try await requireChanges(of: scope, caller)
    let filter = try OccurrenceFilter(parsing: request.filter)
    let last = try await store.lastPosition()
    guard (0...last).contains(request.after) else {
      throw MetadataError.outOfBounds(what: "The position", got: Int(request.after), bounds: "0 to \(last)")
    }
    return ChangeFeed(
      store: store, positions: positions, scope: scope, filter: filter, after: request.after,
      check: { try await requireChanges(of: scope, caller) })
  }

  /// The position of the last change. Needs what `watchChanges` does.
  func position(of parent: String, by caller: Caller) async throws -> Int64 {
    try await requireChanges(of: Scope(requested: parent), caller)
    return try await store.lastPosition()
  }

  private func requireChanges(of scope: Scope, _ caller: Caller) async throws {
    try await require(.listOccurrences, on: scope.resource, caller)
    try await require(.listNotes, on: scope.resource, caller)
  }
}
