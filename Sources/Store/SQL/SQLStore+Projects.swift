package import Metadata

extension SQLStore: ProjectStore {
  /// One step; see `ProjectStore`.
  package func create(_ project: ProjectName) async throws {
    try await change { session, first in
      guard try !ProjectRow.exists(project, session) else { throw MetadataError.alreadyExists(project.description) }
      try ProjectRow.insert(project, at: first, session)
    }
  }

  /// Point read; see `ProjectStore`.
  package func exists(_ project: ProjectName) async throws -> Bool {
    try await read { try ProjectRow.exists(project, $0) }
  }

  /// One range of one index; see `ProjectStore`.
  package func projects(page: PageRequest) async throws -> Page<ProjectName> {
    let position = try page.position()
    let rows = try await read {
      try $0.rows(
        "SELECT position, name FROM project WHERE position > ? ORDER BY position LIMIT ?",
        [.integer(position), .integer(Int64(page.size + 1))])
    }
    return Page(rows: try rows.map { (try $0.integer(0), try ProjectName(id: $0.text(1))) }, size: page.size)
  }

  /// One step, with the project's documents, what is managed in it and its access policies; see `ProjectStore`.
  package func delete(_ project: ProjectName) async throws {
    try await change(positions: 0) { session, _ in
      let id = [SQLValue.text(project.id)]
      guard try ProjectRow.exists(project, session) else { throw MetadataError.notFound(project.description) }
      for table in ["note", "occurrence"] {
        guard try session.rows("SELECT 1 FROM \(table) WHERE project = ? LIMIT 1", id).isEmpty else {
          throw MetadataError.notEmpty(project.description)
        }
      }
      try session.execute("DELETE FROM project WHERE name = ?", id)
      try session.execute("DELETE FROM document WHERE project = ?", id)
      for row in try session.rows("SELECT name FROM managed WHERE project = ?", id) {
        try session.execute("DELETE FROM accessPolicy WHERE resource = ?", [.text(try row.text(0))])
      }
      try session.execute("DELETE FROM managed WHERE project = ?", id)
      try session.execute("DELETE FROM accessPolicy WHERE resource = ?", [.text(project.description)])
    }
  }
}
