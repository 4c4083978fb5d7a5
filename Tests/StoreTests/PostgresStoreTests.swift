import Contracts
import Images
import Metadata
import Schemas
import Store
import TestSupport
import Testing

@Suite("The SQL store on PostgreSQL", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgresStoreTests {
  private func store(_ address: String) async throws -> SQLStore {
    try await SQLStore(
      engine: PostgresEngine(
        PostgresSettings(address: Redacted(address), readers: 2, writers: 2, statementDeadline: .seconds(120))))
  }

  @Test("keeps the contract", arguments: MetadataStoreContract.clauses)
  func contract(_ clause: MetadataStoreContract.Clause) async throws {
    let store = try await store(SharedPostgres.makeDatabase())
    try await clause.check(store)
    await store.close()
  }

  @Test("keeps the contract of a complete store", arguments: CompleteStoreContract.clauses)
  func completeContract(_ clause: CompleteStoreContract.Clause) async throws {
    let store = try await store(SharedPostgres.makeDatabase())
    try await clause.check(store)
    await store.close()
  }

  @Test("may be opened by several replicas at the same moment, which then share one key")
  func replicas() async throws {
    let address = try SharedPostgres.makeDatabase()
    let keys = try await mapAtOnce(Array(0..<4), width: 4) { [self] _ in
      let store = try await store(address)
      await store.close()
      return store.pageTokenKey.revealed
    }
    #expect(Set(keys).count == 1 && keys[0].count == 32)
  }

  @Test("shows a reader every change, in order, while two replicas write")
  func feed() async throws {
    let address = try SharedPostgres.makeDatabase()
    let (first, second) = (try await store(address), try await store(address))
    let note = try NoteName(parsing: "projects/shop/notes/qa")
    try await first.create(Facts.attestationNote, named: note)
    #expect(try await second.note(note).kind == Facts.attestationNote.typeKind)
    let start = try await second.lastPosition()
    let (writers, each) = (8, 10)
    let seen = try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          for number in 0..<each {
            let store = (writer + number).isMultiple(of: 2) ? first : second
            try await store.create([Facts.finding(of: note.description, "\(writer)-\(number)")], in: note.project)
          }
        }
      }
      var (position, seen) = (start, 0)
      let until = ContinuousClock.now + .seconds(60)
      while seen < writers * each, ContinuousClock.now < until {
        let batch = try await second.changes(in: note.project, matching: OccurrenceFilter(), after: position, atMost: 7)
        let positions = batch.changes.map(\.position)
        #expect(positions == positions.sorted() && positions.allSatisfy { $0 > position })
        seen += positions.count
        position = batch.position
      }
      try await group.waitForAll()
      return seen
    }
    #expect(seen == writers * each)
    await first.close()
    await second.close()
  }

  @Test("says what is wrong with a database that it cannot open")
  func unopenable() async throws {
    await #expect {
      try await store("postgresql://u:hunter2@127.0.0.1:1/db")
    } throws: {
      ($0 as? StoreError)?.code == "store-cannot-open" && !"\($0)".contains("hunter2")
    }
  }
}
