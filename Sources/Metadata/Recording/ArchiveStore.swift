/// Takes in what another store gave out, and gives up what is old. Names and times stay as they are.
package protocol ArchiveStore: Sendable {
  /// Keeps notes under the names and times that they have. One that is there already, byte for byte, is left alone.
  ///
  /// - Parameter notes: 1 to 1,000 of them.
  /// - Returns: how many were new.
  /// - Throws: `MetadataError.alreadyExists` for a different note of the same name, `.malformedName`, `.invalid`,
  ///   `.unavailable`; then none of them is kept.
  @discardableResult
  func restore(_ notes: [Note]) async throws -> Int
  /// Keeps occurrences under the names and times that they have. One that is there already, byte for byte, is left alone.
  ///
  /// - Parameter occurrences: 1 to 1,000 of them.
  /// - Returns: how many were new.
  /// - Throws: `MetadataError.alreadyExists` for a different occurrence of the same name, `.malformedName`, `.invalid`,
  ///   `.notFound` for a note that is not there, `.unavailable`; then none of them is kept.
  @discardableResult
  func restore(_ occurrences: [Occurrence]) async throws -> Int
}
