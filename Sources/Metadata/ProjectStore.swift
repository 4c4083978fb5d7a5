/// Keeps the projects. A project comes into being when it is created or when something is first written in it.
package protocol ProjectStore: Sendable {
  /// - Throws: `MetadataError.alreadyExists`, `.unavailable`.
  func create(_ project: ProjectName) async throws
  /// Whether the project is there.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func exists(_ project: ProjectName) async throws -> Bool
  /// Oldest first.
  func projects(page: PageRequest) async throws -> Page<ProjectName>
  /// - Throws: `MetadataError.notFound`, `.notEmpty` while it has notes or occurrences, `.unavailable`.
  func delete(_ project: ProjectName) async throws
}
