import Metadata

/// A project as it is kept.
enum ProjectRow {
  static func exists(_ project: ProjectName, _ session: any SQLSession) throws -> Bool {
    try !session.rows("SELECT 1 FROM project WHERE name = ?", [.text(project.id)]).isEmpty
  }

  static func insert(_ project: ProjectName, at position: Int64, _ session: any SQLSession) throws {
    try session.insert(into: "project", ["position", "name"], [[.integer(position), .text(project.id)]])
  }

  /// Creates those that are not there yet, each at the position of the first thing that is written in it.
  static func ensure(_ written: [(position: Int64, project: ProjectName)], _ session: any SQLSession) throws {
    let first = Dictionary(written.map { ($0.project, $0.position) }, uniquingKeysWith: { first, _ in first })
    for (project, position) in first where try !exists(project, session) {
      try insert(project, at: position, session)
    }
  }
}
