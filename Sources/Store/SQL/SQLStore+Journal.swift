import Images
package import Metadata

extension SQLStore: DecisionJournal {
  private static let columns = [
    "sequence", "kind", "id", "atSeconds", "namespace", "username", "verdict", "previous", "hash", "message",
  ]

  /// One range of one index; see `DecisionJournalReader`.
  package func entries(_ query: JournalQuery) async throws -> [JournalEntry] {
    try query.checkLimit()
    let (conditions, arguments) = Self.conditions(query)
    let order = query.isNewestFirst ? "DESC" : "ASC"
    let index = query.idPrefix == nil ? "" : engine.dialect.indexed("journalById")
    let sql =
      "SELECT sequence, previous, hash, message FROM journal\(index) WHERE \(conditions.joined(separator: " AND "))"
      + " ORDER BY sequence \(order) LIMIT ?"
    return try await read { session in
      try session.rows(sql, arguments + [.integer(Int64(query.limit))]).map { row in
        JournalEntry(
          sequence: try row.integer(0), previous: try Self.digest(row.text(1)), bytes: try row.blob(3),
          hash: try Self.digest(row.text(2)))
      }
    }
  }

  private static func conditions(_ query: JournalQuery) -> ([String], [SQLValue]) {
    var conditions = ["sequence > ?"]
    var arguments: [SQLValue] = [.integer(query.after)]
    func add(_ condition: String, _ values: SQLValue...) {
      conditions.append(condition)
      arguments += values
    }
    if let before = query.before { add("sequence < ?", .integer(before)) }
    if !query.kinds.isEmpty {
      // Sorted, so that the same question is the same statement.
      let kinds = query.kinds.map(\.rawValue).sorted()
      conditions.append("kind IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))")
      arguments += kinds.map { .text($0) }
    }
    if let since = query.sinceSeconds { add("atSeconds >= ?", .integer(since)) }
    if let until = query.untilSeconds { add("atSeconds < ?", .integer(until)) }
    if let namespace = query.namespace { add("namespace = ?", SQLValue(column: namespace)) }
    if let user = query.user { add("username = ?", SQLValue(column: user)) }
    // Only decisions have one: to say so lets the index by verdict serve the other kinds, in order.
    let verdict = query.verdict ?? (query.kinds.isEmpty || query.kinds.contains(.decision) ? nil : "")
    if let verdict { add("verdict = ?", SQLValue(column: verdict)) }
    if let prefix = query.idPrefix {
      add("id >= ? AND id < ?", SQLValue(column: prefix), SQLValue(column: prefix + "\u{10FFFF}"))
    }
    return (conditions, arguments)
  }

  /// Point read; see `DecisionJournalReader`.
  package func head() async throws -> JournalHead { try await read { try Self.head($0) } }

  private static func head(_ session: any SQLSession) throws -> JournalHead {
    let row = try session.rows("SELECT sequence, hash FROM journalHead WHERE name = 'journal'", []).only()
    let sequence = try row.integer(0)
    return sequence == 0 ? .empty : JournalHead(sequence: sequence, hash: try digest(row.text(1)))
  }

  /// A hash that cannot be read is one that no entry has: the chain says so, not the reader.
  private static func digest(_ text: String) throws -> Digest {
    (try? Digest(parsing: text)) ?? Digest(sha256Of: Array("unreadable \(text)".utf8))
  }

  /// One step: entries are tied to the end as it is in the transaction; see `DecisionJournal`.
  @discardableResult
  package func append(_ contents: [JournalContent]) async throws -> JournalHead {
    let prepared = contents.map { (content: $0, bytes: $0.bytes) }
    let rows = max(1, prepared.reduce(0) { $0 + 1 + $1.bytes.count >> 12 })
    return try await change(positions: 0, rows: rows) { session, _ in try Self.add(prepared, session) }
  }

  private static func add(
    _ prepared: [(content: JournalContent, bytes: [UInt8])], _ session: any SQLSession
  ) throws -> JournalHead {
    var end = try head(session)
    let rows = prepared.map { content, bytes -> [SQLValue] in
      let entry = JournalEntry(after: end, bytes: bytes)
      end = JournalHead(sequence: entry.sequence, hash: entry.hash)
      return [
        .integer(entry.sequence), .text(content.kind.rawValue), SQLValue(column: content.id), .integer(content.atSeconds),
        SQLValue(column: content.namespace), SQLValue(column: content.user), .text(content.verdict),
        .text("\(entry.previous)"), .text("\(entry.hash)"), .blob(bytes),
      ]
    }
    try session.insert(into: "journal", columns, rows)
    try session.execute(
      "UPDATE journalHead SET sequence = ?, hash = ? WHERE name = 'journal'", [.integer(end.sequence), .text("\(end.hash)")])
    return end
  }

  /// One step; see `DecisionJournal`.
  @discardableResult
  package func prune(through sequence: Int64, atSeconds: Int64) async throws -> Bool {
    try await change(positions: 0, rows: 1) { session, _ in
      let through = min(sequence, try Self.head(session).sequence - 1)
      let last = try session.rows(
        "SELECT sequence, hash FROM journal WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1", [.integer(through)])
      guard let last = last.first else { return false }
      try session.execute("DELETE FROM journal WHERE sequence <= ?", [.integer(through)])
      let checkpoint = JournalContent.checkpoint(
        JournalCheckpoint(atSeconds: atSeconds, through: try last.integer(0), hash: try last.text(1)))
      _ = try Self.add([(checkpoint, checkpoint.bytes)], session)
      return true
    }
  }
}
