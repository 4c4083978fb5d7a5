package import Images
package import Metadata

extension SQLStore: DocumentStore {
  /// One step; see `DocumentStore`.
  package func keep(_ document: [UInt8], as digest: Digest, in project: ProjectName) async throws {
    try checkSize(ofDocument: document)
    let key = [SQLValue.text(project.id), .text(digest.description)]
    // As heavy as the rows that would have as many bytes, so that a group does not hold many of them.
    try await change(rows: 1 + document.count >> 12) { session, first in
      let kept = try session.rows("SELECT 1 FROM document WHERE project = ? AND digest = ?", key)
      guard kept.isEmpty else { return }
      try ProjectRow.ensure([(first, project)], session)
      try session.insert(into: "document", ["project", "digest", "bytes"], [key + [.blob(document)]])
    }
  }

  /// Point read; see `DocumentStore`.
  package func document(_ digest: Digest, in project: ProjectName) async throws -> [UInt8] {
    let rows = try await read {
      try $0.rows(
        "SELECT bytes FROM document WHERE project = ? AND digest = ?", [.text(project.id), .text(digest.description)])
    }
    guard let row = rows.first else { throw MetadataError.notFound("\(project)/documents/\(digest)") }
    return try row.blob(0)
  }
}
