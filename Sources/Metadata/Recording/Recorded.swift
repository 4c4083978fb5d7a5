import Schemas
import SwiftProtobuf

// What every store does to messages before it keeps them, so that no two stores do it differently.

extension Stamps {
  /// Most messages that one call may create. Source: grafeas.v1, BatchCreateOccurrencesRequest.
  package static let batchLimit = 1000

  /// The notes as they are kept: checked, with name, kind and times set.
  ///
  /// - Returns: in the order of their ids.
  /// - Throws: `MetadataError.invalid` with the faults of all of them, `.malformedName`, `.outOfBounds`.
  package func recorded(
    _ notes: [String: Note], in project: ProjectName
  ) throws(MetadataError) -> [(name: NoteName, note: Note)] {
    try checkBounds("notes", notes.count)
    let ordered = notes.sorted { $0.key < $1.key }
    try refuse("note", ordered.map { ($0.value.faults, "notes[\($0.key)]") })
    let time = now()
    var recorded: [(name: NoteName, note: Note)] = []
    for (id, note) in ordered {
      let name = try NoteName(project: project, id: id)
      var kept = note
      kept.name = name.description
      kept.kind = note.typeKind
      kept.createTime = time
      kept.updateTime = time
      recorded.append((name, kept))
    }
    return recorded
  }

  /// The occurrences as they are kept: checked, with name, kind and times set. Whether the notes exist is for the store
  /// to see.
  ///
  /// - Returns: in the order given.
  /// - Throws: `MetadataError.invalid` with the faults of all of them, `.outOfBounds`.
  package func recorded(
    _ occurrences: [Occurrence], in project: ProjectName
  ) throws(MetadataError) -> [RecordedOccurrence] {
    try checkBounds("occurrences", occurrences.count)
    try refuse("occurrence", occurrences.enumerated().map { ($1.faults, "occurrences[\($0)]") })
    let time = now()
    var recorded: [RecordedOccurrence] = []
    for occurrence in occurrences {
      let name = try OccurrenceName(project: project, id: newID())
      var kept = occurrence
      kept.name = name.description
      kept.kind = occurrence.detailsKind
      kept.createTime = time
      kept.updateTime = time
      recorded.append(RecordedOccurrence(name: name, note: try NoteName(parsing: occurrence.noteName), message: kept))
    }
    return recorded
  }

  private func checkBounds(_ what: String, _ count: Int) throws(MetadataError) {
    guard (1...Self.batchLimit).contains(count) else {
      throw .outOfBounds(what: "The number of \(what)", got: count, bounds: "1 to \(Self.batchLimit)")
    }
  }

  /// At most 20 reasons are told: whoever sends a thousand bad messages made one mistake a thousand times.
  private func refuse(_ what: String, _ found: [(faults: [String], at: String)]) throws(MetadataError) {
    let reasons = found.flatMap { one in one.faults.map { found.count == 1 ? $0 : "\(one.at).\($0)" } }
    guard !reasons.isEmpty else { return }
    let more = reasons.count - 20
    throw .invalid(what: what, reasons: more > 0 ? reasons.prefix(20) + ["and \(more) more"] : reasons)
  }
}

/// An occurrence ready to be kept, with the columns that a store indexes.
package struct RecordedOccurrence: Sendable {
  package let name: OccurrenceName
  package let note: NoteName
  package let message: Occurrence
}
