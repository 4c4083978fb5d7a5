/// The name of a note: `projects/{project}/notes/{id}`.
///
/// Source: Grafeas v1, resource names.
package struct NoteName: Hashable, Sendable, CustomStringConvertible {
  package let project: ProjectName
  package let id: String

  /// - Throws: `MetadataError.malformedName`.
  package init(project: ProjectName, id: some StringProtocol) throws(MetadataError) {
    guard isNameSegment(id) else { throw .malformedName(String(id), form: "projects/{project}/notes/{note}") }
    self.project = project
    self.id = String(id)
  }

  /// Reads `projects/{project}/notes/{id}`.
  ///
  /// - Throws: `MetadataError.malformedName`.
  package init(parsing text: some StringProtocol) throws(MetadataError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == "notes", isNameSegment(parts[1]),
      isNameSegment(parts[3])
    else { throw .malformedName(String(text), form: "projects/{project}/notes/{note}") }
    project = try ProjectName(id: parts[1])
    id = String(parts[3])
  }

  package var description: String { "\(project)/notes/\(id)" }
}
