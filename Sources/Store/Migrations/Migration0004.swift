extension Migration {
  /// The journal of decisions. `message` holds the canonical bytes; every other column but the hashes is derived from it.
  /// `journalHead` has one row, so that entries missing at the end are noticed, and so that writers queue up for it.
  static let decisionJournal = Migration(number: 4, name: "decision-journal") { session, dialect in
    let (integer, text, blob) = (dialect.integer, dialect.text, dialect.blob)
    let columns = [
      "sequence \(integer) PRIMARY KEY", "kind \(text)", "id \(text)", "atSeconds \(integer)", "namespace \(text)",
      "username \(text)", "verdict \(text)", "previous \(text)", "hash \(text)", "message \(blob)",
    ]
    let lines = columns.map { "\($0) NOT NULL" }.joined(separator: ", ")
    let statements = [
      "CREATE TABLE journal (\(lines))\(dialect.tableEnd)",
      "CREATE INDEX journalById ON journal (id, sequence)",
      "CREATE INDEX journalByTime ON journal (atSeconds, sequence)",
      "CREATE INDEX journalByVerdict ON journal (kind, verdict, sequence)",
      """
      CREATE TABLE journalHead (name \(text) NOT NULL PRIMARY KEY, sequence \(integer) NOT NULL, hash \(text) NOT NULL)\
      \(dialect.tableEnd)
      """,
      "INSERT INTO journalHead VALUES ('journal', 0, '')",
    ]
    for statement in statements { try session.execute(statement, []) }
  }
}
