import Images
import Store
import Synchronization
import TestSupport
import Testing

@Suite("The PostgreSQL engine", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgresEngineTests {
  private let engine: PostgresEngine

  init() throws {
    engine = try PostgresEngine(
      PostgresSettings(address: Redacted(try SharedPostgres.makeDatabase()), statementDeadline: .seconds(120)))
  }

  private func makeTable() async throws {
    try await engine.write { session in
      try session.execute("CREATE TABLE IF NOT EXISTS thing (id BIGINT PRIMARY KEY, word TEXT COLLATE \"C\", bytes BYTEA)", [])
    }
  }

  private func count() async throws -> [[SQLValue]] { try await engine.read { try $0.rows("SELECT count(*) FROM thing", []) } }

  static let values: [SQLValue] = [
    .null, .integer(0), .integer(-1), .integer(.min), .integer(.max), .text(""), .text("it's \"quoted\" \\ ? $1 ; -- é 🦭"),
    .blob([]), .blob([0, 255, 39, 92]), .blob((0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
  ]

  @Test("gives back what it was given", arguments: values)
  func roundTrip(_ value: SQLValue) async throws {
    try await makeTable()
    let column = if case .blob = value { "bytes" } else if case .text = value { "word" } else { "id * 1" }
    let row: [SQLValue] =
      switch value {
      case .text: [.integer(1), value, .null]
      case .blob: [.integer(1), .null, value]
      case .integer: [value, .null, .null]
      case .null: [.integer(1), .null, .null]
      }
    try await engine.write { try $0.execute("INSERT INTO thing (id, word, bytes) VALUES (?, ?, ?)", row) }
    let wanted = value == .null ? "word" : column
    let found = try await engine.read { try $0.rows("SELECT \(wanted) FROM thing", []) }
    #expect(found == [[value]])
    // And once more through COPY.
    let many = (0..<20).map { number in value == .null || column != "id * 1" ? [.integer(Int64(number) + 100)] + row[1...] : row }
    try await engine.write { session in
      try session.execute("DROP TABLE thing; CREATE TABLE thing (id BIGINT, word TEXT, bytes BYTEA)", [])
      try session.insert(into: "thing", ["id", "word", "bytes"], many)
    }
    let copied = try await engine.read { try $0.rows("SELECT id, word, bytes FROM thing ORDER BY id", []) }
    #expect(copied == many)
  }

  @Test("reads the types that a query makes")
  func types() async throws {
    let found = try await engine.read { session in
      try session.rows(
        """
        SELECT 1::int, -2::smallint, true, 'a?b'::varchar, 'n'::name, sum(v), -sum(v), 0::numeric, 120000::numeric, $$x$$
        FROM (VALUES (9000000000000000000), (1::bigint)) AS t (v) WHERE v > ?
        """, [.integer(0)])
    }
    #expect(
      found == [
        [
          .integer(1), .integer(-2), .integer(1), .text("a?b"), .text("n"), .integer(9_000_000_000_000_000_001),
          .integer(-9_000_000_000_000_000_001), .integer(0), .integer(120000), .text("x"),
        ]
      ])
    for number in ["1.5::numeric", "0.5::numeric", "99999999999999999999::numeric", "'NaN'::numeric", "1.5::float8"] {
      await #expect(throws: SQLError.self) { try await engine.read { try $0.rows("SELECT \(number)", []) } }
    }
  }

  @Test("undoes all of a write that throws, and goes on")
  func rollback() async throws {
    struct Stop: Error {}
    try await makeTable()
    await #expect(throws: Stop.self) {
      try await engine.write { session in
        try session.execute("INSERT INTO thing (id) VALUES (?)", [.integer(1)])
        throw Stop()
      }
    }
    #expect(try await count() == [[.integer(0)]])
  }

  @Test("undoes only what a nested piece did")
  func nested() async throws {
    struct Stop: Error {}
    try await makeTable()
    try await engine.write { session in
      func add(_ id: Int64) throws { try session.execute("INSERT INTO thing (id) VALUES (?)", [.integer(id)]) }
      try session.nested {
        try add(1)
        #expect(throws: Stop.self) {
          try session.nested {
            try add(2)
            throw Stop()
          }
        }
        #expect(throws: Stop.self) { try session.nested { throw Stop() } }
      }
      #expect { try session.nested { try add(1) } } throws: { if case SQLError.unique = $0 { true } else { false } }
      let twice = (0..<40).map { [SQLValue.integer($0 / 2)] }
      #expect { try session.nested { try session.insert(into: "thing", ["id"], twice) } } throws: {
        if case SQLError.unique = $0 { true } else { false }
      }
      try session.nested { try add(3) }
    }
    let ids = try await engine.read { try $0.rows("SELECT id FROM thing ORDER BY id", []) }
    #expect(ids == [[.integer(1)], [.integer(3)]])
  }

  @Test("does not commit a write that went on after an error")
  func swallowed() async throws {
    try await makeTable()
    await #expect(throws: SQLError.self) {
      try await engine.write { session in
        try session.execute("INSERT INTO thing (id) VALUES (1)", [])
        _ = try? session.execute("INSERT INTO nothing VALUES (1)", [])
      }
    }
    #expect(try await count() == [[.integer(0)]])
  }

  @Test("says what kind of failure it was")
  func kinds() async throws {
    try await makeTable()
    await #expect { try await engine.read { try $0.execute("INSERT INTO thing (id) VALUES (1)", []) } } throws: {
      if case SQLError.readOnly = $0 { true } else { false }
    }
    await #expect { try await engine.write { try $0.rows("SELECT nonsense", []) } } throws: {
      if case SQLError.failed(let words) = $0 { words.contains("nonsense") } else { false }
    }
    await #expect {
      try await engine.write { try $0.execute("INSERT INTO thing (id, word) VALUES (1, ?)", [.text("a\0b")]) }
    } throws: { if case SQLError.failed = $0 { true } else { false } }
  }

  @Test("adds many rows and few", arguments: [0, 1, 16, 17, 10_000])
  func insert(_ size: Int) async throws {
    try await makeTable()
    let rows = (0..<size).map { [SQLValue.integer(Int64($0)), $0 % 3 == 0 ? .null : .text("\($0)")] }
    try await engine.write { try $0.insert(into: "thing", ["id", "word"], rows) }
    let found = try await engine.read { try $0.rows("SELECT id, word FROM thing ORDER BY id", []) }
    #expect(found == rows)
  }

  @Test("keeps a bounded number of statements prepared, failed ones included")
  func statements() async throws {
    try await makeTable()
    let settings = PostgresSettings(
      address: Redacted(try SharedPostgres.makeDatabase()), writers: 1, statementDeadline: .seconds(120))
    let engine = try PostgresEngine(settings)
    for round in 0..<3 {
      try await engine.write { session in
        for number in 0..<300 {
          #expect(try session.rows("SELECT ?, \(number)", [.integer(7)]) == [[.integer(7), .integer(Int64(number))]])
        }
        for _ in 0..<300 { _ = try? session.nested { try session.rows("SELECT 1 / ?", [.integer(0)]) } }
        let prepared = try session.rows("SELECT count(*) FROM pg_prepared_statements", [])
        #expect(prepared.first?.first.map { $0 == .integer(256) } == true, "round \(round): \(prepared)")
      }
    }
    await engine.close()
  }

  @Test("sees one state of the database during a read")
  func snapshot() async throws {
    try await makeTable()
    let (first, second) = try await engine.read { [engine] session in
      let first = try session.rows("SELECT count(*) FROM thing", [])
      let isWritten = Mutex(false)
      Task {
        try await engine.write { try $0.execute("INSERT INTO thing (id) VALUES (1)", []) }
        isWritten.withLock { $0 = true }
      }
      while !isWritten.withLock({ $0 }) { _ = try session.rows("SELECT pg_sleep(0.001)::text", []) }
      return (first, try session.rows("SELECT count(*) FROM thing", []))
    }
    #expect(first == second && first == [[.integer(0)]])
    #expect(try await count() == [[.integer(1)]])
  }

  @Test("serves many readers and writers at once and loses nothing")
  func concurrent() async throws {
    try await makeTable()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<64 {
        group.addTask { [engine] in
          try await engine.write { try $0.execute("INSERT INTO thing (id) VALUES (?)", [.integer(Int64(number))]) }
          let found = try await engine.read { try $0.rows("SELECT id FROM thing WHERE id = ?", [.integer(Int64(number))]) }
          #expect(found == [[.integer(Int64(number))]])
        }
      }
      try await group.waitForAll()
    }
    #expect(try await count() == [[.integer(64)]])
  }

  @Test("runs a write again that met another one head on")
  func deadlock() async throws {
    try await makeTable()
    try await engine.write {
      try $0.insert(into: "thing", ["id", "word"], [[.integer(1), .text("")], [.integer(2), .text("")]])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for order in [[1, 2], [2, 1]] as [[Int64]] {
        group.addTask { [engine] in
          try await engine.write { session in
            for id in order {
              try session.execute("UPDATE thing SET word = word || 'x' WHERE id = ?", [.integer(id)])
              _ = try session.rows("SELECT pg_sleep(0.1)::text", [])
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let words = try await engine.read { try $0.rows("SELECT word FROM thing ORDER BY id", []) }
    #expect(words == [[.text("xx")], [.text("xx")]])
  }
}

/// One server for all tests that do it no harm.
enum SharedPostgres {
  private static let server = Mutex<PostgresServer?>(nil)

  static func makeDatabase() throws -> String {
    try server.withLock { server in
      let running = try server ?? PostgresServer()
      server = running
      return try running.makeDatabase()
    }
  }
}
