extension Migration {
  /// What is managed: policies and attestors, each a document under its name. `collection` is what lists it.
  static let managedDocuments = Migration(number: 3, name: "managed-documents") { session, dialect in
    let (integer, text, blob) = (dialect.integer, dialect.text, dialect.blob)
    let columns = [
      "name \(text) NOT NULL PRIMARY KEY", "project \(text) NOT NULL", "collection \(text) NOT NULL",
      "seconds \(integer) NOT NULL", "nanos \(integer) NOT NULL", "revision \(integer) NOT NULL",
      "bytes \(blob) NOT NULL",
    ]
    try session.execute("CREATE TABLE managed (\(columns.joined(separator: ", ")))\(dialect.tableEnd)", [])
    try session.execute("CREATE INDEX managedByCollection ON managed (collection, name)", [])
    try session.execute("CREATE INDEX managedByProject ON managed (project)", [])
  }
}
