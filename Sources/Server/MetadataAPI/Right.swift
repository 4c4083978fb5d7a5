package import Metadata

/// What a caller may be allowed to do in a project.
///
/// Source: the permissions of Google's Container Analysis API, without their `containeranalysis.` prefix.
package enum Right: String, Sendable, CaseIterable {
  case createOccurrences = "occurrences.create"
  case getOccurrences = "occurrences.get"
  case listOccurrences = "occurrences.list"
  case createNotes = "notes.create"
  case getNotes = "notes.get"
  case listNotes = "notes.list"
  /// To create occurrences of the project's notes, in whatever project: who holds it speaks in the note's name.
  case attachOccurrences = "notes.attachOccurrence"
  /// To see the occurrences of the project's notes in every project.
  case listNoteOccurrences = "notes.listOccurrences"
}

/// One right in one project or in all: `projects/tenant-a:occurrences.create`, `projects/*:notes.get`.
package struct Grant: Hashable, Sendable, CustomStringConvertible {
  package let right: Right
  /// Nil for every project.
  package let project: ProjectName?

  package init(_ right: Right, on project: ProjectName?) {
    self.right = right
    self.project = project
  }

  /// Reads `projects/{project}:{right}`; `*` stands for every project.
  ///
  /// - Returns: nil when it is not of that form or the right is unknown.
  package init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":"), let right = Right(rawValue: String(text[text.index(after: colon)...])),
      let project = try? ProjectName(parsing: text[..<colon])
    else { return nil }
    self.right = right
    self.project = project.id == "*" ? nil : project
  }

  package var description: String { "\(project?.description ?? "projects/*"):\(right.rawValue)" }
}

/// Somebody who asks, and what they may.
package struct Caller: Sendable {
  /// For the log; never a secret.
  package let name: String
  private let grants: Set<Grant>
  private let mayEverything: Bool

  package init(name: String, grants: Set<Grant>) {
    self.name = name
    self.grants = grants
    mayEverything = false
  }

  private init(everythingAs name: String) {
    self.name = name
    grants = []
    mayEverything = true
  }

  /// Whoever calls in the demo profile.
  static let anybody = Caller(everythingAs: "anybody")

  /// Whether the caller holds `right` in `project`.
  package func may(_ right: Right, in project: ProjectName) -> Bool {
    mayEverything || grants.contains(Grant(right, on: project)) || grants.contains(Grant(right, on: nil))
  }
}
