package import Images

/// How a PostgreSQL database is reached, or a database that speaks its protocol.
package struct PostgresSettings: Sendable {
  /// `postgresql://USER@HOST:PORT/DATABASE?sslmode=...` or `key=value ...`, with every option of libpq; what it leaves out
  /// comes from `PGPASSWORD`, `PGSSLROOTCERT` and so on. To another machine `sslmode` is `verify-full` unless it says
  /// otherwise, so a server is believed only with a certificate.
  package var address: Redacted<String>
  /// Connections for reading, and so how many reads run at a time.
  package var readers: Int
  /// Connections for writing; a second one works on while the first waits for the disk.
  package var writers: Int
  /// From the first packet to being logged in, all hosts of the address together.
  package var connectTimeout: Duration
  /// For one statement, for getting a free connection, and for COMMIT each; half a second at least.
  package var statementDeadline: Duration
  /// For each statement of a transaction that changes the shape of the database.
  package var migrationDeadline: Duration

  package init(
    address: Redacted<String>, readers: Int = 8, writers: Int = 2, connectTimeout: Duration = .seconds(5),
    statementDeadline: Duration = .seconds(5), migrationDeadline: Duration = .seconds(600)
  ) {
    self.address = address
    self.readers = readers
    self.writers = writers
    self.connectTimeout = connectTimeout
    self.statementDeadline = statementDeadline
    self.migrationDeadline = migrationDeadline
  }
}
