import Contracts
import Foundation
import Images
import Metadata
import Store
import TestSupport
import Testing

@Suite("The rights that the guide to break-glass grants", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct JournalRightsTests {
  /// The statements of the guide.
  private static func granted() throws -> String {
    let guide = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Documentation/guides/break-glass.md")
    let text = try String(contentsOf: guide, encoding: .utf8)
    let block = try #require(text.firstRange(of: "```sql\n"))
    return String(try #require(text[block.upperBound...].split(separator: "```").first))
  }

  @Test("suffice for the gate and for those who approve, and change no entry")
  func rights() async throws {
    let server = try PostgresServer()
    let address = try server.makeDatabase()
    let database = String(try #require(address.split(separator: "/").last))
    func store(_ user: String) async throws -> SQLStore {
      try await SQLStore(
        engine: PostgresEngine(
          PostgresSettings(
            address: Redacted(server.address(of: database, user: user)), readers: 1, writers: 1,
            statementDeadline: .seconds(120))))
    }
    await (try store("postgres")).close()
    try server.sql("CREATE ROLE gate LOGIN", "CREATE ROLE approver LOGIN", "CREATE ROLE other LOGIN", database: database)
    try server.sql(Self.granted(), database: database)
    let (gate, approver) = (try await store("gate"), try await store("approver"))
    for (index, store) in [gate, approver, gate, approver].enumerated() {
      try await store.append([Decisions.decision("u-\(index)", at: Int64(index))])
    }
    #expect(try await approver.entries(JournalQuery()).count == 4)
    #expect(try await gate.prune(through: 1, atSeconds: 9))
    await #expect(throws: MetadataError.self) { try await approver.prune(through: 2, atSeconds: 9) }
    #expect(try await DecisionJournalContract.faults(of: approver).isEmpty)
    for statement in [
      "SET ROLE gate; UPDATE journal SET username = 'bob'", "SET ROLE approver; UPDATE journal SET username = 'bob'",
      "SET ROLE approver; DELETE FROM journal", "SET ROLE other; SELECT 1 FROM journal",
      "SET ROLE approver; TRUNCATE journal", "SET ROLE approver; SELECT 1 FROM occurrence",
    ] { #expect(throws: (any Error).self, "\(statement)") { try server.sql(statement, database: database) } }
    await #expect(throws: (any Error).self) { try await store("other") }
    await gate.close()
    await approver.close()
  }
}
