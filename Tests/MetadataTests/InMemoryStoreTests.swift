import Contracts
import Metadata
import Schemas
import SwiftProtobuf
import Testing

@Suite("The in-memory store")
struct InMemoryStoreTests {
  @Test("keeps the contract", arguments: MetadataStoreContract.clauses)
  func contract(_ clause: MetadataStoreContract.Clause) async throws {
    try await clause.check(InMemoryStore(stamps: .counting()))
  }

  @Test("keeps the contract of a complete store", arguments: CompleteStoreContract.clauses)
  func complete(_ clause: CompleteStoreContract.Clause) async throws {
    try await clause.check(InMemoryStore(stamps: .counting()))
  }

  @Test("creates only the notes that are missing, and leaves the others as they are")
  func missingNotes() async throws {
    let store = InMemoryStore(stamps: .counting())
    let project = try ProjectName(id: "shop")
    let first = try await store.create(Facts.attestationNote, named: NoteName(project: project, id: "n7"))
    let wanted = Dictionary(uniqueKeysWithValues: (0..<1200).map { ("n\($0)", Facts.attestationNote) })
    try await createMissing(wanted, in: project, of: store)
    try await createMissing(wanted, in: project, of: store)
    #expect(try await store.note(NoteName(project: project, id: "n7")) == first)
    let one = try await store.notes(in: project, page: PageRequest())
    let two = try await store.notes(in: project, page: PageRequest(token: one.nextToken))
    #expect(one.items.count + two.items.count == 1200)
  }

  @Test("records more occurrences than one batch holds, in order")
  func batches() async throws {
    let store = InMemoryStore(stamps: .counting())
    let note = try NoteName(parsing: "projects/shop/notes/qa")
    try await store.create(Facts.attestationNote, named: note)
    let facts = (0..<2001).map { Facts.finding(of: note.description, "\($0)") }
    let stored = try await store.createInBatches(facts, in: note.project)
    #expect(stored.map(\.compliance.nonComplianceReason) == facts.map(\.compliance.nonComplianceReason))
  }
}
