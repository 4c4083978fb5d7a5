import Images
import Store
import Synchronization
import TestSupport
import Testing

@Suite("The PostgreSQL engine in trouble", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgresFaultTests {
  private func engine(_ address: String, deadline: Duration = .seconds(60)) throws -> PostgresEngine {
    try PostgresEngine(
      PostgresSettings(
        address: Redacted(address), readers: 2, writers: 1, connectTimeout: deadline, statementDeadline: deadline))
  }

  private func one(_ engine: PostgresEngine) async throws -> [[SQLValue]] {
    try await engine.read { try $0.rows("SELECT ?", [.integer(1)]) }
  }

  /// Tries until it works or a minute is over.
  private func recovers(_ engine: PostgresEngine) async -> Bool {
    let until = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < until {
      if (try? await engine.write({ try $0.rows("SELECT 1", []) })) != nil, (try? await one(engine)) != nil { return true }
    }
    return false
  }

  private func isUnavailable(_ error: any Error) -> Bool { if case SQLError.unavailable = error { true } else { false } }

  @Test("tells at once that the server is gone, and works again when it is back", arguments: [false, true])
  func stopped(byCrash: Bool) async throws {
    let server = try PostgresServer()
    let engine = try engine(server.address(of: "postgres"))
    #expect(await recovers(engine))
    if byCrash { try server.crash() } else { try server.stop() }
    for _ in 0..<3 { await #expect { try await one(engine) } throws: { isUnavailable($0) } }
    await #expect { try await engine.write { try $0.rows("SELECT 1", []) } } throws: { isUnavailable($0) }
    try server.start()
    #expect(await recovers(engine))
    // A restart that nobody noticed costs no request.
    try server.stop()
    try server.start()
    #expect(try await one(engine) == [[.integer(1)]])
    #expect(try await engine.write { try $0.rows("SELECT 2", []) } == [[.integer(2)]])
    await engine.close()
  }

  @Test("waits for a server that stands still only until the deadline")
  func stalled() async throws {
    let server = try PostgresServer()
    let engine = try engine(server.address(of: "postgres"), deadline: .seconds(3))
    let unopened = try self.engine(server.address(of: "postgres"), deadline: .seconds(3))
    #expect(try await one(engine) == [[.integer(1)]])
    try server.stall()
    let clock = ContinuousClock()
    // One waits for an answer, one for logging in, the others for one of these two connections.
    let waited = await clock.measure {
      await withTaskGroup(of: Void.self) { group in
        for engine in [engine, unopened, engine, engine, engine, engine, engine] {
          group.addTask { await #expect { try await one(engine) } throws: { isUnavailable($0) } }
        }
        group.addTask {
          await #expect { try await engine.write { try $0.execute("CREATE TABLE t (n BIGINT)", []) } } throws: {
            isUnavailable($0)
          }
        }
      }
    }
    #expect(waited < .seconds(60), "\(waited)")
    try server.goOn()
    #expect(await recovers(engine))
    #expect(await recovers(unopened))
    await engine.close()
    await unopened.close()
  }

  @Test("gives up a statement that takes too long and keeps the connection")
  func slow() async throws {
    let engine = try engine(try SharedPostgres.makeDatabase(), deadline: .milliseconds(500))
    await #expect { try await engine.read { try $0.rows("SELECT pg_sleep(30)::text", []) } } throws: { isUnavailable($0) }
    #expect(await recovers(engine))
  }

  @Test("runs a write again when its connection broke before COMMIT")
  func brokenBefore() async throws {
    let engine = try engine(try SharedPostgres.makeDatabase())
    try await engine.write { try $0.execute("CREATE TABLE t (n BIGINT)", []) }
    let tries = Mutex(0)
    try await engine.write { session in
      try session.execute("INSERT INTO t VALUES (?)", [.integer(1)])
      let number = tries.withLock { tries in
        tries += 1
        return tries
      }
      if number == 1 { _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())", []) }
    }
    #expect(try await engine.read { try $0.rows("SELECT n FROM t", []) } == [[.integer(1)]])
    #expect(tries.withLock { $0 } == 2)
  }

  @Test("says that the outcome is unknown when the connection broke during COMMIT, and does not try again")
  func brokenDuring() async throws {
    let engine = try engine(try SharedPostgres.makeDatabase())
    try await engine.write { session in
      try session.execute(
        """
        CREATE TABLE t (n BIGINT);
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION die();
        """, [])
    }
    let tries = Mutex(0)
    await #expect {
      try await engine.write { session in
        tries.withLock { $0 += 1 }
        try session.execute("INSERT INTO t VALUES (?)", [.integer(1)])
      }
    } throws: {
      if case SQLError.unavailable(let words) = $0 { words.contains("unknown") } else { false }
    }
    #expect(tries.withLock { $0 } == 1)
    #expect(await recovers(engine))
  }

  @Test("says who was refused, and never the password")
  func refusals() async throws {
    let server = try PostgresServer()
    try server.sql("CREATE ROLE locked LOGIN PASSWORD 'the right one'")
    try server.demandPassword(of: "locked")
    let secret = "hunter2"
    for (address, words) in [
      (server.address(of: "postgres", user: "locked:\(secret)"), "password authentication failed"),
      ("host=127.0.0.1 port=\(server.port) user=postgres dbname=nowhere password=\(secret)", "does not exist"),
      ("postgresql://postgres:\(secret)@127.0.0.1:1/postgres", "refused"),
    ] {
      let settings = PostgresSettings(address: Redacted(address), connectTimeout: .seconds(60))
      #expect(!"\(settings)".contains(secret) && !String(reflecting: settings).contains(secret))
      await #expect { try await one(PostgresEngine(settings)) } throws: { error in
        guard case SQLError.unavailable(let told) = error else { return false }
        return told.contains(words) && !told.contains(secret) && !told.contains("\n")
      }
    }
  }

  @Test(
    "refuses an address that libpq cannot read, without repeating it",
    arguments: ["postgresql://u:hunter2@[::1/db", "hunter2", "host=h hunter2", "postgresql://u:hunter2@h/db?nonsense=1"])
  func malformed(_ address: String) {
    #expect { try PostgresEngine(PostgresSettings(address: Redacted(address))) } throws: { error in
      (error as? StoreError)?.code == "store-malformed-database" && !"\(error)".contains("hunter2")
    }
  }

  @Test("cannot be used when it is closed")
  func closed() async throws {
    let engine = try engine(try SharedPostgres.makeDatabase())
    #expect(try await one(engine) == [[.integer(1)]])
    await engine.close()
    await #expect { try await one(engine) } throws: { isUnavailable($0) }
  }
}
