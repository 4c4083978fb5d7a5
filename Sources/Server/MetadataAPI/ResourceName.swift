import Metadata

// Names as they stand in requests. Grafeas has each twice, `projects/P/...` and `projects/P/locations/L/...`; this server is
// one location, so a location is read and dropped, and no name in an answer has one.
//
// Source: grafeas.v1, the HTTP bindings and resource patterns with `/locations/*`.

/// `projects/P/rest` for `projects/P/locations/L/rest`, and every other text as it is.
func withoutLocation(_ name: String) -> String {
  let parts = name.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
  guard parts.count >= 4, parts[0] == "projects", parts[2] == "locations", (try? ProjectName(id: parts[3])) != nil else {
    return name
  }
  return (parts[...1] + parts[4...]).joined(separator: "/")
}

extension ProjectName {
  /// The project that a request names. `projects/-`, which stands for all of them, is none.
  ///
  /// - Throws: `MetadataError.malformedName`.
  init(requested name: String) throws(MetadataError) {
    try self.init(parsing: withoutLocation(name))
    if id == "-" { throw .malformedName(name, form: "projects/{project}") }
  }
}

extension NoteName {
  /// The note that a request names.
  ///
  /// - Throws: `MetadataError.malformedName`.
  init(requested name: String) throws(MetadataError) {
    try self.init(parsing: withoutLocation(name))
    if project.id == "-" { throw .malformedName(name, form: "projects/{project}/notes/{note}") }
  }
}

extension OccurrenceName {
  /// The occurrence that a request names.
  ///
  /// - Throws: `MetadataError.malformedName`.
  init(requested name: String) throws(MetadataError) {
    try self.init(parsing: withoutLocation(name))
    if project.id == "-" { throw .malformedName(name, form: "projects/{project}/occurrences/{occurrence}") }
  }
}

/// Where a method looks: in one project, or in all of them.
enum Scope: Hashable, Sendable {
  case everyProject
  case project(ProjectName)

  /// Reads `projects/P`, with a location or without, and `projects/-`.
  ///
  /// - Throws: `MetadataError.malformedName`.
  init(requested parent: String) throws(MetadataError) {
    let project = try ProjectName(parsing: withoutLocation(parent))
    self = project.id == "-" ? .everyProject : .project(project)
  }

  /// Nil for all projects, as stores have it.
  var project: ProjectName? {
    if case .project(let name) = self { name } else { nil }
  }

  var resource: AccessResource {
    if case .project(let name) = self { .project(name) } else { .everyProject }
  }
}
