import Metadata

/// What happens inside the transaction of one group.
struct GroupTransaction {
  private let group: [QueuedWrite]

  init(_ group: [QueuedWrite]) { self.group = group }

  /// - Returns: what became of each write, in order.
  /// - Throws: what undoes all of it; for a group of one also its `MetadataError`, so that nothing is committed in vain.
  func run(_ session: any SQLSession) throws -> [Result<Void, any Error>] {
    var next = try Positions.take(group.reduce(0) { $0 + $1.positions }, session)
    var results = [Result<Void, any Error>](repeating: .success(()), count: group.count)
    var creations: [(index: Int, first: Int64, rows: [OccurrenceRow])] = []
    for (index, write) in group.enumerated() {
      switch write.work {
      case .occurrences(let rows): creations.append((index, next, rows))
      case .alone(let work): results[index] = try alone(next, session, work)
      }
      next += Int64(write.positions)
    }
    let notes = try present(creations.flatMap { $0.rows.map(\.columns.note) }, session)
    var rows: [(position: Int64, row: OccurrenceRow)] = []
    for creation in creations {
      if let missing = creation.rows.first(where: { !notes.contains($0.columns.note) }) {
        let error = MetadataError.notFound(missing.columns.note.description)
        guard group.count > 1 else { throw error }
        results[creation.index] = .failure(error)
      } else {
        rows += creation.rows.enumerated().map { (creation.first + Int64($0), $1) }
      }
    }
    try OccurrenceRow.insert(rows, session)
    return results
  }

  private func alone(
    _ first: Int64, _ session: any SQLSession, _ work: @Sendable (any SQLSession, Int64) throws -> Void
  ) throws -> Result<Void, any Error> {
    guard group.count > 1 else {
      try work(session, first)
      return .success(())
    }
    do {
      return .success(try session.nested { try work(session, first) })
    } catch let error as MetadataError {
      return .failure(error)
    }
  }

  private func present(_ notes: [NoteName], _ session: any SQLSession) throws -> Set<NoteName> {
    try NoteRow.present(Set(notes), session)
  }
}
