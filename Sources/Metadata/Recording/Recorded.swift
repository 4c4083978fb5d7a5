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
    try Self.checkBounds("notes", notes.count)
    let ordered = notes.sorted { $0.key < $1.key }
    try Self.refuse("note", ordered.map { ($0.value.faults, "notes[\($0.key)]") })
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
    try Self.checkBounds("occurrences", occurrences.count)
    try Self.refuse("occurrence", occurrences.enumerated().map { ($1.faults, "occurrences[\($0)]") })
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

  static func checkBounds(_ what: String, _ count: Int) throws(MetadataError) {
    guard (1...batchLimit).contains(count) else {
      throw .outOfBounds(what: "The number of \(what)", got: count, bounds: "1 to \(batchLimit)")
    }
  }

  /// At most 20 reasons are told: whoever sends a thousand bad messages made one mistake a thousand times.
  static func refuse(_ what: String, _ found: [(faults: [String], at: String)]) throws(MetadataError) {
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

/// The notes as they are kept when an archive gives them back: checked, names and times as they are.
///
/// - Returns: in the order given.
/// - Throws: `MetadataError.invalid` with the faults of all of them, `.malformedName`, `.outOfBounds`.
package func restored(_ notes: [Note]) throws(MetadataError) -> [(name: NoteName, note: Note)] {
  try Stamps.checkBounds("notes", notes.count)
  try Stamps.refuse("note", notes.map { ($0.faults + kindFaults($0.kind, $0.typeKind), $0.name) })
  var restored: [(name: NoteName, note: Note)] = []
  for note in notes {
    var kept = note
    kept.kind = note.typeKind
    restored.append((try NoteName(parsing: note.name), kept))
  }
  return restored
}

/// The occurrences as they are kept when an archive gives them back: checked, names and times as they are.
///
/// - Returns: in the order given.
/// - Throws: `MetadataError.invalid` with the faults of all of them, `.malformedName`, `.outOfBounds`.
package func restored(_ occurrences: [Occurrence]) throws(MetadataError) -> [RecordedOccurrence] {
  try Stamps.checkBounds("occurrences", occurrences.count)
  try Stamps.refuse("occurrence", occurrences.map { ($0.faults + kindFaults($0.kind, $0.detailsKind), $0.name) })
  var restored: [RecordedOccurrence] = []
  for occurrence in occurrences {
    var kept = occurrence
    kept.kind = occurrence.detailsKind
    let note = try NoteName(parsing: occurrence.noteName)
    restored.append(RecordedOccurrence(name: try OccurrenceName(parsing: occurrence.name), note: note, message: kept))
  }
  return restored
}

/// A kind that contradicts what the message holds; none is fine, it is derived.
private func kindFaults(_ said: NoteKind, _ held: NoteKind) -> [String] {
  said == .unspecified || said == held ? [] : ["kind contradicts what the message holds: leave it out, or correct it"]
}
