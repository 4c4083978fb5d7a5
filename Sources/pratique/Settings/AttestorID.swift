import Images
import Metadata

/// The two names of an attestor: its own, and that of the note under which its attestations stand.
struct AttestorID {
  /// `projects/{project}/attestors/{id}`.
  let attestor: String
  let note: NoteName

  /// - Parameters:
  ///   - name: the id alone, or the full name `projects/{project}/attestors/{id}`.
  ///   - project: the project of a short name.
  /// - Throws: `MetadataError.malformedName`.
  init(name: String, project: String) throws(MetadataError) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isFull = parts.count == 4 && parts[0] == "projects" && parts[2] == "attestors"
    guard isFull || parts.count == 1 else {
      throw .malformedName(name, form: "projects/{project}/attestors/{attestor}")
    }
    let owner = try ProjectName(id: isFull ? parts[1] : project)
    note = try NoteName(project: owner, id: isFull ? parts[3] : name)
    attestor = "\(owner)/attestors/\(note.id)"
  }
}
