/// A transaction on one connection. Commands that answer nothing (BEGIN, SAVEPOINT) go out with the next statement, so they
/// cost no round trip; a read ends without waiting for its COMMIT.
final class PostgresSession: SQLSession {
  enum Transaction {
    case read, write

    var opening: String {
      switch self {
      case .read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
      case .write: "BEGIN ISOLATION LEVEL READ COMMITTED"
      }
    }
  }

  /// What became of the connection and its transaction.
  enum Fate {
    case sound
    /// It met another transaction; the same work may well pass next time.
    case conflict
    /// The connection broke before COMMIT, so nothing was done; the same work may run on a new one.
    case broken
    /// The connection is unusable, and trying again is not for us.
    case gone
  }

  private struct Key: Hashable {
    let sql: String
    let types: [UInt32]
  }

  private static let statementLimit = 256
  /// From here on COPY, which takes two more round trips than statements one after the other in one.
  static let copyFrom = 17

  private let wire: PostgresWire
  private let deadline: Duration
  private let migrationDeadline: Duration
  private var names: [Key: String] = [:]
  private var prepared = 0
  /// Commands that go out with the next statement.
  private var waiting: [String] = []
  private var depth = 0
  private var hasBegun = false
  private var isOwed = false
  private var failure: SQLError?
  private(set) var fate = Fate.sound

  init(_ wire: PostgresWire, deadline: Duration, migrationDeadline: Duration) {
    self.wire = wire
    self.deadline = deadline
    self.migrationDeadline = migrationDeadline
  }

  // MARK: Transactions

  func begin(_ transaction: Transaction) throws {
    (failure, fate, depth, hasBegun) = (nil, .sound, 0, false)
    wire.patience = deadline
    waiting = []
    try noting { () throws(PostgresFailure) in
      if isOwed { _ = try wire.answers() }
      isOwed = false
      try wire.probe()
    }
    if names.count >= Self.statementLimit {
      try check(exchange { () throws(PostgresFailure) in try wire.add("DEALLOCATE ALL") })
      names = [:]
    }
    hasBegun = false
    waiting = [transaction.opening]
  }

  /// Ends a read well, even after an error that the work made nothing of. The answer is read when the connection is used
  /// again.
  func leave() throws {
    if let failure, fate != .sound { throw failure }
    part(failure == nil ? "COMMIT" : "ROLLBACK")
  }

  /// Ends a write well: on disk when it returns.
  ///
  /// - Throws: `SQLError.unavailable` that says so when nobody can know whether it was done.
  func commit() throws {
    if let failure { throw failure }
    guard hasBegun else { return waiting = [] }
    do {
      let answers = try check(exchange { () throws(PostgresFailure) in try wire.add("COMMIT") })
      guard case .done(_, "COMMIT", _) = answers.last else { throw SQLError.failed("the transaction was undone") }
      hasBegun = false
    } catch  where fate == .broken || fate == .gone {
      fate = .gone
      throw SQLError.unavailable("the connection was lost during COMMIT; whether it was written is unknown")
    }
  }

  /// Undoes what was done, without waiting for the answer.
  func undo() { part("ROLLBACK") }

  private func part(_ word: String) {
    waiting = []
    guard hasBegun, fate == .sound || fate == .conflict else { return }
    let before = fate
    _ = try? noting { () throws(PostgresFailure) in
      try wire.add(word)
      try wire.sync()
      isOwed = true
    }
    // A connection that broke here has done its work; the next use finds out.
    fate = before
    hasBegun = false
  }

  func nested<Answer>(_ work: () throws -> Answer) throws -> Answer {
    depth += 1
    defer { depth -= 1 }
    let name = "nested\(depth)"
    let failureBefore = failure
    waiting.append("SAVEPOINT \(name)")
    do {
      let answer = try work()
      end(name, with: ["RELEASE SAVEPOINT \(name)"])
      return answer
    } catch {
      if fate == .sound {
        end(name, with: ["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"])
        failure = failureBefore
      }
      throw error
    }
  }

  private func end(_ name: String, with commands: [String]) {
    if waiting.last == "SAVEPOINT \(name)" { waiting.removeLast() } else { waiting += commands }
  }

  // MARK: Statements

  func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [[SQLValue]] {
    guard case .done(let rows, _, _) = try run(sql, [arguments], types: arguments.map(\.postgresType)).last else { return [] }
    return rows
  }

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    let answers = try run(sql, [arguments], types: arguments.map(\.postgresType))
    guard case .done(_, _, let touched) = answers.last else { return 0 }
    return touched
  }

  func insert(into table: String, _ columns: [String], _ rows: [[SQLValue]]) throws {
    guard !rows.isEmpty else { return }
    guard rows.allSatisfy({ $0.count == columns.count }) else {
      throw SQLError.failed("a row for \(table) does not have one value a column")
    }
    let names = columns.joined(separator: ", ")
    if rows.count >= Self.copyFrom {
      var bytes = PostgresCopyBytes(rows)
      try plainly { () throws(PostgresFailure) in
        try wire.copy("COPY \(table) (\(names)) FROM STDIN (FORMAT binary)") { bytes.next() }
      }
    } else {
      let types = columns.indices.map { column in
        rows.first { $0[column] != .null }?[column].postgresType ?? PostgresType.unknown
      }
      let places = columns.map { _ in "?" }.joined(separator: ", ")
      try run("INSERT INTO \(table) (\(names)) VALUES (\(places))", rows, types: types)
    }
  }

  /// Runs one statement once for each element of `runs`, all in one round trip.
  @discardableResult
  private func run(_ sql: String, _ runs: [[SQLValue]], types: [UInt32]) throws -> [PostgresAnswer] {
    let key = Key(sql: sql, types: types)
    if let name = names[key] {
      return try check(
        exchange { () throws(PostgresFailure) in for arguments in runs { try wire.addRun(of: name, arguments) } })
    }
    let text = PostgresText(sql)
    if text.changesShape { try allowMore() }
    if text.isScript && types.isEmpty {
      return [try plainly { () throws(PostgresFailure) in try wire.script(sql) }]
    }
    if text.changesShape || names.count >= Self.statementLimit {
      return try check(
        exchange { () throws(PostgresFailure) in
          for arguments in runs { try wire.addOnce(text.numbered, types, arguments) }
        })
    }
    prepared += 1
    let name = "s\(prepared)"
    let answers = try exchange { () throws(PostgresFailure) in
      try wire.addPreparation(of: text.numbered, as: name, types)
      for arguments in runs { try wire.addRun(of: name, arguments) }
    }
    if case .done = answers.dropLast(runs.count).last { names[key] = name }
    return try check(answers)
  }

  /// What changes the shape of the database may take long, and so may what comes with it.
  private func allowMore() throws {
    guard wire.patience != migrationDeadline else { return }
    wire.patience = migrationDeadline
    waiting.append("SET LOCAL statement_timeout = \(migrationDeadline.milliseconds)")
  }

  // MARK: Talking

  /// Sends what waits and what `commands` adds, and waits for the answers to both.
  private func exchange(_ commands: () throws(PostgresFailure) -> Void) throws -> [PostgresAnswer] {
    try noting { () throws(PostgresFailure) in
      for command in waiting { try wire.add(command) }
      waiting = []
      try commands()
      try wire.sync()
      hasBegun = true
      return try wire.answers()
    }
  }

  /// Sends what waits, then talks outside of the pipeline.
  @discardableResult
  private func plainly(_ talk: () throws(PostgresFailure) -> PostgresAnswer) throws -> PostgresAnswer {
    if !waiting.isEmpty { try check(exchange { () throws(PostgresFailure) in }) }
    let answer = try noting(talk)
    try check([answer])
    return answer
  }

  @discardableResult
  private func check(_ answers: [PostgresAnswer]) throws -> [PostgresAnswer] {
    try noting { () throws(PostgresFailure) in
      for case .refused(let failure) in answers { throw failure }
      return answers
    }
  }

  /// Turns a failure into the error that the work sees, and remembers what it means for the transaction.
  private func noting<Answer>(_ talk: () throws(PostgresFailure) -> Answer) throws -> Answer {
    do throws(PostgresFailure) {
      return try talk()
    } catch {
      switch error.kind {
      case .late: fate = .gone
      case .lost: fate = .broken
      case .refused where error.endsConnection || error.isStale: fate = .broken
      case .refused where error.isConflict: fate = .conflict
      case .refused: break
      }
      failure = failure ?? error.error
      throw error.error
    }
  }
}
