package import Images
import Schemas

/// Which occurrences are asked for: every condition that is set must hold. Empty matches all.
package struct OccurrenceFilter: Hashable, Sendable {
  /// The resource URI, `https://…@sha256:…`; with and without the scheme it is the same resource.
  package var resourceURI: String?
  package var kind: NoteKind?
  /// The project of the note, whatever project the occurrence is in.
  package var noteProject: ProjectName?
  /// The last segment of the note's name, in any project unless `noteProject` is set too.
  package var noteID: String?

  package init(resourceURI: String? = nil, kind: NoteKind? = nil, note: NoteName? = nil) {
    self.resourceURI = resourceURI
    self.kind = kind
    noteProject = note?.project
    noteID = note?.id
  }

  /// Everything of `kind` about `image`.
  package init(_ image: PinnedReference, kind: NoteKind? = nil) {
    self.init(resourceURI: image.resourceURI, kind: kind)
  }

  /// The resource without its scheme, as `Occurrence.resourceKey` has it; nil when any resource will do.
  package var resourceKey: String? { resourceURI.map(withoutScheme) }

  /// Whether a stored occurrence is asked for.
  package func matches(_ occurrence: Occurrence) -> Bool {
    if let resourceKey, resourceKey != occurrence.resourceKey { return false }
    if let kind, kind != occurrence.kind { return false }
    if noteProject == nil && noteID == nil { return true }
    guard let note = try? NoteName(parsing: occurrence.noteName) else { return false }
    if let noteProject, noteProject != note.project { return false }
    return noteID == nil || noteID == note.id
  }
}

extension Occurrence {
  /// The resource without `https://`: what a filter by resource compares and a store indexes.
  package var resourceKey: String { withoutScheme(resourceUri) }
}

private func withoutScheme(_ uri: String) -> String {
  let scheme = "https://"
  return uri.hasPrefix(scheme) ? String(uri.dropFirst(scheme.count)) : uri
}
