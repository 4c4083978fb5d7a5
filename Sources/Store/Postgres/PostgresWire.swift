import CPostgres
import Glibc

/// One libpq connection in pipeline mode that never waits without a deadline. Whoever holds it uses it from one thread at a
/// time. After a failure of the kind `lost` or `late` it is good for nothing and is let go.
///
/// Several commands go out together, end with `sync()`, and are answered together: one round trip.
final class PostgresWire {
  private let connection: OpaquePointer
  /// How long the server may take; who runs something long changes it.
  var patience: Duration
  private var expected = 0

  private init(_ connection: OpaquePointer, patience: Duration) {
    self.connection = connection
    self.patience = patience
  }

  deinit { PQfinish(connection) }

  /// Connects and logs in.
  ///
  /// - Parameter limit: for all of it, name resolution excepted: libpq leaves that to the resolver of the system.
  static func open(
    _ address: PostgresAddress, within limit: Duration, patience: Duration
  ) throws(PostgresFailure) -> PostgresWire {
    let until = ContinuousClock.now + limit
    let parameters = address.parameters(deadline: patience)
    let started = withCStrings(parameters.map(\.keyword)) { keywords in
      withCStrings(parameters.map(\.value)) { values in PQconnectStartParams(keywords, values, 1) }
    }
    guard let started else { throw .lost("there is no memory for a connection") }
    let wire = PostgresWire(started, patience: patience)
    PQsetNoticeProcessor(started, { _, _ in }, nil)
    try wire.finishOpening(until)
    return wire
  }

  private func finishOpening(_ until: ContinuousClock.Instant) throws(PostgresFailure) {
    guard PQstatus(connection) != CONNECTION_BAD else { throw .lost(complaint) }
    var state = PGRES_POLLING_WRITING
    while state != PGRES_POLLING_OK {
      switch state {
      case PGRES_POLLING_READING: try wait(for: POLLIN, until, "logging in")
      case PGRES_POLLING_WRITING: try wait(for: POLLOUT, until, "connecting")
      default: throw .lost(complaint)
      }
      state = PQconnectPoll(connection)
    }
    guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else { throw .lost(complaint) }
  }

  /// How the server names its parameter `name`, as in `server_encoding`.
  func parameter(_ name: String) -> String? { PQparameterStatus(connection, name).map { String(cString: $0) } }

  // MARK: Commands; each is answered by one element of `answers()`.

  /// A command without arguments and rows.
  func add(_ command: String) throws(PostgresFailure) { try addOnce(command, [], []) }

  func addPreparation(of sql: String, as name: String, _ types: [UInt32]) throws(PostgresFailure) {
    try accept(PQsendPrepare(connection, name, sql, Int32(types.count), types))
  }

  func addRun(of name: String, _ arguments: [SQLValue]) throws(PostgresFailure) {
    try accept(
      PostgresArguments(arguments).pass { PQsendQueryPrepared(connection, name, $0, $1, $2, $3, 1) })
  }

  /// A statement that is not prepared for another time.
  func addOnce(_ sql: String, _ types: [UInt32], _ arguments: [SQLValue]) throws(PostgresFailure) {
    try accept(
      PostgresArguments(arguments).pass { PQsendQueryParams(connection, sql, $0, types, $1, $2, $3, 1) })
  }

  private func accept(_ status: Int32) throws(PostgresFailure) {
    guard status == 1 else { throw .lost(complaint) }
    expected += 1
  }

  /// Ends a group of commands, and sends as much as goes without waiting.
  func sync() throws(PostgresFailure) {
    guard PQpipelineSync(connection) == 1, PQflush(connection) >= 0 else { throw .lost(complaint) }
  }

  /// Sends the rest, then waits for the answers to all commands before `sync()`.
  func answers() throws(PostgresFailure) -> [PostgresAnswer] {
    let until = ContinuousClock.now + patience
    var answers: [PostgresAnswer] = []
    try flush(until)
    while answers.count < expected {
      guard let answer = try next(until) else { throw .lost("the server answered out of order") }
      // Ends the command; only the first says something.
      while try next(until) != nil {}
      answers.append(answer)
    }
    guard case .synced = try next(until) else { throw .lost("the server answered out of order") }
    expected = 0
    return answers
  }

  // MARK: Outside of the pipeline

  /// Runs several statements without arguments, one after the other.
  func script(_ sql: String) throws(PostgresFailure) -> PostgresAnswer {
    try plainly { () throws(PostgresFailure) in
      guard PQsendQuery(connection, sql) == 1 else { throw .lost(complaint) }
      return try rest()
    }
  }

  /// Sends bytes to a `COPY ... FROM STDIN`.
  ///
  /// - Parameter chunk: the next bytes; nil ends it.
  func copy(_ command: String, _ chunk: () -> [UInt8]?) throws(PostgresFailure) -> PostgresAnswer {
    try plainly { () throws(PostgresFailure) in
      guard PQsendQuery(connection, command) == 1 else { throw .lost(complaint) }
      let until = ContinuousClock.now + patience
      try flush(until)
      let first = try next(until)
      guard case .wantsCopy = first else {
        let others = try rest()
        return first ?? others
      }
      while let bytes = chunk() {
        let status = bytes.withUnsafeBytes {
          PQputCopyData(connection, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
        }
        guard status == 1 else { throw .lost(complaint) }
        try flush(ContinuousClock.now + patience)
      }
      guard PQputCopyEnd(connection, nil) == 1 else { throw .lost(complaint) }
      return try rest()
    }
  }

  private func plainly<Answer>(
    _ work: () throws(PostgresFailure) -> Answer
  ) throws(PostgresFailure) -> Answer {
    guard PQexitPipelineMode(connection) == 1 else { throw .lost(complaint) }
    let answer = try work()
    guard PQenterPipelineMode(connection) == 1 else { throw .lost(complaint) }
    return answer
  }

  /// The first refusal among the answers that are still to come, or the last answer.
  private func rest() throws(PostgresFailure) -> PostgresAnswer {
    let until = ContinuousClock.now + patience
    try flush(until)
    var last = PostgresAnswer.done(rows: [], tag: "", touched: 0)
    while let answer = try next(until) {
      if case .refused = last { continue }
      last = answer
    }
    return last
  }

  // MARK: Waiting

  /// Looks, without waiting, whether the server has hung up.
  func probe() throws(PostgresFailure) {
    for _ in 0..<8 {
      var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 0) > 0 else { break }
      guard PQconsumeInput(connection) == 1 else { throw .lost(complaint) }
    }
    guard PQstatus(connection) == CONNECTION_OK else { throw .lost(complaint) }
  }

  /// - Returns: nil at the end of one command.
  private func next(_ until: ContinuousClock.Instant) throws(PostgresFailure) -> PostgresAnswer? {
    while PQisBusy(connection) == 1 {
      try wait(for: POLLIN, until, "waiting for an answer")
      guard PQconsumeInput(connection) == 1 else { throw .lost(complaint) }
    }
    guard let result = PQgetResult(connection) else {
      guard PQstatus(connection) == CONNECTION_OK else { throw .lost(complaint) }
      return nil
    }
    let answer = PostgresAnswer(result)
    if case .refused(let failure) = answer, PQstatus(connection) != CONNECTION_OK { throw .lost(failure.message) }
    return answer
  }

  private func flush(_ until: ContinuousClock.Instant) throws(PostgresFailure) {
    while true {
      let status = PQflush(connection)
      guard status != 0 else { return }
      guard status > 0 else { throw .lost(complaint) }
      try wait(for: POLLIN | POLLOUT, until, "sending")
      guard PQconsumeInput(connection) == 1 else { throw .lost(complaint) }
    }
  }

  private func wait(
    for events: Int32, _ until: ContinuousClock.Instant, _ doing: String
  ) throws(PostgresFailure) {
    var descriptor = pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0)
    while true {
      let left = ContinuousClock.now.duration(to: until)
      guard left > .zero else { throw .late("the database server did not react in time (\(doing))") }
      let found = poll(&descriptor, 1, Int32(clamping: left.milliseconds))
      guard found <= 0 else { return }
      guard found == 0 || errno == EINTR else { throw .lost("the connection cannot be waited for") }
    }
  }

  /// libpq names hosts, users and files in it, never a password.
  private var complaint: String {
    let words = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    return words.isEmpty ? "the connection to the database server is gone" : words
  }
}

/// Null-terminated array of C strings, good inside `body`.
private func withCStrings<Answer>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Answer
) -> Answer {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { pointers in
    pointers.baseAddress.map(body) ?? body([nil])
  }
}
