/// The name of an occurrence: `projects/{project}/occurrences/{id}`.
///
/// Source: Grafeas v1, resource names.
package struct OccurrenceName: Hashable, Sendable, CustomStringConvertible {
  private static let form = "projects/{project}/occurrences/{occurrence}"
  package let project: ProjectName
  package let id: String

  /// - Throws: `MetadataError.malformedName`.
  package init(project: ProjectName, id: some StringProtocol) throws(MetadataError) {
    guard isNameSegment(id) else { throw .malformedName(String(id), form: Self.form) }
    self.project = project
    self.id = String(id)
  }

  /// Reads `projects/{project}/occurrences/{id}`.
  ///
  /// - Throws: `MetadataError.malformedName`.
  package init(parsing text: some StringProtocol) throws(MetadataError) {
    (project, id) = try ProjectName.parts(of: text, in: "occurrences", form: Self.form)
  }

  package var description: String { "\(project)/occurrences/\(id)" }
}
