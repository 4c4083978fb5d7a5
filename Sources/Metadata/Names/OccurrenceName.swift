/// The name of an occurrence: `projects/{project}/occurrences/{id}`.
///
/// Source: Grafeas v1, resource names.
package struct OccurrenceName: Hashable, Sendable, CustomStringConvertible {
  package let project: ProjectName
  package let id: String

  /// - Throws: `MetadataError.malformedName`.
  package init(project: ProjectName, id: some StringProtocol) throws(MetadataError) {
    guard isNameSegment(id) else { throw .malformedName(String(id), form: "projects/{project}/occurrences/{occurrence}") }
    self.project = project
    self.id = String(id)
  }

  /// Reads `projects/{project}/occurrences/{id}`.
  ///
  /// - Throws: `MetadataError.malformedName`.
  package init(parsing text: some StringProtocol) throws(MetadataError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == "occurrences", isNameSegment(parts[1]),
      isNameSegment(parts[3])
    else { throw .malformedName(String(text), form: "projects/{project}/occurrences/{occurrence}") }
    project = try ProjectName(id: parts[1])
    id = String(parts[3])
  }

  package var description: String { "\(project)/occurrences/\(id)" }
}
