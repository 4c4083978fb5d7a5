package import Metadata
import Schemas
import SwiftProtobuf

extension SQLStore: ChangeReader {
  /// Most changes that one call looks at.
  private static let mostLookedAt = 10_000

  /// One range of three indexes; see `ChangeReader`.
  package func changes(
    in project: ProjectName?, matching filter: OccurrenceFilter, after position: Int64, atMost limit: Int
  ) async throws -> ChangeBatch {
    try await read { session in
      let last = try Positions.last(session)
      try ChangeBatch.checkBounds(after: position, last: last, limit: limit)
      var (found, after, looked): ([Change], Int64, Int) = ([], position, 0)
      while looked < Self.mostLookedAt {
        let chunk = try Self.next(after, session)
        for row in chunk.rows {
          after = row.position
          guard project == nil || project?.id == row.project else { continue }
          let change = try row.change
          guard change.isWanted(in: project, matching: filter) else { continue }
          found.append(change)
          if found.count == limit {
            let isLast = chunk.isLast && row.position == chunk.rows.last?.position
            return ChangeBatch(changes: found, position: isLast ? last : after, isLast: isLast)
          }
        }
        if chunk.isLast { return ChangeBatch(changes: found, position: last, isLast: true) }
        looked += chunk.rows.count
      }
      return ChangeBatch(changes: found, position: after, isLast: false)
    }
  }

  /// The counter; see `ChangeReader`.
  package func lastPosition() async throws -> Int64 { try await read { try Positions.last($0) } }

  /// The next changes of any sort, in order.
  private static func next(_ position: Int64, _ session: any SQLSession) throws -> (rows: [ChangeRow], isLast: Bool) {
    let size = 500
    var (all, end): ([ChangeRow], Int64) = ([], .max)
    for source in ChangeRow.sources {
      let rows = try session.rows(source.sql, [.integer(position), .integer(Int64(size))])
      all += try rows.map { try ChangeRow($0, source) }
      // Of a source that has more, nothing is known after the last row; so the others end there too.
      if rows.count == size, let last = all.last { end = min(end, last.position) }
    }
    return (all.filter { $0.position <= end }.sorted { $0.position < $1.position }, end == .max)
  }
}

/// A note, an occurrence or what is left of one, where it stands in the feed.
private struct ChangeRow {
  struct Source {
    let sql: String
    let isDeletion: Bool
  }

  static let sources = [
    source("note", "changed", "'\(Tombstone.notes)'", isDeletion: false),
    source("occurrence", "changed", "'\(Tombstone.occurrences)'", isDeletion: false),
    source("tombstone", "position", "collection", isDeletion: true),
  ]

  let position: Int64
  let project: String
  private let isDeletion: Bool
  private let isNote: Bool
  private let message: [UInt8]

  init(_ row: [SQLValue], _ source: Source) throws {
    position = try row.integer(0)
    project = try row.text(1)
    isNote = try row.text(2) == Tombstone.notes
    message = try row.blob(3)
    isDeletion = source.isDeletion
  }

  private static func source(_ table: String, _ column: String, _ collection: String, isDeletion: Bool) -> Source {
    Source(
      sql: """
        SELECT \(column), project, \(collection), message FROM \(table) WHERE \(column) > ? \
        ORDER BY \(column) LIMIT ?
        """,
      isDeletion: isDeletion)
  }

  var change: Change {
    get throws {
      let subject: Change.Subject =
        isNote ? .note(try Note(serializedBytes: message)) : .occurrence(try Occurrence(serializedBytes: message))
      return Change(position: position, isDeletion: isDeletion, subject: subject)
    }
  }
}
