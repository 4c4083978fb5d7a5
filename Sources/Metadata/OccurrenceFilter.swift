package import Images

/// Which occurrences are asked for: every condition that is set must hold. Empty matches all.
package struct OccurrenceFilter: Hashable, Sendable {
  /// The resource URI exactly as occurrences carry it, `https://…@sha256:…`.
  package var resourceURI: String?
  package var kind: NoteKind?
  package var note: NoteName?

  package init(resourceURI: String? = nil, kind: NoteKind? = nil, note: NoteName? = nil) {
    self.resourceURI = resourceURI
    self.kind = kind
    self.note = note
  }

  /// Everything of `kind` about `image`.
  package init(_ image: PinnedReference, kind: NoteKind? = nil) {
    self.init(resourceURI: image.resourceURI, kind: kind)
  }
}
