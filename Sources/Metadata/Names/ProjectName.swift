/// The name of a project: `projects/{id}`.
///
/// Source: Grafeas v1, resource names. Ids are 1 to 128 visible ASCII characters without `/`.
package struct ProjectName: Hashable, Sendable, CustomStringConvertible {
  package let id: String

  /// - Throws: `MetadataError.malformedName`.
  package init(id: some StringProtocol) throws(MetadataError) {
    guard isNameSegment(id) else { throw .malformedName(String(id), form: "projects/{project}") }
    self.id = String(id)
  }

  /// Reads `projects/{id}`.
  ///
  /// - Throws: `MetadataError.malformedName`.
  package init(parsing text: some StringProtocol) throws(MetadataError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "projects", isNameSegment(parts[1]) else {
      throw .malformedName(String(text), form: "projects/{project}")
    }
    id = String(parts[1])
  }

  package var description: String { "projects/\(id)" }

  /// Reads `projects/{project}/{collection}/{id}`.
  ///
  /// - Throws: `MetadataError.malformedName`, which shows `form`.
  static func parts(
    of text: some StringProtocol, in collection: String, form: String
  ) throws(MetadataError) -> (project: ProjectName, id: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == collection, isNameSegment(parts[1]), isNameSegment(parts[3])
    else { throw .malformedName(String(text), form: form) }
    return (try ProjectName(id: parts[1]), String(parts[3]))
  }
}

/// Whether `text` may stand between two slashes of a resource name.
func isNameSegment(_ text: some StringProtocol) -> Bool {
  !text.isEmpty && text.utf8.count <= 128 && text.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "/") }
}
